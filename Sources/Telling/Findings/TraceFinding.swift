package import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// What stands out in a trace, as a value. Headlines, alternative texts and descriptions are sentences made of it
/// (`TraceFinding+Words`); nothing is read back out of a sentence.
package enum TraceFinding: Hashable, Sendable {
    /// A number that is none: the first of the forward pass, or else of the backward pass.
    case lost(NumberKey, Double)
    /// Units whose activation has the derivative 0 in every sample, and the parameters whose gradient is 0 because of them.
    case dead([ScalarID], silenced: [ScalarID], samples: Int)
    /// Clipping that changed something.
    case clippedNorm(Double, limit: Double)
    case clippedValues(Int, of: Int, limit: Double)
    /// How the gradient's norm at the layers' sums changes from the last layer to the first.
    case faded(from: Signal, to: Signal)
    /// A unit of σ or tanh whose derivative is below a 25th of the function's greatest, in every sample; that of one sample.
    case saturated(ScalarID, Slope)
    /// What comes back to a block's input past the block, which is the gradient of its sum, and what comes through it.
    case skip(ScalarID, sum: ScalarID, past: Double, through: Double)
    /// Units that dropout dropped, of so many, and the factor of those that it kept.
    case dropped([ScalarID], of: Int, factor: Double)
    /// A unit that several units use, with what comes back from each.
    case fork(ScalarID, [Use])
    /// What the update leaves alone, and what it changes.
    case frozen(Frozen)
    /// A score's gradient: the probability that the loss makes of it, minus the target, over what the mean divides by.
    case score(ScalarID, probability: Double, target: Double, divisor: Double)
    /// A normalization that takes the mean out, so that its input's gradients sum to 0.
    case centred(input: Tape.ID, mixesSamples: Bool)
    /// The weight whose gradient leads all others' by a tenth.
    case largest(ScalarID, Double, among: Int, isOfTrained: Bool)
    /// No weight has a gradient but 0.
    case still
    /// Nothing stands out: what is drawn, and its loss.
    case drawn

    /// A layer's sums, and the norm of their gradient.
    package struct Signal: Hashable, Sendable {
        package let tensor: Tape.ID
        package let norm: Double
        /// Of a layer with a single sum.
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
        /// Layers, where whole layers are frozen, or else parameters.
        case named([String], trained: [String])
    }
}
