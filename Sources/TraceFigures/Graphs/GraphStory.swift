import Autodiff
import NeuralNetworks
import Notation
import Telling
import Traces

/// The words of a graph's figure, all made from its trace.
struct GraphStory {
    let trace: Trace
    let scene: GraphScene
    /// The digits of the picture's gradients, if they are not those of the scene.
    var precision: Precision?
    /// Where the picture's values go.
    var flow: NetworkGeometry.Flow
    private let teller: Storyteller
    private var symbols: Symbols { teller.symbols }
    private var graph: ComputationGraph { scene.graph }

    init(_ trace: Trace, _ scene: GraphScene) {
        self.trace = trace
        self.scene = scene
        flow = scene.layout.flow
        teller = Storyteller(trace, notation: scene.notation)
    }

    var headline: Formula {
        // The first invalid number: in the forward pass, or else in the backward pass.
        let broken = graph.nodes.first { !$0.value.isFinite } ?? graph.nodes.last { !($0.gradient ?? 0).isFinite }
        if let broken {
            let value = broken.value.isFinite ? (broken.gradient ?? 0) : broken.value
            let symbol = broken.value.isFinite ? symbols.inlineGradient(of: broken.scalar) : nameFormula(broken)
            let what = value.isNaN ? "Not a number: " : "Overflow: "
            return .row([.words(what), symbol, .sign(.equals), .number(value)])
        }
        let search = search
        if let told = search.told(search.loud, scene.numbers.precision) { return told.headline }
        if let span = scene.focus?.span, let headline = headline(along: span) { return headline }
        if graph.isOfTensors { return tensorHeadline }
        guard let focus = scene.focus else { return .row([.words("No input moves "), symbols.resultName]) }
        let node = graph.nodes[focus.node]
        if focus.isFork, let line = scene.numbers.sumLine(focus.node) {
            let name = symbols.inlineGradient(of: node.scalar)
            let count = focus.edges.count
            let words = "Where \(Self.word(for: count)) gradients meet, they add: "
            let sum = [name, .sign(.equals)] + line.numeric.parts + [.sign(line.relation), .number(line.result)]
            let brief = "\(English.capitalized(Self.word(for: count))) gradients add: "
            let told =
                count <= GraphDressing.mostTerms
                ? short([.words(words)] + sum) ?? short([.words(brief)] + sum) : nil
            return told ?? .row([.words(words), name, .sign(line.relation), .number(line.result)])
        }
        guard trace.lowered == nil else {
            let drawn = "A network as a graph of \(graph.nodes.count) nodes"
            return search.told(search.usual, scene.numbers.precision, drawn: drawn)?.headline ?? .words(drawn)
        }
        guard let gradient = scene.numbers.gradient(focus.node), !gradient.isZero else {
            return .row([.words("No input moves "), symbols.resultName, .words(" here: every gradient is 0")])
        }
        return scene.topic.flatMap(topicHeadline) ?? largestHeadline ?? resultHeadline
    }

    private var search: FindingSearch {
        let shown = graph.isOfTensors ? [] : Set(graph.nodes.map(\.scalar.key))
        return FindingSearch(teller, sample: 0) { $0.scalars.allSatisfy(shown.contains) }
    }

    // MARK: What an expression is about

    private func topicHeadline(_ topic: ExpressionTopic) -> Formula? {
        switch topic {
        case .sigmoid(let node, let argument, let isSpelledOut): sigmoidHeadline(node, argument, isSpelledOut)
        case .product(let factor, let other, let terms): productHeadline(factor, other, terms)
        }
    }

