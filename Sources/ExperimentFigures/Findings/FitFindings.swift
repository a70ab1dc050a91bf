import Experiments
import Notation

/// Fits under several penalties: facts, and sentences made from them.
struct FitFindings {
    let measured: Fit.Measured
    let experiment: Fit

    /// The finding that the headline states.
    enum Claim: Hashable {
        case overfit(Overfit)
        /// The penalties that a sign test over the seeds does not distinguish from the best one.
        case lowest(ClosedRange<Double>)
        /// Those penalties are all of them, or are not neighbours.
        case noBest
        /// The order of the variants, if no penalties are swept.
        case order(SeedVerdict)
        case none
    }

    /// With the smallest penalty three quarters of the seeds fit the samples more closely than their noise, and other samples worse than with
    /// the best penalty.
    struct Overfit: Hashable {
        let least, best: Double
        /// Whether the largest penalty is worse than the best one.
        let isModerate: Bool
        /// The number of seeds in which the best penalty is lower than the smallest.
        let wins: Int
    }

    // MARK: Facts

    /// The penalties in rising order, each with the results of all seeds.
    var swept: [(penalty: Double, ends: [Fit.End])] {
        zip(experiment.penalties, measured.sweptEnds).map { ($0, $1) }.sorted { $0.0 < $1.0 }
    }

    /// The mean squared error below which no fit can be expected to get on other samples.
    var noise: Double { experiment.setting.noise * experiment.setting.noise }

    private func validation(_ ends: [Fit.End]) -> [Double] { ends.map { $0.validation.isNaN ? .infinity : $0.validation } }

    /// Indices into `swept`: the penalty with the lowest median validation loss, and those that a sign test over the seeds does not
    /// distinguish from it.
    var best: (place: Int, alike: [Int])? {
        let swept = swept
        let medians = swept.map { validation($0.ends).median }
        guard let place = medians.indices.min(by: { (medians[$0], $0) < (medians[$1], $1) }), medians[place].isFinite else { return nil }
        let alike = swept.indices.filter { !SignTest(validation(swept[$0].ends), validation(swept[place].ends)).isFirstLarger }
        return (place, alike)
    }

    /// The first and last of those, if they are neighbours and not all.
    var bestRange: ClosedRange<Int>? {
        guard let best, let first = best.alike.first, let last = best.alike.last, best.alike.count < swept.count,
            last - first == best.alike.count - 1
        else { return nil }
        return first...last
    }

    var overfit: Overfit? {
        guard let least = swept.first, let best, noise > 0, !best.alike.contains(0),
            least.ends.count(where: { $0.training < noise }) * 4 >= 3 * least.ends.count
        else { return nil }
        return Overfit(
            least: least.penalty, best: swept[best.place].penalty, isModerate: !best.alike.contains(swept.count - 1),
            wins: SignTest(validation(least.ends), validation(swept[best.place].ends)).larger)
    }

    var claim: Claim {
        guard swept.count > 1, best != nil else {
            return SeedVerdict(measured.ends.map { $0.map(\.validation) }).map { .order($0) } ?? .none
        }
        if let overfit { return .overfit(overfit) }
        return bestRange.map { .lowest(swept[$0.lowerBound].penalty...swept[$0.upperBound].penalty) } ?? .noBest
    }

    /// The medians of the losses of each variant, over the seeds.
    var medians: [(training: Double, validation: Double)] {
        measured.ends.map { ends in (ends.map(\.training).median, validation(ends).median) }
    }

    // MARK: Words

    /// "Without a penalty the network fits the noise; a moderate one lowers the validation loss".
    var headline: String {
        func text(_ penalty: Double) -> String { Numeral(penalty, digits: 2).text }
        let described = "Fits of \(English.count(experiment.setting.samples, "sample"))"
        switch claim {
        case .overfit(let found):
            let without = found.least == 0 ? "Without a penalty" : "With λ = \(text(found.least))"
            let other = "\(found.isModerate ? "a moderate" : "a large") one lowers the validation loss"
            return Wording.fitting("\(without) the network fits the noise; \(other)", "\(without) the network fits the noise")
        case .lowest(let range) where range.lowerBound == 0 && range.upperBound > 0:
            return "No λ lowers the validation loss clearly; above λ = \(text(range.upperBound)) it is higher"
        case .lowest(let range):
            return range.lowerBound == range.upperBound
                ? "Validation loss is lowest at λ = \(text(range.lowerBound))"
                : "Validation loss is lowest for λ from \(text(range.lowerBound)) to \(text(range.upperBound))"
        case .noBest: return "No λ has a clearly lower validation loss than the others"
        case .order(let verdict):
            return Wording.fitting(verdict.sentence(experiment.variants.map(\.name), "validation loss"), described)
        case .none: return described
        }
    }

    /// The meaning of the tint, and the number of seeds in which the best penalty is lower than the smallest; nil without a difference.
    var bestNote: String? {
        guard let best, best.alike.count < swept.count else { return nil }
        func text(_ penalty: Double) -> String { Numeral(penalty, digits: 2).text }
        let seeds = English.count(experiment.setting.seeds, "seed")
        let (place, least) = (swept[best.place], swept[0])
        let tint =
            bestRange == nil
            ? ""
            : "Tinted: the values of λ that a sign test over the seeds (p < 0.05) cannot tell from the best; the tint ends halfway to the next λ. "
        let wins =
            best.alike.contains(0)
            ? ""
            : " It is lower there than at λ = \(text(least.penalty)) in "
                + "\(SignTest(validation(least.ends), validation(place.ends)).larger) of \(seeds)."
        let choice = "The median validation loss is lowest at λ = \(text(place.penalty)), chosen on the same validation samples as plotted."
        return tint + choice + wins
    }
}
