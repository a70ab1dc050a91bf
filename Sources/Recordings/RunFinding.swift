/// What is wrong with a run, if anything, with the layer, the step and the number that show it. Layers are numbered as in the recording.
package enum RunFinding: Hashable, Sendable {
    /// A number is NaN or infinite, or the loss has become many times what it was.
    case diverged(step: Int, of: Diverged, value: Double)
    /// The gradient is many times larger at an early layer than at a late one.
    case exploding(Passage)
    /// The gradient is many times smaller at an early layer than at a late one.
    case vanishing(Passage)
    /// Rectifiers whose outputs are nearly all 0; of the worst, the layer and its share.
    case deadUnits(layer: Int, step: Int, share: Double, layers: Int)
    /// Squashing functions at their flat ends; of the worst, the layer and the root mean square of its slope, over the steepest there is.
    case saturation(layer: Int, step: Int, slope: Double, layers: Int)
    /// Layers whose weights don't change from a step on.
    case frozenLayers([Int], step: Int, of: Int)
    /// Steps change the weights by too large or too small a part of their norm; the layer is that of the middle ratio.
    case stepsTooLarge(layer: Int, step: Int, ratio: Double)
    case stepsTooSmall(layer: Int, step: Int, ratio: Double)
    case nothingToWorryAbout

    package enum Diverged: Hashable, Sendable {
        case loss
        case gradient(layer: Int)
        case weights(layer: Int)
        case activation(layer: Int)
    }

    /// How the gradient's norm changes on its way back.
    package struct Passage: Hashable, Sendable {
        package var step: Int
        /// The layer nearest the input and the last one before the output, of those with gradients.
        package var first, last: Int
        /// log₁₀ of how many times larger or smaller it is at `first`, 0 or more; ∞ where nothing arrives there.
        package var decades: Double
        /// Whether both are calls of one module, such as the time steps of a recurrent cell.
        package var isThroughTime: Bool

        package init(step: Int, first: Int, last: Int, decades: Double, isThroughTime: Bool = false) {
            (self.step, self.first, self.last, self.decades, self.isThroughTime) = (step, first, last, decades, isThroughTime)
        }
    }

    /// The kinds of findings.
    package enum Kind: String, CaseIterable, Sendable {
        case exploding, diverged, saturation, vanishing
        case explodingInTime = "exploding-in-time"
        case deadUnits = "dead-units"
        case vanishingInTime = "vanishing-in-time"
        case stepsTooSmall = "steps-too-small"
        case frozenLayers = "frozen-layers"
        case stepsTooLarge = "steps-too-large"
        case nothingToWorryAbout = "nothing-to-worry-about"
    }

    package var kind: Kind {
        switch self {
        case .diverged: .diverged
        case .exploding(let passage): passage.isThroughTime ? .explodingInTime : .exploding
        case .vanishing(let passage): passage.isThroughTime ? .vanishingInTime : .vanishing
        case .deadUnits: .deadUnits
        case .saturation: .saturation
        case .frozenLayers: .frozenLayers
        case .stepsTooLarge: .stepsTooLarge
        case .stepsTooSmall: .stepsTooSmall
        case .nothingToWorryAbout: .nothingToWorryAbout
        }
    }
}
