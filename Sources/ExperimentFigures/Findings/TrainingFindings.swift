import Experiments
import Foundation
import NeuralNetworks
import Notation

/// What training over seeds found, as facts, and as sentences made from them.
struct TrainingFindings {
    let measured: Training.Measured
    let experiment: Training

    private var names: [String] { experiment.variants.map(\.name) }
    private var seeds: Int { experiment.setting.seeds }

    // MARK: Facts

    /// The loss of a constant prediction: ln 2 for two equal classes, else the targets' variance.
    var guess: Double {
        let noise = experiment.setting.noise
        return switch experiment.setting.data {
        case .twoSpirals: log(2)
        case .noisySine: 0.5 + noise * noise
        case .recall: 1 + noise * noise
        }
    }

    /// A loss above this has diverged.
    var cap: Double { 10 * guess }

    func isDiverged(_ loss: Double) -> Bool { !(loss <= cap) }

    /// The variants that diverge, and in how many seeds.
    private var diverged: [(name: String, count: Int)] {
        names.indices.map { index in
            let ends = zip(measured.finalTraining[index], measured.finalValidation[index])
            return (names[index], ends.count { isDiverged($0) || isDiverged($1) })
        }.filter { $0.count > 0 }
    }

    /// The values of a sweep, in rising order, at which a variant learns: three quarters of the seeds end below half the loss of a guess.
    struct Range: Hashable {
        /// All values of the sweep, in rising order.
        let values: [Double]
        let works: [Bool]
    }

    func range(_ variant: Int, _ sweep: Int) -> Range {
        let line = measured.sweeps[sweep].series[variant].ordered
        return Range(values: line.x, works: line.high.map { $0 < guess / 2 })
    }

    /// The ratio of the gradient norms of the last and the first hidden layer's weights before the first step, if the middle halves of the
    /// seeds are apart by more than 10×; nil if not.
    private func shrinking(_ variant: Int) -> Double? {
        let (line, hidden) = (measured.layerGradients[variant], experiment.setting.depth)
        guard experiment.shows.contains(.layerGradients), experiment.setting.data != .recall, hidden > 1, line.median.count > hidden,
            line.low[hidden - 1] > 10 * line.high[0], line.median[0] > 0
        else { return nil }
        return line.median[hidden - 1] / line.median[0]
    }

    /// Networks whose first layer's gradient is far smaller than the last hidden layer's.
    struct Vanishing: Hashable {
        let variants: [Int]
        /// The ratio of the first of them.
        let factor: Double
        /// The number of rates that were tried on the only one, if none of them trains it.
        let failingRates: Int?
    }

    var vanishing: Vanishing? {
        let variants = names.indices.filter { shrinking($0) != nil }
        guard let first = variants.first, let factor = shrinking(first) else { return nil }
        let tried = experiment.sweeps.firstIndex { $0.setsRate }.map { range(first, $0).works } ?? []
        let fails = variants.count == 1 && tried.count > 1 && !tried.contains(true)
        return Vanishing(variants: variants, factor: factor, failingRates: fails ? tried.count : nil)
    }

    /// A network whose gradient vanishes beside the only other one, whose first layer's is more than ten times larger in the middle half of
    /// the seeds.
    struct Contrast: Hashable {
        let variant, other: Int
        let factor: Double
    }

    var contrast: Contrast? {
        guard names.count == 2, let found = vanishing?.variants, found.count == 1 else { return nil }
        let (variant, other) = (found[0], 1 - found[0])
        let (line, larger) = (measured.layerGradients[variant], measured.layerGradients[other])
        guard let least = larger.low.first, let most = line.high.first, least > 10 * most, line.median[0] > 0, larger.median[0].isFinite
        else { return nil }
        return Contrast(variant: variant, other: other, factor: larger.median[0] / line.median[0])
    }

    /// A variant that ends lower than others at some values of the only sweep and higher at others, by a sign test over the seeds. In one
    /// of the directions the others are all.
    struct Crossing: Hashable {
        let variant: Int
        let lower, higher: Side

        struct Side: Hashable {
            let others: [Int]
            let range: Range
            /// The share of the seeds that say so at the clearest value, for the closest of the others.
            let margin: Double
        }
    }

