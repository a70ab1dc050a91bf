import Experiments
import Foundation
import NeuralNetworks
import Notation

/// What paths over a surface found, as facts, and as sentences made from them.
struct TrajectoryFindings {
    let measured: Trajectory.Measured
    let experiment: Trajectory

    private var names: [String] { experiment.variants.map(\.name) }

    // MARK: Facts

    /// Whether the variants differ in their penalty, and so in the surface itself.
    var hasPenalties: Bool { Set(experiment.variants.map { $0.l2 ?? 0 }).count > 1 }

    /// Whether they differ in nothing else.
    var differInPenaltyAlone: Bool {
        hasPenalties
            && experiment.variants.allSatisfy {
                $0.optimizer == experiment.variants[0].optimizer && $0.clipping == experiment.variants[0].clipping
            }
    }

    /// Whether a path has overflowed, or ends ten times as high as it began.
    func isDiverged(_ path: DescentPath) -> Bool {
        guard let first = path.heights.first, let last = path.heights.last, last.isFinite else { return true }
        return first > 0 && last > 10 * first
    }

    /// The distance from 0 at which a path ends; nil if it has diverged.
    func endDistance(_ path: DescentPath) -> Double? {
        isDiverged(path) ? nil : hypot(path.x.last ?? .nan, path.y.last ?? .nan)
    }

    /// The variants within a tenth of the lowest last height. Between heights this close there is no winner.
    private var lowest: [Int] {
        let ends = measured.paths.map { isDiverged($0) ? .infinity : $0.heights.last ?? .infinity }
        guard let least = ends.min(), least.isFinite else { return [] }
        return ends.indices.filter { ends[$0] - least <= 0.1 * max(abs(ends[$0]), abs(least)) }
    }

    /// The variants that are significantly lower than each other one at one learning rate or more, by a sign test over the starts.
    var winners: [Int] {
        guard let sweep = measured.sweeps.first else { return [] }
        return names.indices.filter { variant in
            sweep.ends[variant].indices.contains { rate in
                names.indices.allSatisfy { $0 == variant || SignTest(sweep.ends[variant][rate], sweep.ends[$0][rate]).isFirstSmaller }
            }
        }
    }

    /// How many more steps a start ten times nearer to the ridge takes; ∞ where a path never leaves. Nil with a single offset.
    func stepsADecade(_ variant: Int) -> Double? {
        guard let least = experiment.offsets.min(), let most = experiment.offsets.max(), least < most,
            let near = experiment.offsets.firstIndex(of: least), let far = experiment.offsets.firstIndex(of: most)
        else { return nil }
        let steps = measured.escapes[variant].median
        return steps[near].isFinite ? (steps[near] - steps[far]) / log10(most / least) : .infinity
    }

    /// Groups of two or more variants that take the same number of steps from every offset.
    var equals: [[Int]] {
        var groups: [[Int]] = []
        for index in measured.escapes.indices {
            if let group = groups.firstIndex(where: { measured.escapes[$0[0]].median == measured.escapes[index].median }) {
                groups[group].append(index)
            } else {
                groups.append([index])
            }
        }
        return groups.filter { $0.count > 1 }
    }

    // MARK: Words

    /// Whether a number after a name would read as a part of it.
    var endInNumbers: Bool { names.contains { $0.last?.isNumber == true } }

    var headline: String {
        if !measured.escapes.isEmpty { return escapeHeadline }
        if hasPenalties { return penaltyHeadline }
        return measured.sweeps.isEmpty ? descentHeadline : rateHeadline
    }

    /// "Optimizer" if the variants differ only in that.
    private var noun: String {
        let same = experiment.variants.allSatisfy { $0.clipping == experiment.variants[0].clipping }
        return same && Set(experiment.variants.map { $0.optimizer?.kind }).count == experiment.variants.count ? "optimizer" : "variant"
    }

    private var rateHeadline: String {
        if winners.count > 1 { return "Which \(noun) is best depends on the learning rate" }
        guard let sweep = measured.sweeps.first, names.count > 1 else {
            let rate = measured.sweeps.first?.best.first ?? 0
            return Wording.fitting(
                "\(names[0].asName) ends lowest at η = \(Numeral(rate, digits: 2).text)", "The loss after \(steps), by learning rate")
        }
        let best = sweep.ends.indices.map { variant in sweep.ends[variant].min { $0.median < $1.median } ?? [] }
        return SeedVerdict(best)?.sentence(names, "loss at the best rate") ?? "The loss after \(steps), by learning rate"
    }