    /// "Four steps make one sigmoid: σ′(z) = σ(1 − σ) = 0.7311 × 0.2689 = 0.1966".
    private func sigmoidHeadline(_ node: Int, _ argument: Int, _ isSpelledOut: Bool) -> Formula? {
        let value = graph.nodes[node].value
        let line = scene.numbers.precision.line(
            .product([.leaf(Arithmetic.Leaf(value, key: .value(graph.nodes[node].scalar.key))), .number(1 - value)]),
            result: value * (1 - value))
        guard line.relation == .equals, line.numerals[0] == scene.numbers.value(node) else { return nil }
        return short(
            [.words(isSpelledOut ? "Four steps make one sigmoid: " : "The sigmoid’s slope: "), .prime("σ")]
                + [.parenthesized(symbols(graph.nodes[argument].scalar)), .sign(.equals), "σ", .parenthesized("1" - "σ"), .sign(.equals)]
                + line.numeric.parts + [.sign(.equals), .number(line.result)])
    }

    /// "A product swaps its factors’ values: ∂f/∂z = q = 3; a sum copies: ∂f/∂x = ∂f/∂y = −4".
    private func productHeadline(_ factor: Int, _ other: Int, _ terms: [Int]) -> Formula? {
        func swap(_ node: Int, for other: Int) -> [Formula] {
            symbols.inlineGradient(of: graph.nodes[node].scalar).parts + [.sign(.equals)] + nameFormula(graph.nodes[other]).parts
                + [.sign(.equals)] + (scene.numbers.gradient(node).map { [.number($0)] } ?? [])
        }
        let start = [Formula.words("A product swaps its factors’ values: ")] + swap(factor, for: other)
        guard terms.count == 2, let gradient = scene.numbers.gradient(terms[0]) else {
            return short(start + [.words(", ")] + swap(other, for: factor))
        }
        let copies = terms.flatMap { symbols.inlineGradient(of: graph.nodes[$0].scalar).parts + [.sign(.equals)] }
        return short(start + [.words("; a sum copies: ")] + copies + [.number(gradient)])
    }

    private func short(_ row: [Formula]) -> Formula? {
        Formula.row(row).plainText.count <= ToldTraceFinding.mostCharacters ? .row(row) : nil
    }

    /// The input with the largest gradient, or the two that tie for it, if it exceeds all others by a tenth.
    private var largestHeadline: Formula? {
        let inputs = graph.nodes.indices.filter { graph.nodes[$0].kind == .input || graph.nodes[$0].kind == .parameter }
        let size = { (node: Int) in abs(graph.nodes[node].gradient ?? 0) }
        guard let most = inputs.map(size).max(), let first = inputs.first(where: { size($0) == most }),
            let number = scene.numbers.gradient(first)
        else { return nil }
        let leaders = inputs.filter { size($0) == most }
        let name = symbols.inlineGradient(of: graph.nodes[first].scalar)
        let symbol = symbols(graph.nodes[first].scalar)
        if inputs.count == 1 {
            return .row([
                .words("How "), symbol, .words(" moves "), symbols.resultName, .words(": "), name, .sign(.equals), .number(number),
            ])
        }
        guard inputs.allSatisfy({ leaders.contains($0) || size($0) * 1.1 <= most }) else { return nil }
        if leaders.count == 1 {
            return .row([.words("Of all inputs, "), symbol, .words(" has the largest gradient: "), name, .sign(.equals), .number(number)])
        }
        guard leaders.count == 2, graph.nodes[leaders[1]].gradient == graph.nodes[first].gradient else { return nil }
        let other = graph.nodes[leaders[1]].scalar
        return short([
            symbol, .words(" and "), symbols(other), .words(" have equal gradients, the largest: "), name, .sign(.equals),
            symbols.inlineGradient(of: other), .sign(.equals), .number(number),
        ])
    }

    private var resultHeadline: Formula {
        .row([.words("For these inputs, "), symbols.resultName, .sign(.equals), .number(scene.numbers.value(graph.result))])
    }

