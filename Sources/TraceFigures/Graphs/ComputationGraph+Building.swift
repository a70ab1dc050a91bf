import Autodiff
import NeuralNetworks
import Notation
import Telling
package import Traces

extension ComputationGraph {
    /// The largest number of scalars in a graph; a larger one shows whole tensors.
    package static let mostScalars = 60
    package static let mostScalarEdges = 110

    /// The scalar view if it stays readable, otherwise whole tensors.
    /// - Parameter namesAll: whether operations without a name in the lesson are labelled with that on the tape.
    package init(_ trace: Trace, notation: NotationStyle = .automatic, namesAll: Bool = false) {
        var scalars = ScalarView(trace, notation: notation, namesAll: namesAll).graph
        // In an unrolled cell, every weight would have an edge to every step.
        if trace.isUnrolled {
            scalars = scalars?.leavingOut { node in
                node.kind == .parameter || trace.isFirstState(node.scalar.tensor)
            }
            scalars?.isUnrolled = true
        }
        if let scalars, scalars.nodes.count <= Self.mostScalars, scalars.edges.count <= Self.mostScalarEdges {
            self = scalars
        } else {
            self = ComputationGraph(tensorsOf: trace, notation: notation)
        }
    }
}

extension ComputationGraph {
    /// The graph without some of its sources.
    func leavingOut(_ isLeftOut: (GraphNode) -> Bool) -> ComputationGraph {
        let kept = nodes.indices.filter { $0 == result || !isLeftOut(nodes[$0]) }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        return ComputationGraph(
            nodes: kept.map { nodes[$0] },
            edges: edges.compactMap { edge in
                guard let from = places[edge.from], let to = places[edge.to] else { return nil }
                return GraphEdge(from: from, to: to, contribution: edge.contribution, isLeftOut: edge.isLeftOut)
            }, result: places[result] ?? 0, others: others.compactMapValues { places[$0] })
    }
}

extension LoweredLayer {
    var isRecurrent: Bool { if case .recurrent = layer.kind { true } else { false } }
}

/// Collects the scalars that the result depends on, without copies.
private struct ScalarView {
    let trace: Trace
    let teller: Storyteller
    var symbols: Symbols { teller.symbols }
    let namesAll: Bool
    /// The scalar that a scalar is a copy of.
    var copied: [ScalarID: ScalarID] = [:]
    /// Sums inside recurrent cells are merged with the addition that uses them, whose local derivative is 1.
    var absorbed: [ScalarID: ScalarID] = [:]
    /// Additions that are merged with their operands.
    var sums: Set<ScalarID> = []
    /// A gate's own name for its slice of what all gates share.
    var gateName: [ScalarID: ScalarID] = [:]
    var graph: ComputationGraph?

    init(_ trace: Trace, notation: NotationStyle, namesAll: Bool) {
        self.trace = trace
        self.namesAll = namesAll
        teller = Storyteller(trace, notation: notation)
        guard trace.tape.scalars <= 4000, trace.tape.products <= 20_000 else { return }
        graph = build()
    }

    private mutating func build() -> ComputationGraph {
        let pass = trace.pass
        let result = ScalarID(pass.result, 0)
        var reached: Set<ScalarID> = [result]
        var uses: [Contribution] = []
        (pass.faults == BackwardFaults() ? pass : pass.withNothingLeftOut).forEachContribution { use in
            let output = ScalarID(use.output, use.outputIndex)
            guard reached.contains(output) else { return }
            let input = ScalarID(use.input, use.inputIndex)
            reached.insert(input)
            if case .result(.copying, _) = trace.tape[use.output].origin {
                copied[output] = input
                if case .preActivation(.some) = trace.role(of: use.output)?.part { gateName[input] = output }
            } else {
                uses.append(use)
            }
        }
        for use in uses {
            guard case .result(.pairwise(.add), _) = trace.tape[use.output].origin else { continue }
            var part = ScalarID(use.input, use.inputIndex)
            while let source = copied[part] { part = source }
            if isPartOfCell(part.tensor) { absorbed[part] = ScalarID(use.output, use.outputIndex) }
        }
        sums = Set(absorbed.values)
        // Contributions are ordered from the result back; a picture is read from the sources on.
        uses.reverse()
        var silent: [(from: ScalarID, to: ScalarID)] = []
        for id in trace.tape.allIDs {
            guard case .result(.loss, let operands) = trace.tape[id].origin, operands.count > 1 else { continue }
            guard reached.contains(ScalarID(id, 0)) else { continue }
            let targets = pass.value(operands[1]).count
            // Each of many targets would take the space of a node, although none has a gradient.
            let isOne = targets > Self.mostTargets
            for entry in 0..<(isOne ? 1 : targets) { silent.append((ScalarID(operands[1], entry), ScalarID(id, 0))) }
            if isOne { for entry in 1..<targets { copied[ScalarID(operands[1], entry)] = ScalarID(operands[1], 0) } }
        }
        var shown = Set(silent.map(\.from)).union([result])
        for use in uses {
            let ends = ends(of: use)
            guard ends.from != ends.to else { continue }
            shown.formUnion([ends.from, ends.to])
        }
        if case .expression = trace.subject { for id in trace.differentiable { shown.insert(ScalarID(id, 0)) } }
        let order = shown.sorted { ($0.tensor, $0.index) < ($1.tensor, $1.index) }
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        var edges: [GraphEdge] = []
        for use in uses {
            let ends = ends(of: use)
            guard ends.from != ends.to, let from = places[ends.from], let to = places[ends.to] else { continue }
            edges.append(
                GraphEdge(from: from, to: to, contribution: isConstant(ends.from) ? nil : use, isLeftOut: pass.leavesOut(use)))
        }
        for edge in silent {
            if let from = places[edge.from], let to = places[edge.to] { edges.append(GraphEdge(from: from, to: to)) }
        }
        let nodes = order.map(node)
        var others: [ScalarID: Int] = [:]
        for copy in copied.keys { others[copy] = places[drawn(for: copy)] }
        for part in absorbed.keys { others[part] = places[drawn(for: part)] }
        return ComputationGraph(nodes: nodes, edges: edges, result: places[result] ?? 0, others: others)
    }

