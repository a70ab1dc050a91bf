import Autodiff
import Drawing
import Notation
import Typesetting

/// Sizes of type and shapes in a graph, in points.
package struct GraphType: Hashable, Sendable {
    package var face = 13.0
    package var node = 9.5
    package var edge = 8.5
    package var radius = 15.0
    /// The numbers in the cells of tensors.
    package var cell = 8.0
    /// The nodes whose numbers leave room for a box that a pencil writes in.
    package var written: Set<GraphNode.Kind> = []

    package init() {}

    /// The same for narrow pages.
    var narrow: GraphType {
        var type = self
        (type.face, type.node, type.edge, type.radius, type.cell) = (12, 8.5, 7.5, 13, 7.5)
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
    /// Of nodes that are whole tensors: what is above and below them, the same as in `above` and `below`.
    var values: [TensorLabel?] = []
    var gradients: [TensorLabel?] = []
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
    ///   - grids: how whole tensors are shown that are small enough for numbers.
    init(
        _ graph: ComputationGraph, numbers: GraphNumbers, sums wanted: Set<Int>, isNarrow: Bool = false, grids: TensorMark.Style = .numbers,
        typesetter: Typesetter, type: GraphType
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
        /// A single number of a tensor needs no grid.
        func label(
            _ tensor: Tensor?, _ ink: Paint, head: Laid?, _ summary: TensorSummary, _ style: TensorMark.Style
        ) -> (TensorLabel?, Laid?) {
            guard let tensor else { return (nil, nil) }
            guard tensor.count > 1 else {
                let number = tensor.scalars.first.map { set(.number($0), ink, size: type.node) }
                return (nil, Self.stacked([head, number].compactMap(\.self)))
            }
            let label = TensorLabel(tensor, ink: ink, isOfNames: summary.isOfNames, head: head, style: style) {
                set($0, $1, size: type.cell, bold: $2)
            }
            return (label, label.laid)
        }
        for (index, node) in graph.nodes.enumerated() {
            let isNumber = if case .number = node.face { true } else { false }
            faces.append(set(node.face, isNumber ? .value : nil, size: isNumber ? type.node + 1 : type.face))
            if let tensor = node.tensor {
                let heads = (isNarrow && !graph.isUnrolled ? [] : [Self.HeadLines.one, .two]) + [.three]
                let stacks = heads.lazy.compactMap { lines in
                    Self.stacked(Self.head(of: tensor, node, on: lines).map { set($0, size: type.node) })
                }
                let head = index == graph.result ? nil : stacks.first { $0.width <= Self.usualHead } ?? stacks.last
                // Above each other, the steps of a sequence have room for two numbers.
                let isLong = graph.isUnrolled && (tensor.values.count > 2 || tensor.shape.last != tensor.values.count)
                var style = isLong ? .tints : grids
                var gradient = label(tensor.gradients, .gradient, head: nil, tensor, style)
                let known = index == graph.result ? nil : tensor.values
                let value = label(known, .value, head: head, tensor, gradient.0?.mark.style ?? style)
                // Both alike.
                if let mark = value.0?.mark, mark.style != gradient.0?.mark.style, !tensor.isOfNames {
                    style = mark.style
                    gradient = label(tensor.gradients, .gradient, head: nil, tensor, style)
                }
                values.append(value.0)
                above.append(value.1)
                gradients.append(gradient.0)
                below.append(gradient.1)
                continue
            }
            values.append(nil)
            gradients.append(nil)
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

    /// The name of a tensor, if its node does not have it, its shape, and what is shown of it.
    private static func head(of tensor: TensorSummary, _ node: GraphNode, on lines: HeadLines) -> [Formula] {
        let name = node.name.map { [Formula.role(.quiet, $0)] } ?? []
        guard !tensor.shape.isEmpty else { return name }
        let excerpt = TensorExcerpt(tensor.shape, room: .tints)
        func words(_ text: String) -> Formula { .role(.quiet, .words(text)) }
        return switch lines {
        case .one: [.row(name + (name.isEmpty ? [] : [.words(" ")]) + [words(excerpt.text)])]
        case .two: name + [words(excerpt.text)]
        case .three: name + [words(excerpt.whole)] + (excerpt.part.map { [words($0)] } ?? [])
        }
    }

    /// The lines on which the name of a tensor, its shape, and what is shown of it are.
    private enum HeadLines { case one, two, three }

    /// What is wider is written on more lines, in points.
    private static let usualHead = 120.0

    /// The first few of some numbers: 0, 1, 1, 2, …
    private static func list(_ values: [Double]) -> Formula {
        let shown = values.prefix(4)
        var numbers: [Formula] = []
        for value in shown {
            if !numbers.isEmpty { numbers.append(.sign(.comma)) }
            numbers.append(.number(value, digits: 3))
        }
        if shown.count < values.count { numbers += [.sign(.comma), .sign(.ellipsis)] }
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

    /// What occurs in the grids of whole tensors.
    var key: TensorKey {
        var key = TensorKey()
        for label in (values + gradients).compactMap(\.self) { label.add(to: &key) }
        return key
    }

    /// Whether a node has a grid.
    func hasGrid(_ node: Int) -> Bool { values[node] != nil || gradients[node] != nil }

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
