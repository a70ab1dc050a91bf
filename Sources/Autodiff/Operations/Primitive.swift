/// The closed set of operations that a tape may hold.
///
/// Each has three rules, together in one file: evaluation, pullback and local derivatives. The switch below has no `default:`, so that a
/// new operation does not build until every rule exists.
package enum Primitive: Hashable, Sendable {
    case pointwise(Pointwise)
    case pairwise(Pairwise)
    case dense(Dense)
    case convolution(Convolution)
    case copying(Copying)
    case mean(GroupMean)
    case variance(GroupVariance)
    case normalize(Normalize)
    case meanSquare(MeanSquare)
    case divideByRootMeanSquare(DivideByRootMeanSquare)
    case scaleAndShift(ScaleAndShift)
    case softmax(Softmax)
    case loss(BatchLoss)
    case penalty(SquaredPenalty)
    case singularValue(LargestSingularValue)
    case divideByScalar(DivideByScalar)
    case maxPool(MaxPool)
    case averagePool(AveragePool)
    case globalAverage(GlobalAverage)
    case dropout(Dropout)
    case embedding(Embedding)
    case addToEachSample(AddToEachSample)
    case headProjection(HeadProjection)
    case attentionScores(AttentionScores)
    case attentionContext(AttentionContext)

    package var rules: any DifferentiationRules {
        switch self {
        case .pointwise(let rules): rules
        case .pairwise(let rules): rules
        case .dense(let rules): rules
        case .convolution(let rules): rules
        case .copying(let rules): rules
        case .mean(let rules): rules
        case .variance(let rules): rules
        case .normalize(let rules): rules
        case .meanSquare(let rules): rules
        case .divideByRootMeanSquare(let rules): rules
        case .scaleAndShift(let rules): rules
        case .softmax(let rules): rules
        case .loss(let rules): rules
        case .penalty(let rules): rules
        case .singularValue(let rules): rules
        case .divideByScalar(let rules): rules
        case .maxPool(let rules): rules
        case .averagePool(let rules): rules
        case .globalAverage(let rules): rules
        case .dropout(let rules): rules
        case .embedding(let rules): rules
        case .addToEachSample(let rules): rules
        case .headProjection(let rules): rules
        case .attentionScores(let rules): rules
        case .attentionContext(let rules): rules
        }
    }
}

/// The rules of an operation: its value, its pullback and its local derivatives.
package protocol DifferentiationRules: Sendable {
    /// The operation's name in a trace: "dense", "sigmoid", "multiply".
    var kind: String { get }

    /// The shape of the result. Operands that do not fit are a programming error: lessons are validated when they are read.
    func shape(of operands: [[Int]]) -> [Int]

    /// The number of products of an upstream gradient and a local derivative in the operation's backward pass.
    func products(for operands: [[Int]]) -> Int

    /// Whether these are matrix products, which are ten times as fast as others.
    var isMatrixProduct: Bool { get }

    /// Sets every entry of the result, row-major.
    func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>)

    /// Whether an operand has a gradient; a target has none.
    func flows(to operand: Int) -> Bool

    /// Computes the gradients of the operands: for each, the sum over the result's scalars of upstream gradient times local derivative.
    /// - Parameter gradients: one for each operand, nil where it is not wanted. Two of them may belong to the same tensor.
    func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?])

    /// Calls `visit` with ∂output[index]/∂operand[entry] for every entry that output[index] depends on, once for each operand that holds
    /// it, even where the derivative is 0: a run of neighbouring entries at a time.
    func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit)

    /// The entries of the result, row-major, that may depend on one entry of an operand: a superset, to which the search for its
    /// contributions is limited.
    /// - Parameter shape: of the result.
    func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int>

    /// The kinks and ties at which an entry of the result lies, where its derivative is a convention.
    func ambiguities(of index: Int, operands: [TensorView]) -> [Ambiguity]
}

extension DifferentiationRules {
    package func flows(to operand: Int) -> Bool { true }
    package func ambiguities(of index: Int, operands: [TensorView]) -> [Ambiguity] { [] }
    package var isMatrixProduct: Bool { false }

    /// All entries, which is right for every operation, but slow for a large result.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> { .all(of: shape) }
}

extension StrideTo<Int> {
    /// Every entry of a tensor of this shape.
    static func all(of shape: [Int]) -> StrideTo<Int> { run(0, of: shape.saturatingCount) }

    static func only(_ index: Int) -> StrideTo<Int> { run(index, of: 1) }

    /// The `number`th of several runs of neighbours, all of this length.
    static func run(_ number: Int, of length: Int) -> StrideTo<Int> { stride(from: number * length, to: (number + 1) * length, by: 1) }
}
