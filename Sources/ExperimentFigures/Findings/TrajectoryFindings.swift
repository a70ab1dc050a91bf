import Experiments
import Foundation
import Notation

/// What paths over a surface found, in words that follow from their numbers.
struct TrajectoryFindings {
    let measured: Trajectory.Measured
    let experiment: Trajectory

    /// Whether the variants differ in their penalty, and so in the surface itself.
    var hasPenalties: Bool { Set(experiment.variants.map { $0.l2 ?? 0 }).count > 1 }

    var headline: String {
        if !measured.escapes.isEmpty { return escapeHeadline }
        if hasPenalties { return penaltyHeadline }
        return descentHeadline
    }

    /// "From 10⁻⁸ beside the ridge Adam leaves the saddle in 11 steps, SGD in 101".
    private var escapeHeadline: String {
        guard let least = experiment.offsets.min(), let place = experiment.offsets.firstIndex(of: least) else { return "" }
        let steps = measured.escapes.map { ($0.name, $0.median[place]) }.sorted { $0.1 < $1.1 }
        guard let fastest = steps.first, let slowest = steps.last, fastest.1.isFinite else {
            return "From \(Self.power(least)) beside the ridge nothing leaves the saddle in \(Self.count(Double(Trajectory.longest)))"
        }
        let start = "From \(Self.power(least)) beside the ridge \(fastest.0) leaves the saddle in \(Self.count(fastest.1))"
        guard slowest.1 > fastest.1 else { return start }
        return slowest.1.isFinite
            ? start + ", \(slowest.0) in \(Self.number(slowest.1))"
            : start + ", \(slowest.0) not in \(Self.number(Double(Trajectory.longest)))"
    }

    /// "The larger λ, the nearer to 0 the descent ends: 2.9, 2.1, 1.2 away".
    private var penaltyHeadline: String {
        let ends = zip(experiment.variants, measured.paths).sorted { ($0.0.l2 ?? 0) < ($1.0.l2 ?? 0) }.map { variant, path in
            hypot(path.x.last ?? .nan, path.y.last ?? .nan)
        }
        let list = ends.map { Numeral($0, digits: 2).text }.joined(separator: ", ")
        return zip(ends, ends.dropFirst()).allSatisfy { $0 > $1 }
            ? "The larger λ, the nearer to 0 the descent ends: \(list) away"
            : "With λ rising the descents end \(list) away from 0"
    }

    /// "After 60 steps Nesterov stands lowest, Adagrad highest".
    private var descentHeadline: String {
        let ends = measured.paths.map { ($0.name, $0.heights.last ?? .nan) }
        let lost = ends.filter { !$0.1.isFinite }.map(\.0)
        let kept = ends.filter(\.1.isFinite).sorted { $0.1 < $1.1 }
        let diverged = NameList(names: lost, total: ends.count).says("diverges", "diverge")
        guard let lowest = kept.first, let highest = kept.last else { return Self.capitalized(diverged) }
        let steps = Self.count(Double(experiment.steps))
        let order =
            kept.count > 1
            ? "After \(steps) \(lowest.0) stands lowest, \(highest.0) highest"
            : "After \(steps) \(lowest.0) stands at \(Numeral(lowest.1, digits: 2).text)"
        return lost.isEmpty ? order : order + "; \(diverged)"
    }

    /// A line of the long description.
    func account(of index: Int) -> String {
        let path = measured.paths[index]
        guard let x = path.x.last, let y = path.y.last, let height = path.heights.last else { return "\(path.name): no path." }
        func text(_ value: Double) -> String { Numeral(value, digits: 3).text }
        var account = "\(path.name): after \(Self.count(Double(experiment.steps))) at (\(text(x)), \(text(y))), loss \(text(height))"
        if index < measured.escapes.count {
            let steps = zip(experiment.offsets, measured.escapes[index].median).map { offset, steps in
                steps.isFinite ? "\(Self.number(steps)) from \(text(offset))" : "not left from \(text(offset))"
            }
            account += "; steps to leave the saddle: " + steps.joined(separator: ", ")
        }
        return account + "."
    }

    static func number(_ value: Double) -> String { Numeral(value, decimals: 0).text }
    static func count(_ steps: Double) -> String { steps == 1 ? "1 step" : "\(number(steps)) steps" }
    static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
    /// 1e-8 as 10⁻⁸.
    static func power(_ value: Double) -> String { Numeral.orderOfMagnitude(value).text }
}