    /// For two variants, that of the second; for more, the one with the widest margin: more seeds would tell more of the variants apart,
    /// but would not change where that is.
    var crossing: Crossing? {
        guard experiment.sweeps.count == 1, names.count > 1 else { return nil }
        let (values, ends) = (experiment.sweeps[0].values, measured.sweeps[0].ends)
        let rising = values.indices.sorted { values[$0] < values[$1] }
        func side(_ variant: Int, _ others: [Int], _ isSo: (SignTest) -> Bool) -> Crossing.Side? {
            // Seeds in which both diverge are ties.
            let margins = rising.map { place in
                let tests = others.map { SignTest(capped(ends[variant][place]), capped(ends[$0][place])) }
                return tests.allSatisfy(isSo) ? tests.map(\.majority).min() ?? 0 : 0
            }
            guard let margin = margins.max(), margin > 0 else { return nil }
            return .init(others: others, range: Range(values: rising.map { values[$0] }, works: margins.map { $0 > 0 }), margin: margin)
        }
        func crossing(_ variant: Int, _ below: [Int], _ above: [Int]) -> Crossing? {
            guard let lower = side(variant, below, \.isFirstSmaller), let higher = side(variant, above, \.isFirstLarger) else { return nil }
            return Crossing(variant: variant, lower: lower, higher: higher)
        }
        let variants = names.count == 2 ? [1] : Array(names.indices)
        func others(_ variant: Int) -> [Int] { names.indices.filter { $0 != variant } }
        var found = variants.compactMap { crossing($0, others($0), others($0)) }
        for variant in variants {
            for other in others(variant) {
                found += [crossing(variant, [other], others(variant)), crossing(variant, others(variant), [other])].compactMap(\.self)
            }
        }
        func margin(_ crossing: Crossing) -> Double { min(crossing.lower.margin, crossing.higher.margin) }
        return found.reduce(nil) { best, next in best.map { margin($0) >= margin(next) ? $0 : next } ?? next }
    }

    /// The definition of the headline's word for success, if it has one, and who has success at which rates.
    var learningNote: String? {
        let meaning = "three quarters of the seeds end below half the loss of a guess"
        if let vanishing {
            guard vanishing.failingRates != nil, let sweep = experiment.sweeps.firstIndex(where: \.setsRate) else { return nil }
            let ranges = names.indices.map { "\(names[$0].asName) \(range($0, sweep).words("rate", isShort: true))" }
            return "A rate trains a network if \(meaning): \(ranges.joined(separator: ", "))."
        }
        return crossing == nil && !experiment.sweeps.isEmpty ? "Learns: \(meaning)." : nil
    }

    // MARK: Words

    var headline: String {
        var claims = [vanishing.map(vanishingClaim) ?? "", crossing.map(crossingClaim) ?? ""] + experiment.sweeps.indices.map(rangeClaim)
        if experiment.shows.contains(.loss) || experiment.shows.contains(.boundary) { claims += [divergenceClaim, orderClaim] }
        if experiment.shows.contains(.movement) { claims.append(movementClaim) }
        claims = claims.filter { !$0.isEmpty }
        guard let first = claims.first else { return described }
        return Wording.fitting(first, described)
    }

    /// The description of a figure without a notable finding.
    private var described: String {
        guard names.count == 1, let end = measured.validation.first?.median.last, end.isFinite else {
            return "\(English.count(names.count, "variant")) over \(experiment.setting.duration) of training"
        }
        let loss = "a validation loss of \(Numeral(end, digits: 2).text)"
        return Wording.fitting("\(names[0].asName) ends at \(loss)", "The training ends at \(loss)")
    }

    /// "Unclipped diverges in 5 of 8 seeds".
    private var divergenceClaim: String {
        guard let worst = diverged.max(by: { $0.count < $1.count }) else { return "" }
        let part = worst.count == seeds ? (seeds == 1 ? "" : " in all \(seeds) seeds") : " in \(worst.count) of \(seeds) seeds"
        guard diverged.count > 1 else {
            let rest = names.count == 1 ? "" : "; the \(names.count == 2 ? "other does" : "others do") not"
            return Wording.fitting(
                "\(worst.name.asName) diverges\(part)\(rest)", "\(worst.name.asName) diverges\(part)", "One variant diverges\(part)")
        }
        return Wording.fitting(
            diverged.map { "\($0.name.asName) diverges in \($0.count)" }.joined(separator: ", ") + " of \(English.count(seeds, "seed"))",
            "\(diverged.count) of \(names.count) variants diverge in some seeds")
    }