    /// How the gradient of the cell's state changes from the last step to the first.
    private func headline(along span: [Int]) -> Formula? {
        guard let first = span.first, let last = span.last, let early = carried(first), let late = carried(last), late.size != 0
        else { return nil }
        let verb = early.size < late.size ? "shrinks" : early.size > late.size ? "grows" : "stays"
        return .row([
            .words("Back in time the \(scene.carriesCell ? "cell" : "hidden") state’s gradient \(verb): "), late.symbol, .sign(.equals),
            late.number, .words(", "), early.symbol, .sign(.equals), early.number,
        ])
    }

    /// The gradient of a state; for a whole tensor its norm.
    private func carried(_ index: Int) -> (symbol: Formula, number: Formula, size: Double)? {
        let node = graph.nodes[index]
        if let tensor = node.tensor {
            return tensor.gradientNorm.map {
                (.norm(.inlinePartial(symbols.resultName, over: symbols.tensor(node.scalar.tensor))), .number($0), $0)
            }
        }
        guard let gradient = node.gradient,
            let printed = precision?.numeral(gradient, key: .gradient(node.scalar.key)) ?? scene.numbers.gradient(index)
        else { return nil }
        return (symbols.inlineGradient(of: node.scalar), .number(printed), abs(gradient))
    }

    private var tensorHeadline: Formula {
        let parameters = graph.nodes.filter { $0.kind == .parameter }
        let norm = { (node: GraphNode) in node.tensor?.gradientNorm ?? 0 }
        let drawn = Formula.row([.words("Every operation of the pass: the loss is "), .number(trace.loss)])
        guard let most = parameters.max(by: { norm($0) < norm($1) }),
            parameters.count(where: { norm($0) * 1.1 > norm(most) }) == 1, !isFrozen(most)
        else { return drawn }
        return .row([.words("The largest gradient is that of "), most.face, .words(": "), .norm("∇"), .sign(.equals), .number(norm(most))])
    }

