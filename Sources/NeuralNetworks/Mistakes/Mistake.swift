/// A common mistake in a backward pass written by hand: the same pass by the same rules, wrong in one place.
package enum Mistake: String, CaseIterable, Hashable, Sendable {
    /// f′ of every activation layer is taken to be 1.
    case missingActivationDerivative = "missing-activation-derivative"
    /// f′ of every activation layer is evaluated at its output.
    case derivativeAtOutput = "derivative-at-output"
    /// Where a tensor is used several times, only the gradient of one use is kept: = in place of +=.
    case overwriteAtForks = "overwrite-at-forks"
    /// A residual block propagates only the gradient of its inner layers.
    case missingSkip = "missing-skip"
    /// A dense layer with a square weight multiplies by W rather than by its transpose.
    case transposedWeight = "transposed-weight"
    /// The means and variances of normalizations are treated as constants.
    case constantStatistics = "constant-statistics"
    /// Only the diagonal of a softmax's Jacobian is used.
    case softmaxElementwise = "softmax-elementwise"
    /// The gradient of a mean loss is not divided by the number of terms.
    case sumForMean = "sum-for-mean"
    /// The derivative of (y − t)² is taken to be y − t.
    case missingTwo = "missing-two"
    /// Dropout's mask and scale are not applied in the backward pass.
    case undroppedBackward = "undropped-backward"
    /// The gradient is added where it should be subtracted.
    case wrongSign = "wrong-sign"
    /// Each layer is updated during the backward pass, and those below are differentiated with its updated weights.
    case updatedWeights = "updated-weights"
    /// The gradients of earlier steps are never reset to 0.
    case accumulatedGradients = "accumulated-gradients"
}

extension Mistake {
    /// What is wrong, in a line of the language's help.
    package var about: String {
        switch self {
        case .missingActivationDerivative: "the derivative of activations is left out"
        case .derivativeAtOutput: "the derivative of activations is taken at their output"
        case .overwriteAtForks: "of the gradients that meet at a fork one replaces the others"
        case .missingSkip: "the gradient of a residual block's skip is left out"
        case .transposedWeight: "square weights are not transposed"
        case .constantStatistics: "means and variances of normalizations are taken as constants"
        case .softmaxElementwise: "of a softmax's derivatives only the diagonal is taken"
        case .sumForMean: "the loss's mean is not divided by what it runs over"
        case .missingTwo: "the 2 of the square's derivative is left out"
        case .undroppedBackward: "dropout's mask is not applied on the way back"
        case .wrongSign: "the gradient is added in the update"
        case .updatedWeights: "the way back goes through weights that are updated already"
        case .accumulatedGradients: "gradients are not set back to 0 between steps"
        }
    }
}
