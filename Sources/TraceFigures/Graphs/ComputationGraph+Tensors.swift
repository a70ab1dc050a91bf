import Autodiff
import NeuralNetworks
import Notation
import Telling
package import Traces

extension ComputationGraph {
    /// Whole tensors as nodes. For a cell unrolled over time, the nodes are those in the graph of one unit.
    package init(tensorsOf trace: Trace, notation: NotationStyle) {
        let teller = Storyteller(trace, notation: notation)
        let symbols = teller.symbols
        let folding = Folding(trace)
        var places: [Tape.ID: Int] = [:]
        var nodes: [GraphNode] = []
        var edges: [GraphEdge] = []
        for id in trace.tape.allIDs where folding.shows(id) {
            let entry = trace.tape[id]
            let value = trace.pass.value(id)
            let isConstant = entry.origin == .source(.constant)
            let isScalar = value.count == 1 && entry.shape.isEmpty
            let called = folding.isUnrolled ? symbols.tensor(id) : .words(entry.name)
            var kind = GraphNode.Kind.operation
            var face = called
            var name: Formula?
            switch entry.origin {
            case .source(let source): kind = source == .input ? .input : source == .parameter ? .parameter : .constant
            case .result(let primitive, _):
                if folding.isGiven(id) {
                    kind = .input
                } else {
                    face = teller.lossFace(of: id) ?? (folding.isSum(id) ? .symbol("Σ", .upright) : primitive.face)
                    name = isScalar ? symbols(ScalarID(id, 0)) : called
                }
                for operand in folding.operands(of: id) {
                    if let from = places[operand] { edges.append(GraphEdge(from: from, to: nodes.count)) }
                }
            }
            places[id] = nodes.count
            nodes.append(
                GraphNode(
                    scalar: ScalarID(id, 0), kind: kind, face: face, name: name, value: value.scalars.first ?? 0,
                    gradient: isConstant ? nil : trace.pass.gradient(id).scalars.first,
                    tensor: TensorSummary(
                        shape: entry.shape, values: value,
                        gradients: isConstant ? nil : trace.pass.gradient(id).without(noise: teller.noise),
                        gradientNorm: isConstant ? nil : trace.pass.gradient(id).norm, isOfNames: trace.isOfNames(id))))
        }
        self.init(nodes: nodes, edges: edges, result: places[trace.pass.result] ?? 0, isUnrolled: folding.isUnrolled)
    }
}

extension Tensor {
    /// With 0 for what is only rounding.
    func without(noise: Double) -> Tensor {
        scalars.contains { $0 != 0 && abs($0) < noise }
            ? Tensor(shape: shape, scalars: scalars.map { abs($0) < noise ? 0 : $0 }) : self
    }
}

/// Which tensors a graph shows. In an unrolled cell it omits what all steps share, the parameters and the input of all steps, and merges a
/// gate's slice of a sum with the addition that uses it.
private struct Folding {
    private let trace: Trace
    private let reached: Set<Tape.ID>
    private var folded: Set<Tape.ID> = []
    let isUnrolled: Bool

    private var tape: Tape { trace.tape }

    init(_ trace: Trace) {
        self.trace = trace
        isUnrolled = trace.isUnrolled
        let tape = trace.tape
        var reached: Set<Tape.ID> = [trace.pass.result]
        for id in tape.allIDs.reversed() where reached.contains(id) {
            if case .result(_, let operands) = tape[id].origin { reached.formUnion(operands) }
        }
        self.reached = reached
        guard isUnrolled else { return }
        let uses = tape.consumers()
        for id in tape.allIDs where leavesOut(id, uses[id.index].filter(reached.contains)) { folded.insert(id) }
    }

    private func leavesOut(_ id: Tape.ID, _ uses: [Tape.ID]) -> Bool {
        let part = trace.role(of: id)?.part
        let takers = uses.map { tape[$0].origin }
        let isCopied = takers.allSatisfy { if case .result(.copying, _) = $0 { true } else { false } }
        let isAdded = takers.allSatisfy { if case .result(.pairwise(.add), _) = $0 { true } else { false } }
        switch tape[id].origin {
        case .source(.parameter): return true
        case .source(.constant): return trace.isFirstState(id)
        case .source(.input): return isCopied
        case .result(.dense, _): return (part == .fromInput(nil) || part == .fromState(nil)) && (isCopied || isAdded)
        case .result(.copying(.columns), _): return isAdded
        case .result(.pairwise(.add), _): return part == .preActivation(nil) && isCopied
        case .result: return false
        }
    }

    func shows(_ id: Tape.ID) -> Bool { reached.contains(id) && !folded.contains(id) }

    /// The shown tensors that a tensor is computed from, each as often as it is used.
    func operands(of id: Tape.ID) -> [Tape.ID] {
        guard case .result(_, let operands) = tape[id].origin else { return [] }
        return operands.flatMap { folded.contains($0) ? self.operands(of: $0) : [$0] }
    }

    /// Whether it is one time step of the input.
    func isGiven(_ id: Tape.ID) -> Bool {
        guard isUnrolled, case .result(.copying, let operands) = tape[id].origin else { return false }
        return operands.allSatisfy { folded.contains($0) && tape[$0].origin == .source(.input) }
    }

    /// Whether it is merged with one of its operands.
    func isSum(_ id: Tape.ID) -> Bool {
        switch tape[id].origin {
        case .result(.pairwise(.add), let operands), .result(.copying, let operands):
            return isUnrolled && operands.contains(where: folded.contains)
        case .source, .result: return false
        }
    }
}

extension Trace {
    /// Whether it has a recurrent layer, unrolled over time steps.
    package var isUnrolled: Bool { lowered?.layers.contains(where: \.isRecurrent) ?? false }

    /// Whether a tensor's numbers are tokens or classes.
    fileprivate func isOfNames(_ id: Tape.ID) -> Bool {
        guard let lowered else { return false }
        if id == lowered.input, case .tokens = lowered.problem.network.input { return true }
        guard id == lowered.targets else { return false }
        return switch lowered.problem.targets {
        case .classes, .classesByStep: true
        case .values, .absent: false
        }
    }

    /// Whether it is the initial hidden state of a recurrent layer, where that is 0.
    func isFirstState(_ id: Tape.ID) -> Bool {
        let role = role(of: id)
        return role?.part == .hidden && role?.step == 0 && tape[id].origin == .source(.constant)
    }
}