    private var orderClaim: String { SeedVerdict(measured.finalValidation)?.sentence(names, "validation loss") ?? "" }

    /// "With Sigmoid layer 1’s gradient is 2500× smaller than with ReLU; none of 6 rates trains it".
    private func vanishingClaim(_ found: Vanishing) -> String {
        guard let variant = found.variants.first, found.variants.count == 1 else {
            return "In \(found.variants.count) of \(names.count) networks the first layer’s gradient is far smaller than the last’s"
        }
        let factor = Numeral.factor(contrast?.factor ?? found.factor).text
        let start = "With \(names[variant].asName) layer 1’s gradient is \(factor)× smaller than "
        let whole = start + (contrast.map { "with \(names[$0.other].asName)" } ?? "layer \(experiment.setting.depth)’s")
        let fails = found.failingRates.map { whole + "; none of \($0) rates trains it" } ?? ""
        return Wording.fitting(
            fails.isEmpty ? "" : fails + " in \(experiment.setting.duration)", fails, whole,
            "In one network layer 1’s gradient is \(Numeral.factor(found.factor).text)× smaller than layer \(experiment.setting.depth)’s")
    }

    /// Where both diverge, neither is lower.
    func capped(_ ends: [Double]) -> [Double] { ends.map { isDiverged($0) ? .infinity : $0 } }

    /// "Clipped ends lower than Unclipped at rates from 0.1 up, but higher at rates up to 0.01"; "Batch norm ends highest at batch sizes up
    /// to 4, but lower than Group norm from 16 up".
    private func crossingClaim(_ found: Crossing) -> String {
        let (name, sweep) = (names[found.variant].asName, experiment.sweeps[0])
        func clause(_ side: Crossing.Side, _ word: String, isFirst: Bool, isShort: Bool) -> String {
            let place = side.range.words(sweep.word, isShort: isShort && !isFirst)
            if names.count > 2, side.others.count == names.count - 1 { return "\(word)est \(place)" }
            // Of two variants the other is named once.
            return names.count == 2 && !isFirst ? "\(word)er \(place)" : "\(word)er than \(side.others.map { names[$0] }.asNames) \(place)"
        }
        let sides = [(found.lower, "low"), (found.higher, "high")]
        let (first, second) = found.lower.others.count < found.higher.others.count ? (sides[1], sides[0]) : (sides[0], sides[1])
        func claim(isShort: Bool) -> String {
            "\(name) ends \(clause(first.0, first.1, isFirst: true, isShort: isShort)), but \(clause(second.0, second.1, isFirst: false, isShort: isShort))"
        }
        return Wording.fitting(
            claim(isShort: false), claim(isShort: true),
            "Which of the variants ends \(names.count == 2 ? "lower" : "lowest") depends on the \(sweep.quantity)")
    }

    /// "Plain learns at rates from 0.1 to 0.3, Batch norm from 0.03 to 3".
    private func rangeClaim(_ sweep: Int) -> String {
        let quantity = experiment.sweeps[sweep].word
        let ranges = names.indices.map { range($0, sweep) }
        var groups: [(range: Range, names: [String])] = []
        for (range, name) in zip(ranges, names) {
            if let known = groups.firstIndex(where: { $0.range == range }) {
                groups[known].names.append(name)
            } else {
                groups.append((range, [name]))
            }
        }
        func clause(_ index: Int) -> String {
            let (range, names) = groups[index]
            let place = range.words(quantity, isShort: index > 0)
            return index == 0 ? "\(names.asNames) \(names.count == 1 ? "learns" : "learn") \(place)" : "\(names.asNames) \(place)"
        }
        let all = groups.indices.map(clause).joined(separator: ", ")
        guard groups.count == 1, names.count > 1, let only = groups.first else {
            return Wording.fitting(all, "The variants learn at different \(quantity)s")
        }
        return Wording.fitting(
            all, "\(names.count == 2 ? "Both" : "All \(names.count)") variants learn \(only.range.words(quantity, isShort: false))")
    }

