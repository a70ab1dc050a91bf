import Testing

@testable import Experiments

@Suite("The sign test")
struct SignTestTests {
    @Test(
        "has the probabilities of a fair coin",
        arguments: [(0, 0, 1), (1, 0, 1), (5, 0, 0.0625), (6, 0, 0.03125), (7, 1, 0.0703125), (8, 1, 0.0390625), (4, 4, 1), (60, 4, 0)]
            as [(Int, Int, Double)])
    func table(larger: Int, smaller: Int, p: Double) {
        let numbers = [Double](repeating: 1, count: larger) + [Double](repeating: -1, count: smaller) + [0, .nan]
        let test = SignTest(numbers, numbers.map { _ in 0 })
        #expect(test.larger == larger && test.smaller == smaller)
        #expect(abs(test.p - p) < 1e-12)
        #expect(test.isFirstLarger == (larger > smaller && p < 0.05))
    }

    @Test("of a thousand pairs keeps within the range of numbers, and sums to 1 over all splits")
    func extremes() {
        func p(_ larger: Int, _ smaller: Int) -> Double {
            let numbers = [Double](repeating: 1, count: larger) + [Double](repeating: -1, count: smaller)
            return SignTest(numbers, numbers.map { _ in 0 }).p
        }
        #expect(p(1000, 0) == 0x1p-999)
        #expect(p(500, 500) == 1)
        #expect(abs(p(531, 469) - 0.053677849645010205) < 1e-12)
    }
}
