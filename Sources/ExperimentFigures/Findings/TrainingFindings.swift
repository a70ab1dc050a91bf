import Experiments
import Foundation
import NeuralNetworks
import Notation

/// What training over seeds found, as facts, and in words that follow from them.
struct TrainingFindings {
    let measured: Training.Measured
    let experiment: Training

    private var names: [String] { experiment.variants.map(\.name) }
    private var seeds: Int { experiment.setting.seeds }

    // MARK: Facts

    /// The loss of saying the same of every sample: ln 2 for two equal classes, else the targets' variance.
    var guess: Double {
        let noise = experiment.setting.noise
        return switch experiment.setting.data {
        case .twoSpirals: log(2)
        case .noisySine: 0.5 + noise * noise
        case .recall: 1 + noise * noise
        }
    }

    /// From here on a loss has diverged.
    var cap: Double { 10 * guess }

    func isDiverged(_ loss: Double) -> Bool { !(loss <= cap) }

    /// Which variants diverge, and in how many seeds.
    private var diverged: [(name: String, count: Int)] {
        names.indices.map { index in
            let ends = zip(measured.finalTraining[index], measured.finalValidation[index])
            return (names[index], ends.count { isDiverged($0) || isDiverged($1) })
        }.filter { $0.count > 0 }
    }

    /// The values of a sweep, rising, at which a variant learns: three quarters of the seeds end below half the loss of a guess.
    struct Range: Hashable {
        /// Of the sweep, rising.
        let values: [Double]
        let works: [Bool]
    }

    func range(_ variant: Int, _ sweep: Int) -> Range {
        let line = measured.sweeps[sweep].series[variant].ordered
        return Range(values: line.x, works: line.high.map { $0 < guess / 2 })
    }

    /// The gradient of the last hidden layer's weights over that of the first one's before any step, where the middle halves of the seeds
    /// lie apart by ten; nil where they don't.
    private func shrinking(_ variant: Int) -> Double? {
        let (line, hidden) = (measured.layerGradients[variant], experiment.setting.depth)
        guard experiment.shows.contains(.layerGradients), experiment.setting.data != .recall, hidden > 1, line.median.count > hidden,
            line.low[hidden - 1] > 10 * line.high[0], line.median[0] > 0
        else { return nil }
        return line.median[hidden - 1] / line.median[0]
    }

    struct Vanishing: Hashable {
        /// All whose first layer's gradient is that much smaller.
        let variants: [Int]
        /// Of the first of them.
        let factor: Double
        /// Whether a single one learns at no learning rate of a sweep.
        let isHelpless: Bool
    }

    var vanishing: Vanishing? {
        let variants = names.indices.filter { shrinking($0) != nil }
        guard let first = variants.first, let factor = shrinking(first) else { return nil }
        let rates = experiment.sweeps.firstIndex { $0.setsRate }
        return Vanishing(
            variants: variants, factor: factor,
            isHelpless: variants.count == 1 && rates.map { !range(first, $0).works.contains(true) } ?? false)
    }

    /// A variant that ends lower than every other at some values of the only sweep and higher than every other at others, by a sign test
    /// over the seeds.
    struct Crossing: Hashable {
        let variant: Int
        let lower, higher: Range
    }

    /// Of two variants the second.
    var crossing: Crossing? {
        guard experiment.sweeps.count == 1, names.count > 1 else { return nil }
        let (values, ends) = (experiment.sweeps[0].values, measured.sweeps[0].ends)
        let rising = values.indices.sorted { values[$0] < values[$1] }
        // Seeds in which both diverge count against either, as in the bars, whose lines are those of all seeds.
        let least = SignTest.fewestWins(of: seeds) ?? .max
        func range(_ variant: Int, _ wins: (SignTest) -> Int) -> Range {
            Range(
                values: rising.map { values[$0] },
                works: rising.map { place in
                    names.indices.allSatisfy { other in
                        other == variant || wins(SignTest(capped(ends[variant][place]), capped(ends[other][place]))) >= least
                    }
                })
        }
        for variant in names.count == 2 ? [1] : Array(names.indices) {
            let (lower, higher) = (range(variant, \.smaller), range(variant, \.larger))
            if lower.works.contains(true), higher.works.contains(true) { return Crossing(variant: variant, lower: lower, higher: higher) }
        }
        return nil
    }

