import Autodiff
import Drawing
import Notation
import Traces
import Typesetting

/// A brace under the four operations of 1/(1 + e^−z) that labels them as σ, with its derivative σ(1 − σ), the product of their local
/// derivatives.
struct SigmoidBrace {
    /// The division's scalar, which is the sigmoid's value.
    let scalar: ScalarID
    let bounds: Rect
    let content: DisplayList

    private static let height = 7.0
    private static let gap = 8.0

    /// - Parameter layout: the positions of everything that the brace must keep clear of.
    static func all(in graph: ComputationGraph, _ trace: Trace, _ layout: GraphLayout, typesetter: Typesetter) -> [SigmoidBrace] {
        guard case .expression = trace.subject, layout.flow == .rightward else { return [] }
        return graph.nodes.indices.compactMap { node in
            guard let parts = parts(endingAt: node, in: graph, trace) else { return nil }
            return SigmoidBrace(parts, graph, layout, typesetter)
        }
    }

    /// −z, e^−z, 1 + e^−z and 1/(1 + e^−z), as nodes; nil where the node is not such a quotient.
    private static func parts(endingAt node: Int, in graph: ComputationGraph, _ trace: Trace) -> [Int]? {
        func operands(_ node: Int, of primitive: Primitive) -> [Int]? {
            guard case .result(primitive, let operands) = trace.tape[graph.nodes[node].scalar.tensor].origin else { return nil }
            let places = operands.compactMap { id in graph.nodes.firstIndex { $0.scalar.tensor == id } }
            return places.count == operands.count ? places : nil
        }
        func isOne(_ node: Int) -> Bool { graph.nodes[node].kind == .constant && graph.nodes[node].value == 1 }
        guard let quotient = operands(node, of: .pairwise(.divide)), isOne(quotient[0]),
            let sum = operands(quotient[1], of: .pairwise(.add)), sum.contains(where: isOne),
            let power = sum.first(where: { operands($0, of: .pointwise(.exp)) != nil }),
            let negation = operands(power, of: .pointwise(.exp))?.first, operands(negation, of: .pointwise(.negate)) != nil
        else { return nil }
        return [negation, power, quotient[1], node]
    }

    private init(_ parts: [Int], _ graph: ComputationGraph, _ layout: GraphLayout, _ typesetter: Typesetter) {
        let boxes = parts.map { layout.nodes[$0] }
        let (left, right) = (boxes.map(\.minX).min() ?? 0, boxes.map(\.maxX).max() ?? 0)
        let value = graph.nodes[parts[3]].value
        scalar = graph.nodes[parts[3]].scalar
        let line = Arithmetic.product([.number(value), .number(1 - value)]).line(value * (1 - value))
        let formula = Formula.row(
            [.prime("σ"), .sign(.equals), "σ", .parenthesized(.row([.symbol("1", .upright), .sign(.minus), "σ"])), .sign(.equals)]
                + line.numeric.parts + [.sign(line.relation), .role(.local, .number(line.result))])
        let label = typesetter.layout(formula, size: layout.dressing.type.node + 0.5, color: .local)
        // Below everything between its ends.
        let all =
            layout.nodes + (layout.above + layout.below + layout.products).compactMap { $0?.shape.bounds }
            + layout.routes.flatMap { $0.shapes.map(\.bounds) }
        let reach = max(right - left, label.width) / 2
        let middle = (left + right) / 2
        let lowest = all.filter { $0.maxX > middle - reach - 4 && $0.minX < middle + reach + 4 }.map(\.maxY).max() ?? 0
        let top = lowest + Self.gap
        var path = Path()
        let h = Self.height
        path.move(to: Point(left, top))
        path.curve(to: Point(left + h, top + h), control1: Point(left, top + h), control2: Point(left, top + h))
        path.line(to: Point(middle - h, top + h))
        path.curve(to: Point(middle, top + 2 * h), control1: Point(middle, top + h), control2: Point(middle, top + h))
        path.curve(to: Point(middle + h, top + h), control1: Point(middle, top + h), control2: Point(middle, top + h))
        path.line(to: Point(right - h, top + h))
        path.curve(to: Point(right, top), control1: Point(right, top + h), control2: Point(right, top + h))
        var list = DisplayList()
        list.stroke(path, Stroke(.local, width: 1.2))
        let baseline = top + 2 * h + 4 + label.ascent
        list.append(label.moved(to: Point(middle - label.width / 2, baseline)).content)
        content = list
        bounds = Rect(middle - reach, top, 2 * reach, baseline + label.descent - top)
    }
}
