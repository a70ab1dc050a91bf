import Drawing
import Notation
import Typesetting

/// Sizes of type and shapes in a graph, in points.
package struct GraphType: Hashable, Sendable {
    package var face = 13.0
    package var node = 9.5
    package var edge = 8.5
    package var radius = 15.0
    /// The nodes whose numbers leave room for a box that a pencil writes in.
    package var written: Set<GraphNode.Kind> = []

    package init() {}

    /// The same for narrow pages.
    var narrow: GraphType {
        var type = self
        (type.face, type.node, type.edge, type.radius) = (12, 8.5, 7.5, 13)
        return type
    }
}

/// Everything written in and around a graph, typeset but not placed.
struct GraphDressing {
    var faces: [Laid] = []
    /// Names and values, above the nodes.
    var above: [Laid?] = []
    /// Gradients, below the nodes.
    var below: [Laid?] = []
    /// upstream × local = contribution.
    var products: [Laid?] = []
    /// The name of the result, to its right.
    var result: Laid
    /// Nodes whose gradient is written as a sum.
    var sums: Set<Int> = []
    let type: GraphType

    /// A sum with more terms is not written out below its node.
    static let mostTerms = 3

    /// The nodes whose gradient is a sum of few terms.
    static func shortSums(of graph: ComputationGraph) -> Set<Int> {
        Set(graph.nodes.indices.filter { (2...mostTerms).contains(graph.contributing(to: $0).count) })
    }

    /// - Parameters:
    ///   - wanted: nodes whose gradient is written as a sum.
    ///   - isNarrow: whether products are set above their results, so that long graphs take less width.
    init(
        _ graph: ComputationGraph, numbers: GraphNumbers, sums wanted: Set<Int>, isNarrow: Bool = false, typesetter: Typesetter,
        type: GraphType
    ) {
        self.type = type
        func set(_ formula: Formula, _ color: Paint? = nil, size: Double, bold: Bool = false) -> Laid {
            typesetter.layout(formula, size: size, color: color, weight: bold ? .bold : .regular)
        }
        func value(_ node: Int) -> Formula {
            if !graph.nodes[node].constants.isEmpty { return .role(.value, Self.list(graph.nodes[node].constants)) }
            let number = Formula.role(.value, .number(numbers.value(node)))
            guard let name = graph.nodes[node].name ?? graph.nodes[node].alias else { return number }
            return .row([name, .sign(.equals), number])
        }
        for (index, node) in graph.nodes.enumerated() {
            let isNumber = if case .number = node.face { true } else { false }
            faces.append(set(node.face, isNumber ? .value : nil, size: isNumber ? type.node + 1 : type.face))
            if let tensor = node.tensor {
                above.append(index == graph.result ? nil : Self.stacked(Self.lines(of: tensor, node).map { set($0, size: type.node) }))
                below.append(
                    tensor.gradientNorm.map {
                        // Where many are close together, only the subtitle says that they are norms.
                        let norm = Formula.number($0)
                        return set(
                            graph.isUnrolled ? norm : .row([.norm("∇"), .sign(.equals), norm]), .gradient, size: type.node,
                            bold: graph.isUnrolled)
                    })
                continue
            }
            let above = isNumber || index == graph.result ? nil : set(value(index), size: type.node)
            let isWritten = node.kind == .operation && type.written.contains(.operation)
            self.above.append(isWritten ? above?.withRoomToWrite(after: set(.number(numbers.value(index)), size: type.node)) : above)
            guard let gradient = numbers.gradient(index) else {
                below.append(nil)
                continue
            }
            if wanted.contains(index), let sum = numbers.sum(index) {
                sums.insert(index)
                var laid = set(sum, .quietInk, size: type.node)
                for (number, key) in numbers.leftOut(of: index).enumerated() {
                    if let box = laid.places[key] { laid.content.strike(box, "term \(number) of node \(index)") }
                }
                below.append(type.written.contains(node.kind) ? laid.withRoomToWrite() : laid)
            } else {
                let number = set(.number(gradient), .gradient, size: type.node)
                below.append(type.written.contains(node.kind) ? number.withRoomToWrite() : number)
            }
        }
        products = graph.edges.indices.map { edge in
            numbers.productLine(edge).flatMap { line in
                var product: Laid? = set(line.formula, .quietInk, size: type.edge)
                if isNarrow, let level = product, level.width > 7 * type.edge {
                    let result = Formula.row([.sign(line.relation), .role(.result, .number(line.result))])
                    product = Self.stacked(
                        [set(line.numeric, .quietInk, size: type.edge), set(result, .quietInk, size: type.edge)], lead: 2.5)
                }
                if graph.edges[edge].isLeftOut, let box = product?.bounds { product?.content.strike(box, "product of edge \(edge)") }
                return product
            }
        }
        let end = graph.nodes[graph.result]
        let number = Formula.role(.value, .number(numbers.value(graph.result)))
        let name = end.name ?? (end.kind == .operation ? nil : end.face)
        let named = set(name.map { .row([$0, .sign(.equals), number]) } ?? number, size: type.face, bold: false)
        result = type.written.isEmpty ? named : named.withRoomToWrite(after: set(number, size: type.face))
    }

