/// One of the mistakes that people make who write a backward pass by hand: the same pass by the same rules, wrong in one place.
package enum Mistake: String, CaseIterable, Hashable, Sendable {
    /// f′ of every activation layer is taken as 1.
    case missingActivationDerivative = "missing-activation-derivative"
    /// f′ of every activation layer is taken at its output.
    case derivativeAtOutput = "derivative-at-output"
    /// Where a tensor is used several times, the gradient of one use is kept: = in place of +=.
    case overwriteAtForks = "overwrite-at-forks"
    /// A residual block hands on only what comes back through its inner layers.
    case missingSkip = "missing-skip"
    /// A dense layer with a square weight multiplies by W rather than by its transpose.
    case transposedWeight = "transposed-weight"
    /// Means and variances of normalizations are taken as constants.
    case constantStatistics = "constant-statistics"
    /// A softmax's Jacobian is taken as its diagonal.
    case softmaxElementwise = "softmax-elementwise"
    /// The loss's mean is not divided by what it runs over.
    case sumForMean = "sum-for-mean"
    /// The derivative of (y − t)² is taken as y − t.
    case missingTwo = "missing-two"
    /// Dropout's mask and scale are not applied backward.
    case undroppedBackward = "undropped-backward"
    /// The gradient is added where it should be subtracted.
    case wrongSign = "wrong-sign"
    /// Layers are updated one by one on the way back, and those below are differentiated with the weights after it.
    case updatedWeights = "updated-weights"
    /// The gradients of earlier steps are never set back to 0.
    case accumulatedGradients = "accumulated-gradients"
}
