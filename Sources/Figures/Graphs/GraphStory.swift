import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The words of a graph's figure, all made from its trace.
struct GraphStory {
    let trace: Trace
    let scene: GraphScene
    private let symbols: Symbols
    private var graph: ComputationGraph { scene.graph }

    init(_ trace: Trace, _ scene: GraphScene) {
        self.trace = trace
        self.scene = scene
        symbols = Symbols(trace)
    }

    var headline: Formula {
        let broken = graph.nodes.first { !($0.gradient ?? 0).isFinite || !$0.value.isFinite }
        if let broken {
            let value = broken.value.isFinite ? (broken.gradient ?? 0) : broken.value
            let symbol = broken.value.isFinite ? symbols.inlineGradient(of: broken.scalar) : nameFormula(broken)
            let what = value.isNaN ? "Not a number: " : "Overflow: "
            return .row([.words(what), symbol, .sign(.equals), .number(value)])
        }
        if graph.nodes[graph.result].tensor != nil { return tensorHeadline }
        guard let focus = scene.focus else { return .row([.words("No input moves "), symbols.resultName]) }
        let node = graph.nodes[focus.node]
        let name = symbols.inlineGradient(of: node.scalar)
        if focus.isFork, let line = scene.numbers.sumLine(focus.node) {
            let count = focus.edges.count
            let words = "Where \(Self.word(for: count)) gradients meet, they add: "
            if count <= GraphDressing.mostTerms {
                return .row([.words(words), name, .sign(.equals)] + line.numeric.parts + [.sign(line.relation), .number(line.result)])
            }
            return .row([.words(words), name, .sign(line.relation), .number(line.result)])
        }
        guard let gradient = scene.numbers.gradient(focus.node), !gradient.isZero else {
            return .row([.words("No input moves "), symbols.resultName, .words(" here: every gradient is 0")])
        }
        let rivals = graph.nodes.filter { $0.kind == .input || $0.kind == .parameter }
        let isFirst = rivals.count > 1
        return .row(
            (isFirst ? [symbols(node.scalar), .words(" moves "), symbols.resultName, .words(" the most: ")]
                : [.words("How "), symbols(node.scalar), .words(" moves "), symbols.resultName, .words(": ")])
                + [name, .sign(.equals), .number(gradient)])
    }

    private var tensorHeadline: Formula {
        let parameters = graph.nodes.filter { $0.kind == .parameter }
        let norm = { (node: GraphNode) in node.tensor?.gradientNorm ?? 0 }
        guard let most = parameters.max(by: { norm($0) < norm($1) }) else { return .words("Every operation of the pass") }
        return .row([.words("The largest gradient is that of "), most.face, .words(": "), .norm("∇"), .sign(.equals), .number(norm(most))])
    }

    var subtitle: [Formula] {
        var lines: [Formula] = []
        if case .expression(let program) = trace.subject {
            var line: [Formula] = []
            for (index, formula) in program.formulas.enumerated() {
                if index > 0 { line += [.words(",  ")] }
                line.append(formula)
            }
            for (index, input) in program.inputs.enumerated() {
                line.append(.words(index == 0 ? "  at  " : ", "))
                line += [.variable(input.name), .sign(.equals), .role(.value, .number(input.value, digits: Numeral.mostDigits))]
            }
            lines.append(.row(line))
        } else if let lowered = trace.lowered {
            let names = lowered.layers.map(\.layer.name).joined(separator: " → ")
            lines.append(.row([.words("input → \(names) → loss,  "), "L", .sign(.equals), .role(.value, .number(trace.loss))]))
        }
        guard graph.nodes[graph.result].tensor == nil else {
            lines.append(.words("Each node is a whole tensor: its first numbers above, the norm of its gradient below."))
            return lines
        }
        lines.append(
            .row([
                .words(scene.silentEdges == 0 ? "On each edge: " : "On labelled edges: "), .role(.gradient, .words("upstream gradient")), .words(" × "),
                .role(.local, .words("local derivative")), .words(" = contribution to the gradient on the left."),
            ]))
        return lines
    }