    /// "A 10× smaller offset costs SGD 13 steps, Momentum 11, the others hardly any"; "… 24 steps with SGD 0.05, 7 with SGD 0.2" where a name
    /// ends in a number.
    private var escapeHeadline: String {
        guard let least = experiment.offsets.min() else { return "" }
        let never = names.indices.filter { index in
            zip(experiment.offsets, measured.escapes[index].median).contains { $0 == least && !$1.isFinite }
        }
        guard never.isEmpty else {
            let place = "the saddle from \(Self.power(least)) in \(Self.number(Double(Trajectory.longest))) steps"
            return never.count == names.count
                ? "Nothing leaves \(place)"
                : Wording.fitting(
                    never.map { names[$0] }.asNames + " \(never.count == 1 ? "does" : "do") not leave \(place)",
                    "\(never.count) of \(names.count) variants \(never.count == 1 ? "does" : "do") not leave \(place)")
        }
        // In whole steps, so that equal numbers share their words.
        let costs = names.indices.compactMap { index in stepsADecade(index).map { (index, $0.rounded()) } }
        guard costs.count == names.count, let most = costs.map(\.1).max(), let fewest = costs.map(\.1).min() else {
            return escapesFromOne(least)
        }
        func said(_ cost: Double) -> String { costs.filter { $0.1 == cost }.map { names[$0.0] }.asNames }
        func steps(_ cost: Double) -> String { cost <= 0 ? "hardly any" : Self.number(cost) }
        func paid(_ cost: String, by names: String) -> String { endInNumbers ? "\(cost) with \(names)" : "\(names) \(cost)" }
        let start = "A 10× smaller offset costs"
        let first = "\(most <= 0 ? "hardly any more" : Self.number(most)) \(most == 1 ? "step" : "steps")"
        guard most > fewest else { return Wording.fitting("\(start) \(paid(first, by: said(most)))", "\(start) every variant \(first)") }
        let rest = Set(costs.map(\.1)).subtracting([most]).sorted(by: >)
        let between = rest.dropLast().map { ", \(paid(steps($0), by: said($0)))" }.joined()
        let cheapest = costs.count { $0.1 == fewest }
        return Wording.fitting(
            "\(start) \(paid(first, by: said(most)))\(between), \(paid(steps(fewest), by: said(fewest)))",
            cheapest > 1 ? "\(start) \(paid(first, by: said(most)))\(between), \(paid(steps(fewest), by: "the others"))" : "",
            "\(start) one variant \(first), another \(steps(fewest))")
    }

    /// "From 10⁻⁶ beside the ridge Adam leaves the saddle in 11 steps, SGD in 76".
    private func escapesFromOne(_ offset: Double) -> String {
        let place = "From \(Self.power(offset)) beside the ridge"
        let steps = measured.escapes.map { $0.median.first ?? .infinity }
        guard let fewest = steps.min(), let most = steps.max() else { return place }
        func said(_ count: Double) -> String { steps.indices.filter { steps[$0] == count }.map { names[$0] }.asNames }
        func leaves(_ count: Double) -> String { steps.count { $0 == count } == 1 ? "leaves" : "leave" }
        let first = "\(place) \(said(fewest)) \(leaves(fewest)) the saddle in \(Self.count(fewest))"
        return Wording.fitting(
            most > fewest ? first + ", \(said(most)) in \(Self.number(most))" : first, first,
            "\(place) the saddle is left in \(Self.number(fewest)) to \(Self.count(most))")
    }

    /// "The larger λ, the nearer to 0 the descent ends: 2.9, 2.1, 1.2 away".
    private var penaltyHeadline: String {
        let ends = zip(experiment.variants, measured.paths).map { variant, path in
            (l2: variant.l2 ?? 0, distance: endDistance(path) ?? .nan)
        }.sorted { $0.l2 < $1.l2 }
        let lost = zip(names, measured.paths).filter { isDiverged($1) }.map(\.0)
        guard lost.isEmpty else { return divergence(of: lost) }
        guard differInPenaltyAlone else { return distanceHeadline }
        let list = ends.map { Numeral($0.distance, digits: 2).text }.joined(separator: ", ")
        let isFalling = zip(ends, ends.dropFirst()).allSatisfy { $0.l2 == $1.l2 || $0.distance > $1.distance }
        return isFalling
            ? Wording.fitting(
                "The larger λ, the nearer to 0 the descent ends: \(list) away", "The larger λ, the nearer to 0 the descent ends")
            : Wording.fitting("With λ rising the descents end \(list) away from 0", "The penalty changes where the descent ends")
    }

