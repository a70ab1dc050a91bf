package import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// The notable feature of a trace, as a value. Headlines, alternative texts and descriptions are sentences made from it
/// (`TraceFinding+Words`); no sentence is ever parsed.
package enum TraceFinding: Hashable, Sendable {
    /// NaN or infinity: the first in the forward pass, or else in the backward pass.
    case lost(NumberKey, Double)
    /// Units whose activation has the derivative 0 in every sample, and the parameters whose gradient is 0 because of them.
    case dead([ScalarID], silenced: [ScalarID], samples: Int)
    /// Clipping that changed something.
    case clippedNorm(Double, limit: Double)
    case clippedValues(Int, of: Int, limit: Double)
    /// How the norm of the gradient with respect to the layers' pre-activations changes from the last layer to the first.
    case faded(from: Signal, to: Signal)
    /// A sigmoid or tanh unit whose derivative is below 1/25 of the maximum in every sample; the derivative is that of one sample.
    case saturated(ScalarID, Slope)
    /// The gradient that reaches a block's input through the skip connection, which is that of the block's sum, and the one through the
    /// block.
    case skip(ScalarID, sum: ScalarID, past: Double, through: Double)
    /// Units that dropout dropped, of so many, and the factor of those that it kept.
    case dropped([ScalarID], of: Int, factor: Double)
    /// A unit that several units use, with what comes back from each.
    case fork(ScalarID, [Use])
    /// The parameters that the update does not change, and those that it does.
    case frozen(Frozen)
    /// The gradient of a score: the probability minus the target, divided by the mean's divisor.
    case score(ScalarID, probability: Double, target: Double, divisor: Double)
    /// A normalization that subtracts the mean, so that its input's gradients sum to 0.
    case centred(input: Tape.ID, mixesSamples: Bool)
    /// The weight whose gradient exceeds all others by a tenth.
    case largest(ScalarID, Double, among: Int, isOfTrained: Bool)
    /// All weights have gradient 0.
    case still
    /// No notable feature: a description of the picture, and the loss.
    case drawn

    /// A layer's pre-activations, and the norm of their gradient.
    package struct Signal: Hashable, Sendable {
        package let tensor: Tape.ID
        package let norm: Double
        /// The pre-activation, if the layer has only one.
        package let only: ScalarID?
    }

    package struct Slope: Hashable, Sendable {
        package let argument: ScalarID
        package let slope, most: Double
    }

    /// The weights that it is about, where it is about some.
    package var weights: [ScalarID] {
        switch self {
        case .fork(_, let uses): uses.map(\.weight)
        case .largest(let weight, _, _, _): [weight]
        case .lost, .dead, .clippedNorm, .clippedValues, .faded, .saturated, .skip, .dropped, .frozen, .score, .centred, .still, .drawn: []
        }
    }

    /// One summand at a fork: the gradient of what the unit is used in, and the weight there.
    package struct Use: Hashable, Sendable {
        package let into: ScalarID
        package let upstream: Double
        package let weight: ScalarID
        package let local: Double
    }

    package enum Frozen: Hashable, Sendable {
        case everything
        /// All biases, and nothing else.
        case biases
        /// Names of layers, if whole layers are frozen, otherwise of parameters.
        case named([String], trained: [String])
    }
}
