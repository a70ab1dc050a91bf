import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// A batch normalization of a few numbers as columns x, x̂, y and L, with μ and σ² as bars below that all rows share; the paths from one x
/// are drawn in the gradient's colour, everything else is pale.
///
/// In a graph, the same has an edge from every number to every other through μ and σ², which nobody could follow.
struct NormalizationDrawing {
    private let graph: ComputationGraph
    private let numbers: GraphNumbers
    private let symbols: Symbols
    private let lettering: NetworkLettering
    /// Nodes of the graph, row by row.
    private let inputs, normalized, outputs: [Int]
    private let mean, variance: Int
    private let scale, shift: Int?
    private let targets: [Double]
    private let targetNames: [Formula]
    /// The row whose paths are drawn, and the edges of these paths.
    private let row: Int
    private let direct, byMean, byVariance: Int
    private let places: Places
    let size: Size
    /// The equation of the loss.
    let notes: [Formula]

    private static let rowHeight = 82.0
    private static let radius = 24.0
    private static let pill = Size(54, 30)
    private static let top = 20.0
    private static let bar = 24.0
    /// Between the lines of a product.
    private static let lead = 9.5
    private static let mostRows = 6

    private struct Places {
        /// The middles of the columns.
        let input, normalized, output, loss: Double
        /// The wires to and from the bars: those of σ² pass the bar of μ on both sides.
        let mean, variance: (left: Double, right: Double)
        let width: Double

        static let usual = Places(
            input: 76, normalized: 290, output: 420, loss: 534, mean: (34, 224), variance: (20, 236), width: 582)
        static let narrow = Places(
            input: 52, normalized: 235, output: 328, loss: 412, mean: (20, 191), variance: (8, 201), width: 440)

        /// What a product has room for above its wire.
        var directRoom: Double { mean.right - input - NormalizationDrawing.radius - 6 }
    }

    /// - Parameter room: the width of the page without its margins.
    /// - Returns: nil for a trace that is not such a normalization.
    init?(_ trace: Trace, _ scene: GraphScene, room: Double, typesetter: Typesetter) {
        guard let lowered = trace.lowered, lowered.layers.count == 1, let layer = lowered.layers.first,
            case .normalization(let rules) = layer.layer.kind, rules.kind == .batch, layer.inputShape == .features(1),
            case .values(let targets) = lowered.problem.targets, (2...Self.mostRows).contains(targets.count),
            let meanID = lowered.id(of: .mean, layer), let varianceID = lowered.id(of: .variance, layer),
            let normalizedID = lowered.id(of: .normalized, layer), let focus = scene.focus, focus.edges.count == 3
        else { return nil }
        let graph = scene.graph
        func node(_ id: Tape.ID, _ index: Int = 0) -> Int? { graph.nodes.firstIndex { $0.scalar == ScalarID(id, index) } }
        func column(_ id: Tape.ID) -> [Int] { (0..<targets.count).compactMap { node(id, $0) } }
        (inputs, normalized, outputs) = (column(lowered.input), column(normalizedID), column(layer.output))
        guard let mean = node(meanID), let variance = node(varianceID), inputs.count == targets.count, normalized.count == targets.count,
            outputs.count == targets.count, let row = inputs.firstIndex(of: focus.node)
        else { return nil }
        func route(to node: Int) -> Int? { focus.edges.first { graph.edges[$0].to == node } }
        guard let direct = route(to: normalized[row]), let byMean = route(to: mean), let byVariance = route(to: variance) else {
            return nil
        }
        (self.graph, numbers, self.row, self.mean, self.variance) = (graph, scene.numbers, row, mean, variance)
        (self.direct, self.byMean, self.byVariance, self.targets) = (direct, byMean, byVariance, targets.scalars)
        (scale, shift) = (layer.parameters[.scale].flatMap { node($0) }, layer.parameters[.shift].flatMap { node($0) })
        let symbols = Symbols(trace)
        self.symbols = symbols
        targetNames = targets.scalars.indices.map { index in
            lowered.targets.map { symbols(ScalarID($0, index)) } ?? .sub("t", .name(String(index + 1)))
        }
        let root = Formula.root(.row([symbols(graph.nodes[variance].scalar), .sign(.plus), "ε"]))
        let centred = Formula.parenthesized("x" - symbols(graph.nodes[mean].scalar))
        notes = [
            .row([
                .words("In each node "), .role(.value, .words("its value")), .words(" and below it "),
                .role(.gradient, .words("the gradient of the loss")), .words(". A dot joins wires; without a dot they only cross."),
            ]),
            .row([
                .equation(.hat("x"), .row([centred, .sign(.slash), root])), .words(", "),
                .equation("y", .row(["γ", .hat("x")]) + "β"), .words(", "), .equation("ε", .number(Numeral(rules.epsilon))), .words("."),
            ]),
            Storyteller(trace).strip,
        ]
        lettering = NetworkLettering(typesetter, symbols: [])
        let last = Self.top + Self.rowHeight * Double(targets.count)
        places = room < Places.usual.width ? .narrow : .usual
        size = Size(places.width, last + 2 * (Self.bar + 12) + 6)
    }

