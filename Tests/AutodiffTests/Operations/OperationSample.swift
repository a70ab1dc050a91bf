import Autodiff

/// An operation with operands of random shapes and values, away from kinks and poles.
struct OperationSample {
    let primitive: Primitive
    let operands: [Tensor]
    /// What the operation is by its textbook definition, written without the engine.
    let definition: ([Tensor]) -> [Double]
    /// Whether ∂L/∂operand is asked for; targets have none.
    var differentiable: [Bool]

    init(
        _ primitive: Primitive, _ operands: [Tensor], constants: Set<Int> = [],
        _ definition: @escaping ([Tensor]) -> [Double]
    ) {
        self.primitive = primitive
        self.operands = operands
        self.definition = definition
        differentiable = operands.indices.map { !constants.contains($0) }
    }

    var output: Tensor { primitive.rules.evaluate(operands) }

    init(_ operation: OperationCase, _ numbers: inout SeededNumbers) {
        switch operation {
        case .identity, .sigmoid, .tanh, .relu, .leakyReLU, .elu, .swish, .gelu, .softplus, .mish, .selu, .softsign, .exp, .ln, .log10,
            .sqrt, .abs, .sin, .cos, .tan, .negate, .complement:
            self = .pointwise(operation, &numbers)
        case .add, .subtract, .multiply, .divide, .power, .max, .min: self = .pairwise(operation, &numbers)
        case .dense, .denseRows: self = .dense(operation, &numbers)
        case .convolution: self = .convolution(&numbers)
        case .maxPool, .averagePool: self = .pool(operation, &numbers)
        case .globalAverage: self = .globalAverage(&numbers)
        case .dropout: self = .dropout(&numbers)
        case .embedding: self = .embedding(&numbers)
        case .addToEachSample: self = .addToEachSample(&numbers)
        case .headProjection: self = .headProjection(&numbers)
        case .attentionScores: self = .attentionScores(&numbers)
        case .attentionContext: self = .attentionContext(&numbers)
        case .causalSoftmax: self = .causalSoftmax(&numbers)
        case .reshape, .step, .columns, .stack, .forEachSample: self = .copying(operation, &numbers)
        case .mean, .variance, .normalize, .meanSquare, .divideByRootMeanSquare, .scaleAndShift, .scale:
            self = .statistics(operation, &numbers)
        case .softmax: self = .softmax(&numbers)
        case .halfSquaredError, .squaredError, .absoluteError, .huber, .outputSum, .crossEntropy, .binaryCrossEntropy, .hinge:
            self = .loss(operation, &numbers)
        case .penalty: self = .penalty(&numbers)
        case .singularValue: self = .singularValue(&numbers)
        case .divideByScalar: self = .divideByScalar(&numbers)
        }
    }
}
