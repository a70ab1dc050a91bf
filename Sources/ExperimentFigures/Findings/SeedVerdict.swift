import Experiments
import Notation

/// Which variants end lower, over several seeds: only what a sign test supports is stated.
struct SeedVerdict: Hashable {
    /// The variants that end lower than each of the others in significantly more seeds, lowest median first; empty where no split of the
    /// variants is supported.
    let ahead: [Int]
    /// All others, lowest median first.
    let behind: [Int]
    /// Whether all variants have the same number in every seed.
    let isTie: Bool
    let seeds: Int

    /// - Parameter ends: for each variant one number for each seed, in the same order of seeds. NaN counts as ∞.
    /// - Returns: nil without seeds, or where the variants have different numbers of them.
    init?(_ ends: [[Double]]) {
        guard let seeds = ends.first?.count, seeds > 0, ends.allSatisfy({ $0.count == seeds }) else { return nil }
        self.seeds = seeds
        let ends = ends.map { $0.map { $0.isNaN ? .infinity : $0 } }
        let medians = ends.map(\.lowerMedian)
        let order = ends.indices.sorted { (medians[$0], $0) < (medians[$1], $1) }
        // Of the groups in which each variant is ahead of every variant outside, the one with the widest margin: more seeds would tell
        // more of the variants apart, but would not change where that is.
        var split: (count: Int, margin: Double)?
        for count in 1..<max(order.count, 1) {
            let tests = order[..<count].flatMap { first in order[count...].map { SignTest(ends[first], ends[$0]) } }
            guard tests.allSatisfy(\.isFirstSmaller) else { continue }
            let margin = tests.map(\.majority).min() ?? 0
            if margin > split?.margin ?? 0 { split = (count, margin) }
        }
        ahead = Array(order[..<(split?.count ?? 0)])
        behind = Array(order[(split?.count ?? 0)...])
        isTie = ends.dropFirst().allSatisfy { $0 == ends[0] }
    }

    /// Fewer seeds cannot support anything: with five, the same variant wins all of them by chance once in 16 times.
    static let fewest = 6

    /// - Parameter quantity: "validation loss".
    /// - Returns: a headline; empty for a single variant.
    func sentence(_ names: [String], _ quantity: String) -> String {
        let count = ahead.count + behind.count
        guard count > 1 else { return "" }
        let all = names.asNames
        guard !isTie else {
            return Wording.fitting("\(all) end with the same \(quantity)", "All \(count) variants end with the same \(quantity)")
        }
        let leaders = ahead.map { names[$0] }.asNames
        let others = behind.map { names[$0] }.asNames
        switch ahead.count {
        case 0 where seeds < Self.fewest:
            return "No clear difference in \(quantity): \(English.count(seeds, "seed")) \(seeds == 1 ? "is" : "are") too few"
        case 0:
            return Wording.fitting(
                "No clear difference in \(quantity) between \(all)", "No clear difference in \(quantity) between the \(count) variants")
        case 1 where count == 2:
            return Wording.fitting(
                "\(leaders) ends with a lower \(quantity) than \(others)", "\(leaders) ends with the lower \(quantity)",
                "One of 2 variants ends with a lower \(quantity) than the other")
        case 1:
            return Wording.fitting(
                "\(leaders) ends with the lowest \(quantity)", "One of \(count) variants ends with the lowest \(quantity)")
        default:
            return Wording.fitting(
                "\(leaders) end with a lower \(quantity) than \(others)",
                "\(ahead.count) of \(count) variants end with a lower \(quantity) than the \(behind.count == 1 ? "other" : "others")")
        }
    }

    /// The test and its results for pairs: "Sign test over 32 seeds, p < 0.05: ReLU lower than Tanh in 25."
    static func note(_ ends: [[Double]], _ names: [String]) -> String {
        let ends = ends.map { $0.map { $0.isNaN ? .infinity : $0 } }
        let seeds = ends.first?.count ?? 0
        guard seeds >= fewest else {
            return
                "\(English.count(seeds, "seed")) \(seeds == 1 ? "is" : "are") too few for a sign test, which takes \(fewest) at least (p < 0.05)."
        }
        var pairs: [String] = []
        for (first, name) in names.enumerated() {
            for (second, other) in names.enumerated() {
                let test = SignTest(ends[first], ends[second])
                if test.isFirstSmaller { pairs.append("\(name.asName) lower than \(other.asName) in \(test.smaller)") }
            }
        }
        let found =
            pairs.isEmpty
            ? "no pair is told apart" : pairs.count > 6 ? "\(pairs.count) pairs are told apart" : pairs.joined(separator: ", ")
        return "Sign test over \(English.count(seeds, "seed")), p < 0.05: \(found)."
    }
}