    /// More targets are drawn as one node.
    private static let mostTargets = 2

    private func face(_ primitive: Primitive, _ scalar: ScalarID) -> Formula {
        if let loss = teller.lossFace(of: scalar.tensor) { return loss }
        guard case .result(.pairwise(.power), let operands) = trace.tape[scalar.tensor].origin else {
            return sums.contains(scalar) ? .symbol("Σ", .upright) : primitive.face
        }
        return .sup(.parenthesized(.symbol("·", .upright)), symbols(ScalarID(operands[1], scalar.index)))
    }

    private func isConstant(_ scalar: ScalarID) -> Bool {
        if case .source(.constant) = trace.tape[scalar.tensor].origin { true } else { false }
    }

    private func isPartOfCell(_ id: Tape.ID) -> Bool {
        let part = trace.role(of: id)?.part
        return part == .fromInput(nil) || part == .fromState(nil)
    }

    private func ends(of use: Contribution) -> (from: ScalarID, to: ScalarID) {
        var from = ScalarID(use.input, use.inputIndex)
        while let source = copied[from] { from = source }
        var to = ScalarID(use.output, use.outputIndex)
        while let taker = absorbed[to] { to = taker }
        if let taker = absorbed[from], taker == to { return (to, to) }
        return (from, to)
    }

    /// The scalar that is drawn in place of another.
    private func drawn(for scalar: ScalarID) -> ScalarID {
        var at = scalar
        while let next = copied[at] ?? absorbed[at] { at = next }
        return at
    }

    private func node(_ scalar: ScalarID) -> GraphNode {
        let entry = trace.tape[scalar.tensor]
        let value = trace.pass.value(scalar.tensor).scalars[scalar.index]
        let gradient = trace.pass.gradient(scalar.tensor).scalars[scalar.index]
        let symbol = symbols(scalar)
        switch entry.origin {
        case .source(let source):
            let kind: GraphNode.Kind = source == .input ? .input : source == .parameter ? .parameter : .constant
            let isNumber = !trace.isNamed(scalar.tensor)
            if kind == .constant, copied.values.contains(scalar) {
                let values = trace.pass.value(scalar.tensor).scalars
                return GraphNode(scalar: scalar, kind: kind, face: symbols.letter(scalar.tensor), value: value, constants: values)
            }
            return GraphNode(
                scalar: scalar, kind: kind, face: isNumber ? .number(value) : symbol, value: value,
                gradient: kind == .constant ? nil : gradient)
        case .result(let primitive, _):
            let name = namesAll || trace.isNamed(scalar.tensor) ? symbols(gateName[scalar] ?? scalar) : nil
            return GraphNode(
                scalar: scalar, kind: .operation, face: face(primitive, scalar), name: name,
                alias: name == nil && trace.lowered == nil ? symbol : nil,
                meaning: name == nil ? trace.meaning(of: scalar.tensor, symbols) : nil, value: value,
                gradient: gradient, isExponential: primitive == .pointwise(.exp))
        }
    }
}

extension Trace {
    /// An operation without a name, written by its operands if these are short.
    fileprivate func meaning(of id: Tape.ID, _ symbols: Symbols, depth: Int = 0) -> Formula? {
        guard case .result(let primitive, let operands) = tape[id].origin else { return symbols(ScalarID(id, 0)) }
        if isNamed(id) { return symbols(ScalarID(id, 0)) }
        guard depth < 2 else { return nil }
        var parts: [Formula] = []
        for operand in operands {
            guard var part = meaning(of: operand, symbols, depth: depth + 1) else { return nil }
            if case .result(let inner, _) = tape[operand].origin, !isNamed(operand), inner.bindsLooser(than: primitive) {
                part = .parenthesized(part)
            }
            parts.append(part)
        }
        return primitive.applied(to: parts)
    }
}
