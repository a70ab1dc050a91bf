import Experiments
import Notation

extension CovariateShift {
    /// The number of steps between two recorded ones, over which movement is measured.
    var recordedInterval: Int {
        let steps = setting.recordedSteps
        return steps.count > 1 ? steps[1] - steps[0] : 1
    }
}

/// How far a unit's inputs move in training, and the loss meanwhile: facts, and sentences made from them.
struct CovariateShiftFindings {
    let measured: CovariateShift.Measured
    let experiment: CovariateShift

    private var names: [String] { experiment.variants.map(\.name) }
    private var seeds: Int { experiment.setting.seeds }

    /// The finding that the headline states.
    enum Claim: Hashable {
        case disproof(Disproof)
        /// The order of the variants by how far the inputs move from step to step.
        case order(SeedVerdict)
        case none
    }

    /// A shifted variant that moves more from step to step than one without normalization and nevertheless ends lower, in significantly more
    /// seeds.
    struct Disproof: Hashable {
        let shifted, plain: Int
        /// The numbers of seeds in which it does.
        let moves, ends: Int
    }

    // MARK: Facts

    var claim: Claim {
        if let disproof { return .disproof(disproof) }
        guard names.count > 1, let verdict = SeedVerdict(measured.moves) else { return .none }
        return .order(verdict)
    }

    private var disproof: Disproof? {
        guard let plain = experiment.variants.firstIndex(where: { $0.normalization == nil && !experiment.shifted.contains($0.name) }) else {
            return nil
        }
        for index in names.indices where experiment.shifted.contains(names[index]) {
            let moves = SignTest(measured.moves[index], measured.moves[plain])
            let ends = SignTest(measured.finalLosses[index], measured.finalLosses[plain])
            guard moves.isFirstLarger, ends.isFirstSmaller else { continue }
            return Disproof(shifted: index, plain: plain, moves: moves.larger, ends: ends.smaller)
        }
        return nil
    }

    /// The variant whose inputs move farthest over all of training, if another one moves most from step to step: the two measures then
    /// disagree.
    var farthest: Int? {
        func largest(_ rows: [[Double]]) -> Int? { rows.indices.max { rows[$0].median < rows[$1].median } }
        guard let range = largest(measured.drifts), range != largest(measured.moves) else { return nil }
        return range
    }

    // MARK: Words

    var headline: String {
        switch claim {
        case .none: return "How a hidden unit’s input moves in training"
        case .disproof(let found):
            let (shifted, plain) = (names[found.shifted].asName, names[found.plain].asName)
            let interval = English.count(experiment.recordedInterval, "step")
            return Wording.fitting(
                "In \(interval) the inputs move more with \(shifted) than with \(plain), yet the loss ends lower",
                "In \(interval) inputs move more with \(shifted) than \(plain), yet the loss is lower",
                "The inputs that move more from step to step belong to the network with the lower loss")
        case .order(let verdict):
            let quantity = "a hidden unit’s input moves"
            switch verdict.ahead.count {
            case 0 where verdict.isTie:
                return "A hidden unit’s input moves equally far in \(names.count == 2 ? "both" : "all \(names.count)") variants"
            case 0 where verdict.seeds < SeedVerdict.fewest:
                return "\(English.count(seeds, "seed")) \(seeds == 1 ? "is" : "are") too few to compare how far a hidden unit’s input moves"
            case 0: return "No clear difference in how far a hidden unit’s input moves"
            default:
                let ahead = verdict.ahead.map { names[$0] }.asNames
                let others = verdict.behind.map { names[$0] }.asNames
                return Wording.fitting(
                    "With \(ahead) \(quantity) less than with \(others)",
                    "With \(verdict.ahead.count) of \(names.count) variants \(quantity) less than with the others")
            }
        }
    }

    /// "From its least to its largest value in all of training …; by this measure Plain moves most."
    var rangeNote: String {
        let ranges = names.indices.map { "\(names[$0]) \(Numeral(measured.drifts[$0].median, digits: 2).text)" }.joined(separator: ", ")
        return "From its least to its largest value in all of training the median moves by, in spreads: \(ranges)"
            + (farthest.map { "; by this measure \(names[$0].asName) moves most." } ?? ".")
    }

    /// "It moves more from step to step than Plain in 16 of 16 seeds, and ends lower in 16."; empty without a disproof.
    var seedsNote: String {
        guard case .disproof(let found) = claim else { return "" }
        return
            " It moves more from step to step than \(names[found.plain].asName) in \(found.moves) of \(English.count(seeds, "seed")) and ends lower in \(found.ends)."
    }
}