    /// "Adam with l2 ends nearer to 0 than AdamW: 1.6 away against 2.4".
    private var distanceHeadline: String {
        let ends = zip(names, measured.paths).map { (name: $0, distance: endDistance($1) ?? .nan) }.sorted { $0.distance < $1.distance }
        guard let first = ends.first, let last = ends.last else { return "" }
        let (least, most) = (Numeral(first.distance, digits: 2).text, Numeral(last.distance, digits: 2).text)
        if least == most { return "All \(English.count(ends.count, "variant")) end \(least) away from 0" }
        // Those that print alike are not told apart.
        func those(at distance: String) -> [String] { ends.filter { Numeral($0.distance, digits: 2).text == distance }.map(\.name) }
        let nearest = those(at: least)
        return ends.count == 2
            ? Wording.fitting(
                "\(first.name.asName) ends nearer to 0 than \(last.name.asName): \(least) away against \(most)",
                "The descents end \(least) and \(most) away from 0")
            : Wording.fitting(
                "\(nearest.asNames) \(nearest.count == 1 ? "ends" : "end") nearest to 0, \(least) away, \(those(at: most).asNames) farthest, \(most)",
                "The descents end \(least) to \(most) away from 0")
    }

    private func divergence(of lost: [String]) -> String {
        let rest = names.count - lost.count
        let others = rest == 0 ? "" : rest == 1 ? "; the other one does not" : "; the other \(rest) do not"
        let verb = lost.count == 1 ? "diverges" : "diverge"
        return Wording.fitting(
            "\(lost.asNames) \(verb)\(others)", "\(lost.asNames) \(verb)",
            "\(lost.count) of \(English.count(names.count, "variant")) \(verb)")
    }

    /// "All 4 variants end at the same loss, 0.0894", "From this start Nesterov ends lowest, at 0.0012".
    private var descentHeadline: String {
        let lost = zip(names, measured.paths).filter { isDiverged($1) }.map(\.0)
        guard lost.isEmpty else { return divergence(of: lost) }
        let ahead = lowest
        let height = ahead.first.flatMap { measured.paths[$0].heights.last } ?? .nan
        let loss = Numeral(height, digits: 3).text
        if names.count == 1 {
            return Wording.fitting("After \(steps) \(names[0].asName) is at a loss of \(loss)", "After \(steps) the loss is \(loss)")
        }
        let printed = Set(measured.paths.map { Numeral($0.heights.last ?? .nan, digits: 3).text })
        let all = names.count == 2 ? "Both variants" : "All \(names.count) variants"
        if printed.count == 1 { return "\(all) end at the same loss, \(loss)" }
        if ahead.count == names.count { return "\(all) end within a tenth of the loss \(loss)" }
        let (word, about) = (names.count == 2 ? "lower" : "lowest", Numeral(height, digits: 2).text)
        return Wording.fitting(
            "From this start \(ahead.map { names[$0] }.asNames) \(ahead.count == 1 ? "ends" : "end") \(word), at \(about)",
            "From this start \(ahead.count) of \(names.count) variants \(ahead.count == 1 ? "ends" : "end") \(word), at \(about)")
    }

    private var steps: String { Self.count(Double(experiment.steps)) }

    /// One line of the long description.
    func account(of index: Int) -> String {
        let path = measured.paths[index]
        guard let x = path.x.last, let y = path.y.last, let height = path.heights.last else { return "\(path.name): no path." }
        func text(_ value: Double) -> String { Numeral(value, digits: 3).text }
        var account = "\(path.name): after \(steps) at (\(text(x)), \(text(y))), loss \(text(height))"
        if isDiverged(path) { account += ", diverged" }
        if index < measured.escapes.count {
            let steps = zip(experiment.offsets, measured.escapes[index].median).map { offset, steps in
                steps.isFinite ? "\(Self.number(steps)) from \(text(offset))" : "not left from \(text(offset))"
            }
            account += "; steps to leave the saddle: " + steps.joined(separator: ", ")
        }
        for sweep in measured.sweeps {
            let least = sweep.series[index].median.filter { !$0.isNaN }.min() ?? .infinity
            account +=
                "; \(experiment.angle == 0 ? "" : "turned by \(text(sweep.angle))°, ")least median loss \(text(least)) at η = \(text(sweep.best[index]))"
        }
        return account + "."
    }

    static func number(_ value: Double) -> String { Numeral(value, decimals: 0).text }
    static func count(_ steps: Double) -> String { steps == 1 ? "1 step" : "\(number(steps)) steps" }
    /// 1e-8 as 10⁻⁸.
    static func power(_ value: Double) -> String { Numeral.orderOfMagnitude(value).text }
}