    private func y(_ row: Int) -> Double { Self.top + Self.rowHeight * (Double(row) + 0.5) - 8 }
    private var meanBar: Rect {
        Rect(places.mean.left - 6, size.height - 2 * (Self.bar + 10), places.mean.right - places.mean.left + 12, Self.bar)
    }
    private var varianceBar: Rect {
        Rect(
            places.variance.left - 6, size.height - Self.bar - 2, places.variance.right - places.variance.left + 12, Self.bar)
    }

    func draw() -> DisplayList {
        var list = DisplayList()
        let pale = Stroke(.restingLine, width: 0.7)
        let loud = Stroke(.gradientLine, width: 2.2)
        for other in inputs.indices where other != row { drawWires(other, pale, into: &list) }
        for other in normalized.indices where other != row { drawTaps(other, pale, into: &list) }
        drawTaps(row, loud, into: &list)
        drawTrunks(loud, into: &list)
        drawWires(row, loud, into: &list)
        for index in inputs.indices {
            let (middle, end) = (y(index), places.normalized - Self.pill.width / 2)
            list.stroke(.line(from: Point(places.input + Self.radius, middle), to: Point(end, middle)), index == row ? loud : pale)
            let start = places.normalized + Self.pill.width / 2
            list.stroke(.line(from: Point(start, middle), to: Point(places.output - Self.radius, middle)), pale)
            list.stroke(.line(from: Point(places.output + Self.radius, middle), to: Point(places.loss, lossLevel)), pale)
        }
        drawNodes(into: &list)
        bar(mean, meanBar, byMean, into: &list)
        bar(variance, varianceBar, byVariance, into: &list)
        let product = product(direct, within: places.directRoom)
        for (number, line) in product.enumerated() {
            let middle = (places.input + Self.radius + places.mean.right) / 2
            let baseline = y(row) - 5 - Self.lead * Double(product.count - 1 - number)
            list.append(SceneLabel(line, x: middle, baseline: baseline).laid.content)
        }
        return list
    }

    private var lossLevel: Double { (y(0) + y(inputs.count - 1)) / 2 }

    /// From a number to both bars, on its left.
    private func drawWires(_ index: Int, _ stroke: Stroke, into list: inout DisplayList) {
        let start = Point(places.input - Self.radius, y(index))
        for (x, bar) in [(places.mean.left, meanBar), (places.variance.left, varianceBar)] {
            list.stroke(.polyline([start, Point(x, start.y), Point(x, bar.minY)]), stroke)
            // The wire of μ leaves the one to σ², and wires of lower rows join those from above.
            if index > 0 || x == places.mean.left { Self.dot(Point(x, start.y), stroke.color, into: &list) }
        }
    }

    /// From both bars to a normalized number, only the part that belongs to it.
    private func drawTaps(_ index: Int, _ stroke: Stroke, into list: inout DisplayList) {
        let end = places.normalized - Self.pill.width / 2
        for (x, drop) in [(places.mean.right, 5.0), (places.variance.right, 10.0)] {
            list.stroke(.line(from: Point(x, y(index) + drop), to: Point(end, y(index) + drop)), stroke)
            if index > 0 { Self.dot(Point(x, y(index) + drop), stroke.color, into: &list) }
        }
    }

    /// Where wires join.
    private static func dot(_ center: Point, _ paint: Paint, into list: inout DisplayList) {
        list.fill(.rect(Rect(center: center, width: 4.4, height: 4.4), radius: 2.2), paint)
    }

    private func drawTrunks(_ stroke: Stroke, into list: inout DisplayList) {
        let mean = Point(places.mean.right, meanBar.minY)
        list.stroke(.line(from: mean, to: Point(mean.x, y(0) + 5)), stroke)
        let variance = Point(places.variance.right, varianceBar.minY)
        list.stroke(.line(from: variance, to: Point(variance.x, y(0) + 10)), stroke)
    }

    private func bar(_ node: Int, _ box: Rect, _ route: Int, into list: inout DisplayList) {
        var drawn = DisplayList()
        drawn.fill(.rect(box, radius: 5), .gradientWash)
        drawn.stroke(.rect(box, radius: 5), Stroke(.gradientLine, width: 1.4))
        let baseline = box.center.y + 3
        let value = text(.row([symbols(graph.nodes[node].scalar), .sign(.equals), .role(.value, .number(numbers.value(node)))]), 8.5)
        drawn.append(SceneLabel(value, x: box.minX + 10, baseline: baseline, .leading).laid.content)
        let product = product(route, within: box.width - value.width - 28)
        for (number, line) in product.enumerated() {
            let baseline = baseline + Self.lead * (Double(number) - Double(product.count - 1) / 2)
            drawn.append(SceneLabel(line, x: box.maxX - 10, baseline: baseline, .trailing).laid.content)
        }
        list.group(Group(.node, symbols(graph.nodes[node].scalar).plainText, words: words(node)), drawn)
    }

