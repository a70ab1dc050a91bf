import Autodiff
import NeuralNetworks
import Notation
import Telling
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
        // What went wrong first: forward, or else on the way back.
        let broken = graph.nodes.first { !$0.value.isFinite } ?? graph.nodes.last { !($0.gradient ?? 0).isFinite }
        if let broken {
            let value = broken.value.isFinite ? (broken.gradient ?? 0) : broken.value
            let symbol = broken.value.isFinite ? symbols.inlineGradient(of: broken.scalar) : nameFormula(broken)
            let what = value.isNaN ? "Not a number: " : "Overflow: "
            return .row([.words(what), symbol, .sign(.equals), .number(value)])
        }
        if let span = scene.focus?.span, let headline = headline(along: span) { return headline }
        if graph.isOfTensors { return tensorHeadline }
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
        let equal = rivals.filter { abs($0.gradient ?? 0) == abs(node.gradient ?? 0) }
        let result = symbols.resultName
        let start: [Formula]
        if rivals.count == 1 {
            start = [.words("How "), symbols(node.scalar), .words(" moves "), result, .words(": ")]
        } else if equal.count == 1 {
            start = [symbols(node.scalar), .words(" moves "), result, .words(" the most: ")]
        } else if equal.count == 2, equal[0].gradient == equal[1].gradient {
            return .row([
                symbols(equal[0].scalar), .words(" and "), symbols(equal[1].scalar), .words(" move "), result, .words(" the most: "),
                symbols.inlineGradient(of: equal[0].scalar), .sign(.equals), symbols.inlineGradient(of: equal[1].scalar), .sign(.equals),
                .number(gradient),
            ])
        } else {
            start = [.words("Nothing moves "), result, .words(" more than "), symbols(node.scalar), .words(": ")]
        }
        return .row(start + [name, .sign(.equals), .number(gradient)])
    }

    /// How the gradient of what a cell carries on changes from the last step to the first.
    private func headline(along span: [Int]) -> Formula? {
        guard let first = span.first, let last = span.last, let early = carried(first), let late = carried(last), late.size != 0
        else { return nil }
        let verb = early.size < late.size ? "shrinks" : early.size > late.size ? "grows" : "stays"
        return .row([
            .words("Back along the \(scene.carriesCell ? "cell" : "hidden") state the gradient \(verb): "), late.symbol, .sign(.equals),
            late.number, .words(", "), early.symbol, .sign(.equals), early.number,
        ])
    }

    /// The gradient of a state, of a whole tensor its norm.
    private func carried(_ index: Int) -> (symbol: Formula, number: Formula, size: Double)? {
        let node = graph.nodes[index]
        if let tensor = node.tensor {
            return tensor.gradientNorm.map {
                (.norm(.inlinePartial(symbols.resultName, over: symbols.tensor(node.scalar.tensor))), .number($0), $0)
            }
        }
        guard let printed = scene.numbers.gradient(index), let gradient = node.gradient else { return nil }
        return (symbols.inlineGradient(of: node.scalar), .number(printed), abs(gradient))
    }

    private var tensorHeadline: Formula {
        let parameters = graph.nodes.filter { $0.kind == .parameter }
        let norm = { (node: GraphNode) in node.tensor?.gradientNorm ?? 0 }
        guard let most = parameters.max(by: { norm($0) < norm($1) }) else { return .words("Every operation of the pass") }
        return .row([.words("The largest gradient is that of "), most.face, .words(": "), .norm("∇"), .sign(.equals), .number(norm(most))])
    }

    var subtitle: [Formula] {
        var lines: [Formula] = []
        if case .expression(let lowered) = trace.subject {
            let program = lowered.program
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
        if graph.isOfTensors {
            lines.append(.words("Each node is a whole tensor: its first numbers above, the norm of its gradient below."))
        } else {
            lines.append(
                .row([
                    .words(scene.silentEdges == 0 ? "On each edge: " : "On labelled edges: "),
                    .role(.gradient, .words("upstream gradient")),
                    .words(" × "),
                    .role(.local, .words("local derivative")),
                    .words(" = contribution to the gradient " + (scene.layout.flow == .rightward ? "on the left." : "above.")),
                ]))
        }
        if trace.isUnrolled {
            let isGiven = !trace.tape.allIDs.contains(where: trace.isFirstState)
            lines.append(.words("Weights and biases are left out\(isGiven ? "" : ", and so is the first hidden state, 0")."))
        }
        return lines
    }

    /// The sum at the fork, or the product for the one that moves most: mathematics, and under each part what it comes through.
    var panel: [(formula: Formula, caption: Formula?)] {
        guard !graph.isOfTensors, let focus = scene.focus else { return [] }
        let scalar = graph.nodes[focus.node].scalar
        let start = Formula.row([symbols.gradient(of: scalar), .sign(.equals), .row([])])
        if focus.isFork {
            guard let line = scene.numbers.sumLine(focus.node), focus.edges.count <= 5 else { return [] }
            var parts: [(Formula, Formula?)] = [(start, nil)]
            for (index, (edge, numeral)) in zip(focus.edges, line.numerals).enumerated() {
                if index > 0 { parts.append((.sign(.plus), nil)) }
                let number = Formula.role(.gradient, .number(numeral))
                parts.append(
                    (
                        index > 0 && numeral.isNegative ? .parenthesized(number) : number,
                        way(through: edge).map { .row([.words("through "), $0]) }
                    ))
            }
            return parts + [(.sign(line.relation), nil), (.role(.result, .number(line.result)), nil)]
        }
        guard let edge = focus.edges.first, let line = scene.numbers.productLine(edge), let way = way(through: edge),
            graph.edges[edge].to != graph.result
        else { return [] }
        var row: [Formula] = [symbols.gradient(of: scalar), .sign(.equals)]
        if graph.nodes[graph.edges[edge].to].name != nil {
            row += [
                .role(.gradient, .partial(symbols.resultName, over: way)), .sign(.dot),
                .role(.local, .partial(way, over: symbols(scalar))), .sign(.equals),
            ]
        }
        return [(.row(row + line.formula.parts), nil)]
    }

    private func way(through edge: Int) -> Formula? {
        let to = graph.nodes[graph.edges[edge].to]
        return to.name ?? to.meaning
    }

    private func nameFormula(_ node: GraphNode) -> Formula { node.name ?? node.meaning ?? symbols(node.scalar) }

    var key: [Formula] {
        let isWhole = graph.isOfTensors
        var row: [Formula] =
            scene.layout.flow == .rightward
            ? [.role(.value, .words("value")), .words(" above a node,  "), .role(.gradient, .words("gradient")), .words(" below it")]
            : [
                .words("beside a node its "), .role(.value, .words("value")), .words(" and, lower, its "),
                .role(.gradient, .words("gradient")),
            ]
        if !isWhole { row += [.words(", "), .role(.local, .words("local derivative")), .words(" second on an edge")] }
        if graph.nodes.contains(where: { $0.kind == .constant }) { row.append(.words("; dotted: a constant, which has no gradient")) }
        row.append(.words("."))
        var lines: [Formula] = [.row(row)]
        let kinks = Storyteller(trace).kinks.map(\.plainText)
        if !kinks.isEmpty { lines.append(.words("Convention: " + kinks.joined(separator: "; ") + ".")) }
        return lines
    }

    var alternative: String {
        let operations = graph.nodes.filter { $0.kind == .operation }.count
        return
            "Computation graph with \(operations) operation\(operations == 1 ? "" : "s") and \(graph.edges.count) edges. \(headline.plainText)."
    }

    /// A line for each node, from the result back.
    var description: String {
        graph.nodes.indices.reversed().map { index in
            let node = graph.nodes[index]
            var text = nameFormula(node).plainText
            guard node.constants.isEmpty else {
                return "t = \(node.constants.map { Numeral($0).text }.joined(separator: ", ")), constants."
            }
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