    private static func lines(of tensor: TensorSummary, _ node: GraphNode) -> [Formula] {
        let numbers = list(tensor.firstValues, of: tensor.shape.reduce(1, *))
        var head = node.name.map { $0.parts } ?? []
        if !tensor.shape.isEmpty {
            head.append(.words((head.isEmpty ? "" : " ") + tensor.shape.map(String.init).joined(separator: " × ")))
        }
        return (head.isEmpty ? [] : [.role(.quiet, .row(head))]) + [.role(.value, numbers)]
    }

    /// The first few of some numbers: 0, 1, 1, 2, …
    private static func list(_ values: [Double], of count: Int? = nil) -> Formula {
        let shown = values.prefix(4)
        var numbers: [Formula] = []
        for value in shown {
            if !numbers.isEmpty { numbers.append(.sign(.comma)) }
            numbers.append(.number(value, digits: 3))
        }
        if shown.count < count ?? values.count { numbers += [.sign(.comma), .sign(.ellipsis)] }
        return .row(numbers)
    }

    /// Lines stacked and centred as one; the baseline is that of the first.
    static func stacked(_ lines: [Laid], lead: Double = 2) -> Laid? {
        guard let first = lines.first else { return nil }
        let width = lines.map(\.width).max() ?? 0
        var stack = Laid(width: width, ascent: first.ascent, descent: -first.ascent)
        for line in lines {
            let y = (line == first && stack.descent == -first.ascent) ? 0 : stack.descent + lead + line.ascent
            stack.content.append(line.moved(to: Point((width - line.width) / 2, y)).content)
            stack.descent = y + line.descent
        }
        return stack
    }

    /// The size of a node around its face.
    func size(of node: Int) -> Size {
        let width = max(2 * type.radius, faces[node].width + 18)
        let height = max(2 * type.radius, faces[node].height + 12)
        return Size(max(width, height), height)
    }
}

extension Laid {
    /// With room for the box of a worksheet around it.
    /// - Parameter number: what the box is for, where a name stands to its left, so that it grows to the right.
    fileprivate func withRoomToWrite(after number: Laid? = nil) -> Laid {
        let box = WorksheetFigure.leastBox
        let (wider, higher) = (max(WorksheetFigure.boxMargin, box.width - (number ?? self).width), max(0, box.height + 1 - height))
        var roomy = number != nil ? self : moved(to: Point(wider / 2, 0))
        roomy.width = width + wider
        roomy.ascent = ascent + higher / 2
        roomy.descent = descent + higher / 2
        return roomy
    }
}