    /// "With Sigmoid the first layer moves 30× less than the last hidden one".
    private var movementClaim: String {
        let hidden = experiment.setting.depth
        let factors = measured.movement.compactMap { line -> (name: String, factor: Double)? in
            // Only if the quartiles of the two layers are apart.
            guard line.median.count >= hidden, hidden > 1, line.low[hidden - 1] > 3 * line.high[0], line.median[0] > 0 else { return nil }
            return (line.name, line.median[hidden - 1] / line.median[0])
        }
        guard let first = factors.first else { return "No variant’s first layer moves 3× less than its last hidden one" }
        let words = "the first layer moves \(Numeral.orderOfMagnitude(first.factor).text)× less than the last hidden one"
        return factors.count == 1
            ? Wording.fitting("With \(first.name.asName) \(words)", "In one network \(words)")
            : "In \(factors.count) of \(names.count) networks the first layer moves far less than the last hidden one"
    }

    func account(of index: Int) -> String {
        func text(_ value: Double?) -> String { Numeral(value ?? .nan, digits: 3).text }
        var account = names[index] + ": "
        if !experiment.shows.isEmpty, !experiment.showsOnlySweptTraining {
            account +=
                "training loss \(text(measured.training[index].median.first)) at first, \(text(measured.training[index].median.last)) at the end; "
                + "validation loss \(text(measured.validation[index].median.first)) and \(text(measured.validation[index].median.last)); "
        }
        if let lost = diverged.first(where: { $0.name == names[index] }), experiment.shows.contains(.loss) {
            account += "diverges in \(lost.count) of \(English.count(seeds, "seed")); "
        }
        if experiment.shows.contains(.layerGradients) {
            account +=
                "gradient norm of each layer’s weights before training "
                + measured.layerGradients[index].median.map { text($0) }.joined(separator: ", ") + "; "
        }
        if experiment.shows.contains(.movement) {
            account += "relative movement by layer " + measured.movement[index].median.map { text($0) }.joined(separator: ", ") + "; "
        }
        if experiment.shows.contains(.gradient) {
            account += "largest gradient norm \(text(measured.gradientNorms[index].median.max())); "
        }
        if index < measured.maps.count {
            account +=
                "the run of seed \(measured.maps[index].seed) has \(Numeral(100 * measured.maps[index].accuracy, decimals: 0).text) % of the validation samples right; "
        }
        for (sweep, ends) in zip(experiment.sweeps, measured.sweeps) {
            let losses = zip(sweep.values, ends.ends[index]).map { value, ends in
                let lost = ends.count(where: isDiverged)
                return "\(text(ends.median)) at \(text(value))" + (lost > 0 ? " (\(lost) of \(ends.count) diverged)" : "")
            }
            account += "\(sweep.name): \(losses.joined(separator: ", ")); "
        }
        return account.trimmingCharacters(in: CharacterSet(charactersIn: "; ")) + "."
    }
}

extension Training {
    /// Whether the only training that is shown is that of a sweep over rates, so that no other rate is of interest.
    var showsOnlySweptTraining: Bool {
        sweeps.count == 1 && sweeps[0].setsRate && tuning.isEmpty && shows.allSatisfy { $0 == .layerGradients }
    }
}

extension Training.Sweep {
    /// In a headline, which mentions learning anyway.
    fileprivate var word: String { setsRate ? "rate" : quantity }
}

extension TrainingFindings.Range {
    /// "at learning rates from 0.1 to 3".
    /// - Parameter isShort: whether an earlier sentence has named the quantity.
    func words(_ quantity: String, isShort: Bool) -> String {
        func text(_ value: Double) -> String { Numeral(value, digits: 3).text }
        let start = isShort ? "" : "at \(quantity)s "
        guard let first = works.firstIndex(of: true), let last = works.lastIndex(of: true) else {
            return isShort ? "at none" : "at no \(quantity)"
        }
        let isWhole = first == 0 && last == works.count - 1
        guard works[first...last].allSatisfy(\.self) else {
            return "at \(works.count(where: \.self)) of \(works.count)" + (isShort ? "" : " \(quantity)s")
        }
        if isWhole { return isShort ? "at every one" : "at every \(quantity)" }
        if first == last { return isShort ? "at \(text(values[first]))" : "at the \(quantity) \(text(values[first]))" }
        if first == 0 { return start + "up to \(text(values[last]))" }
        if last == works.count - 1 { return start + "from \(text(values[first])) up" }
        return start + "from \(text(values[first])) to \(text(values[last]))"
    }
}
