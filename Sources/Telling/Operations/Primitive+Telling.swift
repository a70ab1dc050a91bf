package import Autodiff
package import Notation

extension Primitive {
    /// The operation's explanations.
    var telling: any ToldOperation {
        switch self {
        case .pointwise(let operation): operation
        case .pairwise(let operation): operation
        case .dense(let operation): operation
        case .convolution(let operation): operation
        case .copying(let operation): operation
        case .mean(let operation): operation
        case .variance(let operation): operation
        case .normalize(let operation): operation
        case .meanSquare(let operation): operation
        case .divideByRootMeanSquare(let operation): operation
        case .scaleAndShift(let operation): operation
        case .softmax(let operation): operation
        case .loss(let operation): operation
        case .penalty(let operation): operation
        case .singularValue(let operation): operation
        case .divideByScalar(let operation): operation
        case .maxPool(let operation): operation
        case .averagePool(let operation): operation
        case .globalAverage(let operation): operation
        case .dropout(let operation): operation
        case .embedding(let operation): operation
        case .addToEachSample(let operation): operation
        case .headProjection(let operation): operation
        case .attentionScores(let operation): operation
        case .attentionContext(let operation): operation
        }
    }

    /// The label inside the operation's node of a graph.
    package var face: Formula { telling.face }
}