    /// The sum at the fork, or the product for the one that moves most.
    var panel: Formula? {
        guard graph.nodes[graph.result].tensor == nil, let focus = scene.focus else { return nil }
        let partial = symbols.gradient(of: graph.nodes[focus.node].scalar)
        if focus.isFork {
            guard let line = scene.numbers.sumLine(focus.node), focus.edges.count <= 6 else { return nil }
            var row: [Formula] = [partial, .sign(.equals)]
            for (index, (edge, numeral)) in zip(focus.edges, line.numerals).enumerated() {
                if index > 0 { row.append(.sign(.plus)) }
                let number = Formula.role(.gradient, .number(numeral))
                row.append(index > 0 && numeral.isNegative ? .parenthesized(number) : number)
                if let way = way(through: edge) { row += [.role(.quiet, .words(" through ")), .role(.quiet, way), .words(" ")] }
            }
            return .row(row + [.sign(line.relation), .role(.result, .number(line.result))])
        }
        guard let edge = focus.edges.first, let line = scene.numbers.productLine(edge), let way = way(through: edge),
            graph.edges[edge].to != graph.result
        else { return nil }
        let to = graph.nodes[graph.edges[edge].to]
        var row: [Formula] = [partial, .sign(.equals)]
        if to.name != nil {
            row += [
                .role(.gradient, .partial(symbols.resultName, over: way)), .sign(.dot),
                .role(.local, .partial(way, over: symbols(graph.nodes[focus.node].scalar))), .sign(.equals),
            ]
        }
        return .row(row + line.formula.parts)
    }

    private func way(through edge: Int) -> Formula? {
        let to = graph.nodes[graph.edges[edge].to]
        return to.name ?? to.meaning
    }

    private func nameFormula(_ node: GraphNode) -> Formula { node.name ?? node.meaning ?? symbols(node.scalar) }

    var key: [Formula] {
        var row: [Formula] = [
            .role(.value, .words("value")), .words(" above     "), .role(.gradient, .words("gradient")), .words(" below     "),
        ]
        if graph.nodes[graph.result].tensor == nil { row += [.role(.local, .words("local derivative")), .words(" second on an edge")] }
        if graph.nodes.contains(where: { $0.kind == .constant }) { row.append(.words("     dotted: a constant, without a gradient")) }
        var lines: [Formula] = [.row(row)]
        let kinks = Set(trace.tape.entries.compactMap { entry -> String? in
            switch entry.origin {
            case .result(.pointwise(.relu), _): "relu′(0) = 0"
            case .result(.pairwise(.max), _), .result(.pairwise(.min), _): "at a tie of max or min the first has the derivative"
            default: nil
            }
        })
        if !kinks.isEmpty { lines.append(.words("Convention: " + kinks.sorted().joined(separator: "; ") + ".")) }
        return lines
    }

    var alternative: String {
        let operations = graph.nodes.filter { $0.kind == .operation }.count
        return "Computation graph with \(operations) operation\(operations == 1 ? "" : "s") and \(graph.edges.count) edges. \(headline.plainText)."
    }

    /// A line for each node, from the result back.
    var description: String {
        graph.nodes.indices.reversed().map { index in
            let node = graph.nodes[index]
            var text = nameFormula(node).plainText
            if text != scene.numbers.value(index).text { text += " = \(scene.numbers.value(index).text)" }
            guard let gradient = scene.numbers.gradient(index) else { return text + ", a constant." }
            text += ", gradient \(gradient.text)"
            let terms = graph.contributing(to: index).compactMap { edge in
                scene.numbers.productLine(edge).map { line in
                    line.formula.plainText + (way(through: edge).map { " through \($0.plainText)" } ?? "")
                }
            }
            return text + (terms.isEmpty ? "." : ": " + terms.joined(separator: "; ") + ".")
        }.joined(separator: "\n")
    }

    private static func word(for count: Int) -> String {
        let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
        return count < words.count ? words[count] : String(count)
    }
}
