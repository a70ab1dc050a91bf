/// The closed set of operations that a tape may hold.
///
/// Each has three rules, which stand together in one file: evaluation, pullback and local derivatives. The switch
/// below has no `default:`, so that a new operation does not build until every rule exists.
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

/// What an operation must know: its value, its pullback, and its local derivatives.
package protocol DifferentiationRules: Sendable {
    /// What the operation is called in a trace: "dense", "sigmoid", "multiply".
    var kind: String { get }

    /// The shape of the result. Operands that don't fit are a programmer's error: lessons are checked where they are read.
    func shape(of operands: [[Int]]) -> [Int]

    /// How many products of an upstream gradient and a local derivative the operation's backward pass has.
    func products(for operands: [[Int]]) -> Int

    /// Whether its products are those of matrices, which take a tenth of the time of others.
    var isMatrixProduct: Bool { get }

    /// Sets every entry of the result, row-major.
    func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>)

    /// Whether an operand has a gradient; a target has none.
    func flows(to operand: Int) -> Bool

    /// Puts into the operands' gradients, for each, the sum over the result's scalars of upstream gradient times local derivative.
    /// - Parameter gradients: one an operand, nil where nobody wants it. Two may be of one tensor.
    func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?])

    /// Calls `visit` with ∂output[index]/∂operand[entry] for every entry that output[index] is made of, once for each
    /// operand in which it stands, also where the derivative is 0: a run of neighbouring entries at a time.
    func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit)

    /// The entries of the result that one entry of an operand may stand in, row-major: what the search for its contributions need look at.
    /// Some of them may not use it.
    /// - Parameter shape: of the result.
    func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int>
}

extension DifferentiationRules {
    package func flows(to operand: Int) -> Bool { true }
    package var isMatrixProduct: Bool { false }

    /// All of them: right for every operation, and slow for a large result.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> { .all(of: shape) }
}

extension StrideTo<Int> {
    /// Every entry of a tensor of this shape.
    static func all(of shape: [Int]) -> StrideTo<Int> { run(0, of: shape.saturatingCount) }

    static func only(_ index: Int) -> StrideTo<Int> { run(index, of: 1) }

    /// One of several runs of neighbours that have one length.
    static func run(_ number: Int, of length: Int) -> StrideTo<Int> { stride(from: number * length, to: (number + 1) * length, by: 1) }
}
