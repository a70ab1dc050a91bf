import Autodiff
import Traces

/// The topic of an expression's graph, if it is one of the textbooks' examples: which nodes its headline is about and its picture
/// highlights.
enum ExpressionTopic: Hashable {
    /// σ itself, or 1/(1 + e⁻ˣ) written out: the node of its value, and that of its argument.
    case sigmoid(value: Int, argument: Int, isSpelledOut: Bool)
    /// The result is a product: a factor that is not a sum, the other factor, and the latter's terms if it is a sum of two values used
    /// once.
    case product(factor: Int, other: Int, terms: [Int])

    init?(_ trace: Trace, _ graph: ComputationGraph) {
        guard trace.lowered == nil, !graph.isOfTensors else { return nil }
        let reader = Reader(trace: trace, graph: graph)
        guard let topic = reader.sigmoid ?? reader.product else { return nil }
        self = topic
    }

    /// The node whose gradient the topic is about.
    var node: Int {
        switch self {
        case .sigmoid(_, let argument, _): argument
        case .product(let factor, _, _): factor
        }
    }

    /// The path of the gradient to that node.
    func way(in graph: ComputationGraph) -> [Int] {
        let end =
            switch self {
            case .sigmoid(let value, _, _): value
            case .product: graph.result
            }
        var way: [Int] = []
        var at = node
        while at != end, let edge = graph.contributing(to: at).first, !way.contains(edge) {
            way.append(edge)
            at = graph.edges[edge].to
        }
        return way
    }
}

private struct Reader {
    let trace: Trace
    let graph: ComputationGraph

    private func node(of id: Tape.ID) -> Int? { graph.nodes.firstIndex { $0.scalar.tensor == id && $0.gradient != nil } }

    private func operands(_ id: Tape.ID, of primitive: Primitive) -> [Tape.ID]? {
        guard case .result(primitive, let operands) = trace.tape[id].origin else { return nil }
        return operands
    }

    private func isOne(_ id: Tape.ID) -> Bool { trace.tape[id].origin == .source(.constant) && trace.pass.value(id).scalars == [1] }

    private func argument(ofSigmoidSpelledOut id: Tape.ID) -> Tape.ID? {
        guard let division = operands(id, of: .pairwise(.divide)), isOne(division[0]),
            let sum = operands(division[1], of: .pairwise(.add)), let one = sum.firstIndex(where: isOne),
            let exponential = operands(sum[1 - one], of: .pointwise(.exp)), let negation = operands(exponential[0], of: .pointwise(.negate))
        else { return nil }
        return negation[0]
    }

    /// The last sigmoid whose argument has one use.
    var sigmoid: ExpressionTopic? {
        for node in graph.nodes.indices.reversed() where graph.nodes[node].kind == .operation {
            let id = graph.nodes[node].scalar.tensor
            let plain = operands(id, of: .pointwise(.sigmoid))?.first
            guard let argument = (plain ?? argument(ofSigmoidSpelledOut: id)).flatMap(self.node),
                graph.contributing(to: argument).count == 1
            else { continue }
            return .sigmoid(value: node, argument: argument, isSpelledOut: plain == nil)
        }
        return nil
    }

    var product: ExpressionTopic? {
        guard let factors = operands(graph.nodes[graph.result].scalar.tensor, of: .pairwise(.multiply)), factors[0] != factors[1],
            let first = node(of: factors[0]), let second = node(of: factors[1])
        else { return nil }
        for (sum, factor) in [(first, second), (second, first)] {
            guard let terms = operands(graph.nodes[sum].scalar.tensor, of: .pairwise(.add))?.compactMap(node), Set(terms).count == 2,
                terms.allSatisfy({ graph.contributing(to: $0).count == 1 })
            else { continue }
            return .product(factor: factor, other: sum, terms: terms)
        }
        return .product(factor: first, other: second, terms: [])
    }
}
