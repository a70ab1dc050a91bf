import Experiments
import Testing

@testable import ExperimentFigures

@Suite("What a measurement of gradient decay found, in words")
struct GradientDecayFindingsTests {
    @Test(
        "The headline says which variants let the gradient vanish, which keep the gradient, and which explode",
        arguments: [
            ([("Sigmoid", [1e-12, 1e-6, 1]), ("ReLU", [1, 1, 1])], "Sigmoid lets the gradient vanish; ReLU does not"),
            ([("A", [1e-4, 1]), ("B", [1e-5, 1]), ("C", [2, 1]), ("D", [0.2, 1])], "A and B let the gradient vanish; C and D do not"),
            ([("A", [1e-4, 1]), ("B", [1e-5, 1])], "A and B let the gradient vanish"),
            ([("tanh", [1, 1])], "Tanh keeps the gradient within 10×"),
            ([("A", [1, 1]), ("B", [1e4, 1])], "B explodes towards the input; A keeps the gradient within 10×"),
            ([("A", [0.01, 1])], "A weakens the gradient"),
            ([("A", [0.01, 1]), ("B", [1, 1])], "B keeps the gradient within 10×; A weakens the gradient"),
            ([("A", [50, 1]), ("B", [1e-9, 1])], "B lets the gradient vanish; A strengthens the gradient"),
            ([("A", [0, 1e-300, 1]), ("B", [1, 1, 1])], "A underflows to 0; B keeps the gradient within 10×"),
            ([("A", [0, 0.1, 1])], "A has gradient 0 on the way"),
            ([("A", [.infinity, 1])], "A overflows to ∞"),
            ([("A", [.nan, 1])], "A ends in NaN"),
            (
                [("A", [1e-4, 1]), ("B", [1, 1]), ("C", [1, 1]), ("D", [1, 1]), ("E", [1, 1])],
                "A lets the gradient vanish; 4 of 5 variants do not"
            ),
            ([("A", [1])], "One layer: there is no earlier one to reach"),
        ] as [([(String, [Double])], String)])
    func headline(_ medians: [(String, [Double])], _ expected: String) {
        let series = medians.map { name, values in
            Series(name: name, x: values.indices.map { Double($0 + 1) }, median: values, low: values, high: values)
        }
        #expect(GradientDecayFindings(series, depth: medians[0].1.count).headline == expected)
    }

    @Test("Ratios beyond a Double's range are no trouble")
    func extremeRatio() {
        let values = [1e-300, 1e300]
        let series = [Series(name: "A", x: [1, 2], median: values, low: values, high: values)]
        #expect(GradientDecayFindings(series, depth: 2).headline == "A lets the gradient vanish")
    }

    @Test("A factor is told as a power of ten, not as digits that nobody measured")
    func factor() {
        let values = [1.0 / 1_227_529_869_090, 1]
        let series = [Series(name: "A", x: [1, 2], median: values, low: values, high: values)]
        #expect(GradientDecayFindings(series, depth: 2).account(of: 0).hasSuffix("10¹²× smaller at layer 1."))
    }
}
