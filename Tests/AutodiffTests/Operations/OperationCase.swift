import Autodiff

/// Every case of every operation, so that each has a sample and a definition: a new operation does not build here
/// until it has both.
enum OperationCase: CaseIterable {
    case identity, sigmoid, tanh, relu, leakyReLU, elu, swish, gelu, softplus, mish, selu, softsign
    case exp, ln, log10, sqrt, abs, sin, cos, tan, negate, complement
    case add, subtract, multiply, divide, power, max, min
    case dense, denseRows, convolution, maxPool, averagePool, globalAverage, dropout, embedding, addToEachSample
    case headProjection, attentionScores, attentionContext
    case reshape, step, columns, stack, forEachSample
    case mean, variance, normalize, meanSquare, divideByRootMeanSquare, scaleAndShift, scale
    case softmax, causalSoftmax
    case halfSquaredError, squaredError, absoluteError, huber, outputSum, crossEntropy, binaryCrossEntropy, hinge
    case penalty, singularValue, divideByScalar

    init(_ primitive: Primitive) {
        switch primitive {
        case .pointwise(let function): self.init(function)
        case .pairwise(let function): self.init(function)
        case .dense(let dense): self = dense.rows == nil ? .dense : .denseRows
        case .maxPool: self = .maxPool
        case .averagePool: self = .averagePool
        case .globalAverage: self = .globalAverage
        case .dropout: self = .dropout
        case .embedding: self = .embedding
        case .addToEachSample: self = .addToEachSample
        case .headProjection: self = .headProjection
        case .attentionScores: self = .attentionScores
        case .attentionContext: self = .attentionContext
        case .convolution: self = .convolution
        case .copying(let copying): self.init(copying)
        case .mean: self = .mean
        case .variance: self = .variance
        case .normalize: self = .normalize
        case .meanSquare: self = .meanSquare
        case .divideByRootMeanSquare: self = .divideByRootMeanSquare
        case .scaleAndShift(let scaling): self = scaling.hasShift ? .scaleAndShift : .scale
        case .softmax(let softmax): self = softmax.isCausal ? .causalSoftmax : .softmax
        case .loss(let loss): self.init(loss)
        case .penalty: self = .penalty
        case .singularValue: self = .singularValue
        case .divideByScalar: self = .divideByScalar
        }
    }

    private init(_ function: Pointwise) {
        switch function {
        case .identity: self = .identity
        case .sigmoid: self = .sigmoid
        case .tanh: self = .tanh
        case .relu: self = .relu
        case .leakyReLU: self = .leakyReLU
        case .elu: self = .elu
        case .swish: self = .swish
        case .gelu: self = .gelu
        case .softplus: self = .softplus
        case .mish: self = .mish
        case .selu: self = .selu
        case .softsign: self = .softsign
        case .exp: self = .exp
        case .ln: self = .ln
        case .log10: self = .log10
        case .sqrt: self = .sqrt
        case .abs: self = .abs
        case .sin: self = .sin
        case .cos: self = .cos
        case .tan: self = .tan
        case .negate: self = .negate
        case .complement: self = .complement
        }
    }

    private init(_ function: Pairwise) {
        switch function {
        case .add: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        case .power: self = .power
        case .max: self = .max
        case .min: self = .min
        }
    }

    private init(_ copying: Copying) {
        switch copying {
        case .reshape: self = .reshape
        case .step: self = .step
        case .columns: self = .columns
        case .stack: self = .stack
        case .forEachSample: self = .forEachSample
        }
    }

    private init(_ loss: BatchLoss) {
        switch loss.measure {
        case .halfSquaredError: self = .halfSquaredError
        case .squaredError: self = .squaredError
        case .absoluteError: self = .absoluteError
        case .huber: self = .huber
        case .outputSum: self = .outputSum
        case .crossEntropy: self = .crossEntropy
        case .binaryCrossEntropy: self = .binaryCrossEntropy
        case .hinge: self = .hinge
        }
    }
}
