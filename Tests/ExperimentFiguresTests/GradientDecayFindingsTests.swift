import Experiments
import Notation
import Testing

@testable import ExperimentFigures

@Suite("What a measurement of gradient decay found, in words")
struct GradientDecayFindingsTests {
    private static func series(_ medians: [(String, [Double])]) -> [Series] {
        medians.map { name, values in
            Series(name: name, x: values.indices.map { Double($0 + 1) }, median: values, low: values, high: values)
        }
    }

    @Test(
        "The headline names every variant's fate, with its factor where it shrinks or grows",
        arguments: [
            (
                [("Sigmoid", [1e-12, 1e-6, 1]), ("Swish", [1 / 44.0, 0.2, 1]), ("Tanh", [0.2, 1, 1]), ("ReLU", [1.1, 1, 1])],
                "Sigmoid shrinks the gradient 10¹²×, Swish about 44×; Tanh and ReLU keep it"
            ),
            ([("A", [1e-4, 1]), ("B", [1e-4, 1]), ("C", [2, 1])], "A and B shrink the gradient 10⁴×; C keeps it"),
            ([("tanh", [0.9, 1])], "tanh keeps the gradient"),
            ([("r = 1", [2, 2])], "r = 1 keeps the gradient exactly"),
            ([("none", [1, 2]), ("all", [3e4, 1])], "“all” grows the gradient 3·10⁴×; “none” keeps it"),
            ([("A", [0, 1e-300, 1]), ("B", [1, 2, 1])], "A underflows to 0; B keeps it"),
            ([("A", [0, 0.1, 1])], "A has gradient 0 on the way"),
            ([("A", [.infinity, 1])], "A overflows to ∞"),
            ([("A", [.nan, 1])], "A ends in NaN"),
            ([("A", [1, 0.001, 0.2, 1])], "A has the gradient within 10× at layer 1"),
            ([("A", [9.96e-4, 1])], "A shrinks the gradient 10³×"),
            ([("A", [1])], "One layer: there is no earlier one to reach"),
            ([], "Nothing was measured"),
        ] as [([(String, [Double])], String)])
    func headline(_ medians: [(String, [Double])], _ expected: String) {
        #expect([GradientDecayFindings(Self.series(medians))].headline(length: medians.first?.1.count ?? 0) == expected)
    }

    @Test("Where all of it is too long, the few that keep the gradient are said, or what is loudest; of too long names only numbers")
    func shorter() {
        let shrunk = (1...6).map { ("Variant number \($0)", [pow10(-$0 - 3), 1]) }
        let few = [GradientDecayFindings(Self.series(shrunk + [("K", [0.9, 1])]))].headline(length: 2)
        #expect(few == "Only K keeps the gradient")
        #expect([GradientDecayFindings(Self.series(shrunk))].headline(length: 2) == "Variant number 6 shrinks the gradient 10⁹×")
        let long = String(repeating: "long ", count: 30)
        let numbers = [GradientDecayFindings(Self.series([(long + "1", [1e-5, 1]), (long + "2", [1.5, 1])]))].headline(length: 2)
        #expect(numbers == "The gradient shrinks up to 10⁵×; it is kept by 1 of 2 variants")
    }

    @Test("Several panels share one claim, each under its title, which is written as it is")
    func panels() {
        let panels = [
            ("tanh", [("plain", [1e-12, 1]), ("residual", [2, 1])]),
            ("ReLU", [("plain", [2, 1]), ("residual", [3e4, 1]), ("both", [40, 1])]),
        ]
        let findings = panels.map { GradientDecayFindings(Self.series($1), title: $0) }
        #expect(
            findings.headline(length: 2) == "tanh: “plain” shrinks the gradient 10¹²×; “residual” keeps it. ReLU: only “plain” keeps it")
    }

    @Test("That only some keep the gradient is not said where another nearly does: other seeds might have it so")
    func close() {
        let series = Self.series([("plain", [2, 1]), ("residual", [3e4, 1]), ("with batch norm and a long name", [13, 1])])
        let other = Self.series([("plain", [1e-12, 1]), ("residual", [2, 1])])
        let findings = [GradientDecayFindings(other, title: "tanh"), GradientDecayFindings(series, title: "ReLU")]
        #expect(findings.headline(length: 2) == "tanh: “residual” keeps the gradient. ReLU: “residual” grows it 3·10⁴×")
    }

    @Test("Of settings that were tried, those that keep the gradient are named with how well, each under its panel")
    func tried() {
        let panels = [
            ("Linear", [("r = 0.9", [1e-3, 1]), ("r = 1.0", [1, 1])]), ("tanh", [("r = 1.0", [1e-5, 1]), ("r = 1.5", [0.2, 1])]),
        ]
        let findings = panels.map { GradientDecayFindings(Self.series($1), title: $0, place: "step") }
        #expect(
            findings.headline(length: 2, fewOf: "radii")
                == "Of the radii tried, r = 1.0 keeps the gradient exactly (Linear), r = 1.5 within 10× (tanh)")
        // Where one panel keeps none, there is no such claim.
        let lost = [findings[0], GradientDecayFindings(Self.series([("r = 1.0", [1e-5, 1])]), title: "tanh", place: "step")]
        #expect(lost.headline(length: 2, fewOf: "radii").hasPrefix("Linear: "))
    }

    @Test("Ratios beyond a Double's range are no trouble")
    func extremeRatio() {
        #expect(
            [GradientDecayFindings(Self.series([("A", [1e-300, 1e300])]))].headline(length: 2) == "A shrinks the gradient more than 10³⁰⁰×")
    }

    @Test(
        "A factor has two digits, so that it can be found at the line; a large one has one, since other seeds would have others",
        arguments: [
            (1_227_529_869_090, "10¹²×"), (44.26, "about 44×"), (13.0, "about 13×"), (994, "about 990×"), (28_730, "3·10⁴×"), (999, "10³×"),
            (95_001, "10⁵×"),
        ])
    func factor(_ ratio: Double, roughly: String) {
        let values = [1 / ratio, 1]
        let fold = GradientFate(of: values).factor
        #expect(fold?.roughly == roughly)
    }

    private func pow10(_ power: Int) -> Double { Double("1e\(power)") ?? 0 }
}