    private func drawNodes(into list: inout DisplayList) {
        for index in inputs.indices {
            circle(inputs[index], Point(places.input, y(index)), isFocus: index == row, into: &list)
            let box = Rect(center: Point(places.normalized, y(index)), width: Self.pill.width, height: Self.pill.height)
            node(normalized[index], .rect(box, radius: 8), box, isFocus: false, into: &list)
            circle(outputs[index], Point(places.output, y(index)), isFocus: false, into: &list)
            let target = text(.row([targetNames[index], .sign(.equals), .number(targets[index])]), 7.5)
            list.append(SceneLabel(target, x: places.output, baseline: y(index) + Self.radius + 10).laid.content)
        }
        let parameters = [scale, shift].compactMap(\.self)
        for (number, parameter) in parameters.enumerated() {
            var parts: [Formula] = [
                symbols(graph.nodes[parameter].scalar), .sign(.equals), .role(.value, .number(numbers.value(parameter))),
            ]
            if let gradient = numbers.gradient(parameter) { parts += [.words(",  "), .role(.gradient, .number(gradient))] }
            let middle = (places.normalized + places.output) / 2
            list.append(SceneLabel(text(.row(parts), 7.5), x: middle, baseline: size.height - 38 + 12 * Double(number)).laid.content)
        }
        let loss = Rect(center: Point(places.loss, lossLevel), width: 2 * Self.radius + 4, height: 2 * Self.radius + 4)
        list.fill(.rect(loss, radius: loss.width / 2), .page)
        list.stroke(.rect(loss, radius: loss.width / 2), Stroke(.restingLine, width: 1.4))
        let value = text(.number(numbers.value(graph.result)), 8.5, bold: true)
        list.append(SceneLabel(value, centeredAt: loss.center).laid.content)
        list.append(
            SceneLabel(text(.row([.words("loss "), symbols.resultName]), 9), x: loss.center.x, baseline: loss.minY - 5).laid.content)
    }

    private func circle(_ index: Int, _ center: Point, isFocus: Bool, into list: inout DisplayList) {
        let box = Rect(center: center, width: 2 * Self.radius, height: 2 * Self.radius)
        node(index, .rect(box, radius: Self.radius), box, isFocus: isFocus, into: &list)
    }

    /// A value above its gradient, with the name on top.
    private func node(_ index: Int, _ outline: Path, _ box: Rect, isFocus: Bool, into list: inout DisplayList) {
        var drawn = DisplayList()
        drawn.fill(outline, .page)
        drawn.stroke(outline, Stroke(isFocus ? .gradientLine : .restingLine, width: isFocus ? 2.2 : 1))
        let center = box.center
        drawn.append(SceneLabel(fitted(numbers.value(index), .value, box), x: center.x, baseline: center.y - 3).laid.content)
        if let gradient = numbers.gradient(index) {
            drawn.append(SceneLabel(fitted(gradient, .gradient, box), x: center.x, baseline: center.y + 9.5).laid.content)
        }
        drawn.append(SceneLabel(text(symbols(graph.nodes[index].scalar), 9), x: center.x, baseline: box.minY - 4).laid.content)
        list.group(Group(.node, symbols(graph.nodes[index].scalar).plainText, words: words(index), isHighlighted: isFocus), drawn)
    }

    private func fitted(_ numeral: Numeral, _ color: Paint, _ box: Rect) -> Laid {
        fitted(.number(numeral), 8.5, color, box.width - 5)
    }

    private func fitted(_ formula: Formula, _ most: Double, _ color: Paint, _ width: Double) -> Laid {
        var size = most
        func laid() -> Laid { lettering.typesetter.layoutText(formula, font: Font(size: size), color: color) }
        while laid().width > width, size > NetworkLettering.least { size -= 0.25 }
        return laid()
    }

    private func text(_ formula: Formula, _ size: Double, bold: Bool = false) -> Laid {
        lettering.typesetter.layoutText(formula, font: Font(size: size, weight: bold ? .semibold : .regular), color: .ink)
    }

    /// "−0.3600 × 0.3244 = −0.1168".
    /// Where that is too wide in the smallest type, it is on two lines.
    private func product(_ edge: Int, within width: Double) -> [Laid] {
        guard let formula = numbers.productLine(edge)?.formula else { return [] }
        let laid = fitted(formula, 8, .ink, width)
        return laid.width <= width
            ? [laid] : lettering.typesetter.wrapText(formula, font: Font(size: 7.5), width: width, color: .ink, numerals: .mathematics)
    }

    /// "x₁: value 1, gradient 0.04482".
    private func words(_ node: Int) -> String {
        let gradient = numbers.gradient(node).map { ", gradient \($0.text)" } ?? ""
        return "\(symbols(graph.nodes[node].scalar).plainText): value \(numbers.value(node).text)\(gradient)"
    }
}