    /// What the headline's word for success means, where it has one.
    var learningNote: String? {
        let meaning = "three quarters of the seeds end below half the loss of a guess."
        if let vanishing { return vanishing.isHelpless ? "A learning rate works where " + meaning : nil }
        return crossing == nil && !experiment.sweeps.isEmpty ? "Learns: " + meaning : nil
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

    /// What is drawn, where nothing stands out.
    private var described: String {
        guard names.count == 1, let end = measured.validation.first?.median.last, end.isFinite else {
            return "\(Wording.count(names.count, "variant")) over \(experiment.setting.duration) of training"
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
            diverged.map { "\($0.name.asName) diverges in \($0.count)" }.joined(separator: ", ") + " of \(Wording.count(seeds, "seed"))",
            "\(diverged.count) of \(names.count) variants diverge in some seeds")
    }

    private var orderClaim: String { SeedVerdict(measured.finalValidation)?.sentence(names, "validation loss") ?? "" }

    /// "With Sigmoid the first layer’s gradient is 600× smaller; no learning rate works".
    private func vanishingClaim(_ found: Vanishing) -> String {
        let size = "\(Numeral.orderOfMagnitude(found.factor).text)×"
        guard let variant = found.variants.first, found.variants.count == 1 else {
            return "In \(found.variants.count) of \(names.count) networks the first layer’s gradient is far smaller than the last’s"
        }
        let start = "With \(names[variant].asName) the first layer’s gradient is \(size) smaller"
        return Wording.fitting(
            found.isHelpless ? start + "; no learning rate works" : "", start + " than the last hidden layer’s", start,
            "In one network the first layer’s gradient is \(size) smaller than the last hidden layer’s")
    }

    /// Where both diverge neither is lower.
    func capped(_ ends: [Double]) -> [Double] { ends.map { isDiverged($0) ? .infinity : $0 } }

    private func crossingClaim(_ found: Crossing) -> String {
        let (name, sweep) = (names[found.variant].asName, experiment.sweeps[0])
        let isOfTwo = names.count == 2
        let (low, high) = isOfTwo ? ("lower than \(names[1 - found.variant].asName)", "higher") : ("lowest", "highest")
        let lower = "\(name) ends \(low) \(found.lower.words(sweep.word, isShort: false))"
        return Wording.fitting(
            "\(lower), but \(high) \(found.higher.words(sweep.word, isShort: false))",
            "\(lower), but \(high) \(found.higher.words(sweep.word, isShort: true))",
            "Which of the variants ends \(isOfTwo ? "lower" : "lowest") depends on the \(sweep.quantity)")
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
            // Only where the quartiles of the two layers lie apart.
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
        if !experiment.shows.isEmpty {
            account +=
                "training loss \(text(measured.training[index].median.first)) at first, \(text(measured.training[index].median.last)) at the end; "
                + "validation loss \(text(measured.validation[index].median.first)) and \(text(measured.validation[index].median.last)); "
        }
        if let lost = diverged.first(where: { $0.name == names[index] }), experiment.shows.contains(.loss) {
            account += "diverges in \(lost.count) of \(Wording.count(seeds, "seed")); "
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
                "the median run has \(Numeral(100 * measured.maps[index].accuracy, decimals: 0).text) % of the validation samples right; "
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

extension Training.Sweep {
    /// In a headline, where learning is spoken of anyway.
    fileprivate var word: String { setsRate ? "rate" : quantity }
}

extension TrainingFindings.Range {
    /// "at learning rates from 0.1 to 3".
    /// - Parameter isShort: after a sentence that has named the quantity.
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
