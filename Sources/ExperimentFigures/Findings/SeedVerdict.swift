import Experiments

/// What several seeds say of who ends lower: only what nearly all of them say is said.
struct SeedVerdict {
    /// Of the variant whose median is lowest, and of all that it does not beat.
    let ahead: [Int]
    /// Those that it beats, in order.
    let behind: [Int]
    /// In how many seeds the first of those ahead beats each of those behind, at least.
    let wins: Int
    let seeds: Int

    /// - Parameter ends: for each variant one number a seed, in the same order of seeds; NaN is behind everything.
    init?(_ ends: [[Double]]) {
        guard let seeds = ends.first?.count, seeds > 0, ends.allSatisfy({ $0.count == seeds }) else { return nil }
        self.seeds = seeds
        func isBefore(_ a: Double, _ b: Double) -> Bool { b.isNaN ? !a.isNaN : a < b }
        func median(_ values: [Double]) -> Double { values.sorted(by: isBefore)[(values.count - 1) / 2] }
        let medians = ends.map(median)
        let best = medians.indices.min { isBefore(medians[$0], medians[$1]) } ?? 0
        let wins = ends.map { other in zip(ends[best], other).filter { isBefore($0, $1) }.count }
        // Seven of eight, which chance alone brings about once in 28 times.
        let beaten = ends.indices.filter { $0 != best && wins[$0] * 8 >= seeds * 7 }
        behind = beaten.sorted { isBefore(medians[$0], medians[$1]) }
        ahead = [best] + ends.indices.filter { $0 != best && !beaten.contains($0) }
        self.wins = beaten.map { wins[$0] }.min() ?? 0
    }

    /// "in all 8 seeds".
    var support: String {
        switch seeds {
        case 1: "in the one seed tried"
        case 2 where wins == 2: "in both seeds"
        case wins: "in all \(seeds) seeds"
        default: "in at least \(wins) of \(seeds) seeds"
        }
    }

    /// "ReLU ends lowest in 8 of 8 seeds", "ReLU and Swish end lowest, too close to call; Sigmoid behind".
    /// - Parameter quantity: "validation loss".
    func sentence(_ names: [String], _ quantity: String) -> String {
        let first = NameList(names: ahead.map { names[$0] }, total: names.count)
        if behind.isEmpty {
            return names.count == 1 ? "" : "No variant ends with a lower \(quantity) than the others in seven eighths of the seeds"
        }
        let ends = first.says("ends", "end", "with the lowest \(quantity)")
        return ahead.count == 1
            ? "\(ends), \(support)"
            : "\(ends), too close to call; \(NameList(names: behind.map { names[$0] }, total: names.count).says("is", "are", "behind"))"
    }
}
