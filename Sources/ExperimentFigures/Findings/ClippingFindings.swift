import Experiments
import Foundation
import NeuralNetworks
import Notation

/// How clipping changes a descent at a wall, and one gradient: facts, and sentences made from them.
struct ClippingFindings {
    let measured: GradientClipping.Measured
    let experiment: GradientClipping

    typealias Place = (x: Double, y: Double)

    /// The longest step of the first variant without clipping, and where the same step ends with each variant's clipping.
    struct Throw {
        var variant: Int
        var step: Int
        var from: Place
        /// One for each variant; nil for those with another rule than gradient descent.
        var landings: [Place?]
        /// The gradient's norm.
        var gradient: Double

        /// Whether the step is another one with any clipping.
        var isClipped: Bool {
            guard let unclipped = landings[variant] else { return false }
            return landings.contains { $0.map { $0 != unclipped } ?? false }
        }
    }

    /// The finding that the headline states.
    enum Claim: Hashable {
        /// The unclipped descent ends above its start, and every clipped one below; and significantly more of the random starts end higher
        /// unclipped, by a sign test against each other variant.
        case undone
        /// What clipping does to the direction of the one gradient, in the order of the variants without repetitions.
        case turned([Turn])
        case nothingClipped
    }

    struct Turn: Hashable {
        let isByNorm: Bool
        /// The angle in degrees.
        let angle: Double

        var isKept: Bool { angle < 1e-9 }
    }

    // MARK: Facts

    var longest: Throw? {
        guard let variant = experiment.variants.firstIndex(where: { $0.clipping == nil }) else { return nil }
        let path = measured.paths[variant]
        let places = Array(zip(path.x, path.y))
        let lengths = zip(places, places.dropFirst()).map { hypot($1.0 - $0.0, $1.1 - $0.1) }
        guard let step = lengths.indices.filter({ lengths[$0].isFinite }).max(by: { lengths[$0] < lengths[$1] }), lengths[step] > 0 else {
            return nil
        }
        let from: Place = (places[step].0, places[step].1)
        let landings = experiment.variants.map { experiment.step(of: $0, from: from) }
        guard landings[variant] != nil else { return nil }
        let slope = Surface.cliff.slope(x: from.x, y: from.y)
        return Throw(variant: variant, step: step, from: from, landings: landings, gradient: hypot(slope.x, slope.y))
    }

    func isClipped(_ index: Int) -> Bool { measured.gradients[index].before != measured.gradients[index].after }

    var claim: Claim {
        if isUndone { return .undone }
        var turns: [Turn] = []
        for (index, variant) in experiment.variants.enumerated() where isClipped(index) {
            let isByNorm =
                switch variant.clipping {
                case .norm: true
                case .value, nil: false
                }
            let turn = Turn(isByNorm: isByNorm, angle: measured.gradients[index].angle)
            if !turns.contains(turn) { turns.append(turn) }
        }
        return turns.isEmpty ? .nothingClipped : .turned(turns)
    }

    private var isUndone: Bool {
        guard let longest, experiment.variants.count > 1 else { return false }
        let path = measured.paths[longest.variant]
        let ends = measured.paths.map { $0.heights.last.map { $0.isNaN ? .infinity : $0 } ?? .infinity }
        guard let start = path.heights.first, ends[longest.variant] > start,
            path.heights[longest.step + 1] > 2 * path.heights[longest.step]
        else { return false }
        let rises = measured.rises.map { $0.map { $0 > 0 ? 1.0 : 0 } }
        return experiment.variants.indices.filter { $0 != longest.variant }.allSatisfy { index in
            ends[index] < start && SignTest(rises[longest.variant], rises[index]).isFirstLarger
        }
    }

    /// Whether the longest step raises the loss with each variant's clipping, and unclipped the loss stays above its start.
    private var raisesAll: Bool {
        guard let longest, let start = measured.paths[longest.variant].heights.first else { return false }
        let before = Surface.cliff.slope(x: longest.from.x, y: longest.from.y).height
        return measured.paths[longest.variant].heights.dropFirst(longest.step + 1).allSatisfy { $0 > start }
            && longest.landings.allSatisfy { $0.map { Surface.cliff.slope(x: $0.x, y: $0.y).height > before } ?? false }
    }

    // MARK: Words

    var headline: String {
        switch claim {
        case .undone:
            return raisesAll
                ? "One step at the wall raises the loss: unclipped it stays high, clipped it falls again"
                : "Unclipped, one step at the wall undoes the descent; clipped, it goes on"
        case .turned(let turns):
            let clauses = turns.map { turn in
                "by \(turn.isByNorm ? "norm" : "value") \(turn.isKept ? "keeps the direction" : "turns it by \(Self.degrees(turn.angle))")"
            }
            return Wording.fitting(
                "Clipping " + clauses.joined(separator: ", "), "Clipping changes the gradient’s direction in some of the variants")
        case .nothingClipped: return "The gradient is within its limits: nothing is clipped"
        }
    }

    static func degrees(_ angle: Double) -> String { angle < 1e-9 ? "0°" : Numeral(angle, digits: 3).text + "°" }
}
