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