    private func isFrozen(_ node: GraphNode) -> Bool {
        guard let lowered = trace.lowered, lowered.problem.optimizer != nil else { return false }
        return lowered.problem.frozen.contains(trace.tape[node.scalar.tensor].name)
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
            // Their values at the traced step.
            let inputs = lowered.inputs.map { (name: trace.tape[$0].name, value: trace.pass.value($0).scalars[0]) }
            let digits = trace.rule.steps > 1 ? Numeral.usualDigits : Numeral.mostDigits
            for (index, input) in (inputs + program.constants).enumerated() {
                line.append(.words(index == 0 ? "  at  " : index == inputs.count ? ";  constant  " : ", "))
                let value = Formula.number(input.value, digits: index < inputs.count ? digits : Numeral.mostDigits)
                line += [.variable(input.name), .sign(.equals), .role(.value, value)]
            }
            lines.append(.row(line))
        } else if let lowered = trace.lowered {
            let names = lowered.layers.map(\.layer.heading).joined(separator: " → ")
            lines.append(.row([.words("input → \(names) → loss,  "), "L", .sign(.equals), .role(.value, .number(trace.loss))]))
        }
        if graph.isOfTensors {
            let whole = "Each node is a whole tensor"
            lines.append(
                .words(
                    flow == .rightward
                        ? "\(whole): its values above, the gradient of the loss with respect to them below."
                        : "\(whole), beside it its values and the gradient of the loss with respect to them."))
        } else {
            lines.append(
                .row([
                    .words(scene.silentEdges == 0 ? "On each edge: " : "On labelled edges: "),
                    .role(.gradient, .words("upstream gradient")),
                    .words(" × "),
                    .role(.local, .words("local derivative")),
                    .words(" = contribution to the gradient " + (flow == .rightward ? "on the left." : "above.")),
                ]))
        }
        if trace.isUnrolled {
            let isGiven = !trace.tape.allIDs.contains(where: trace.isFirstState)
            lines.append(.words("Weights and biases are left out\(isGiven ? "" : ", and so is the first hidden state, 0")."))
        }
        return lines
    }

    /// The sum at the fork, or the product for the largest gradient, with the path under each part.
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
        if case .sigmoid(_, _, isSpelledOut: true)? = scene.topic { return [(Formula.row(start.parts + wayLine), nil)] }
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

    /// The local derivatives along the topic's path, from the result back, and their product: 1 × (−0.5344) × 1 × 0.3679 × (−1) = 0.1966.
    private var wayLine: [Formula] {
        guard let focus = scene.focus, let topic = scene.topic else { return [] }
        let way = topic.way(in: graph).reversed()
        let locals = way.compactMap { edge in
            graph.edges[edge].contribution.map {
                Arithmetic.leaf(Arithmetic.Leaf($0.local, role: .local, key: scene.numbers.localKey(edge)))
            }
        }
        guard let upstream = way.first.flatMap({ graph.edges[$0].contribution })?.upstream, !locals.isEmpty else { return [] }
        let first = upstream == 1 ? [] : [Arithmetic.number(upstream, role: .gradient)]
        return scene.numbers.precision.line(.product(first + locals), result: graph.nodes[focus.node].gradient ?? .nan).formula.parts
    }

    private func way(through edge: Int) -> Formula? {
        let to = graph.nodes[graph.edges[edge].to]
        return to.name ?? to.meaning
    }

    private func nameFormula(_ node: GraphNode) -> Formula { node.name ?? node.meaning ?? symbols(node.scalar) }

    var key: [Formula] {
        let isWhole = graph.isOfTensors
        var row: [Formula] =
            flow == .rightward
            ? [.role(.value, .words("value")), .words(" above a node,  "), .role(.gradient, .words("gradient")), .words(" below it")]
            : [
                .words("beside a node its "), .role(.value, .words("value")), .words(isWhole ? " and its " : " and, lower, its "),
                .role(.gradient, .words("gradient")),
            ]
        if !isWhole { row += [.words(", "), .role(.local, .words("local derivative")), .words(" second on an edge")] }
        if graph.nodes.contains(where: { $0.kind == .constant }) { row.append(.words("; dotted: a constant, which has no gradient")) }
        row.append(.words("."))
        var lines: [Formula] = [.row(row)]
        lines += scene.layout.dressing.key.lines
        let kinks = teller.kinks.map(\.plainText)
        if !kinks.isEmpty { lines.append(.words("Convention: " + kinks.joined(separator: "; ") + ".")) }
        if let summary = Storyteller(trace).stepSummary { lines.append(.words(summary + ".")) }
        return lines
    }

    var alternative: String {
        let operations = graph.nodes.filter { $0.kind == .operation }.count
        return
            "Computation graph with \(operations) operation\(operations == 1 ? "" : "s") and \(graph.edges.count) edge\(graph.edges.count == 1 ? "" : "s"). \(headline.plainText)."
    }

    /// One line for each node, from the result back.
    var description: String {
        let most = 24
        // Of many nodes, those that the figure is about, and both ends.
        let told = graph.nodes.indices.reversed().filter { node in
            graph.nodes.count <= most || node == graph.result || node == scene.focus?.node
                || scene.focus?.edges.contains { graph.edges[$0].to == node } ?? false
                || graph.nodes[node].kind == .input && graph.nodes.count <= 3 * most
        }
        let left = graph.nodes.count - told.count
        return
            ([headline.plainText + "."] + told.map(account)
            + (left > 0 ? ["\(left) more nodes are in the picture; their numbers are in the trace."] : []))
            .joined(separator: "\n")
    }

    private func account(_ index: Int) -> String {
        let node = graph.nodes[index]
        var text = nameFormula(node).plainText
        guard node.constants.isEmpty else {
            return "\(node.face.plainText) = \(node.constants.map { Numeral($0).text }.joined(separator: ", ")), constants."
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
    }

    /// "three".
    private static func word(for count: Int) -> String {
        let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
        return count < words.count ? words[count] : String(count)
    }
}
