import Autodiff
import Notation
import Telling
import Traces

/// The printed numbers of a graph: each value has the same digits everywhere, and every product and sum holds for the printed digits.
struct GraphNumbers: Sendable {
    private(set) var precision: Precision
    let graph: ComputationGraph
    /// Whether it is beside a page, which prints zeros at the end of what is computed.
    private let isBesidePage: Bool

    /// - Parameters:
    ///   - edges: the edges whose products are printed; others do not affect the digits.
    ///   - sums: the nodes whose sums are printed.
    ///   - values: lines that a reader can recompute from neighbouring values.
    ///   - printed: the numbers of a page that the graph is beside.
    init(_ graph: ComputationGraph, edges: Set<Int>, sums: Set<Int>, values: [PrintedLine] = [], printed: Precision = Precision()) {
        self.graph = graph
        precision = printed
        isBesidePage = printed != Precision()
        precision.settle(
            values.map { ($0.key, $0.arithmetic, $0.result) }
                + edges.sorted().compactMap { edge in
                    product(edge).map { (contributionKey(edge), $0, graph.edges[edge].contribution?.product ?? 0) }
                }
                + sums.sorted().compactMap { node in
                    sum(node, ofAll: false).map { (gradientKey(node), $0, graph.nodes[node].gradient ?? 0) }
                })
    }

    /// upstream × local = contribution.
    func productLine(_ edge: Int) -> Arithmetic.Line? {
        guard let use = graph.edges[edge].contribution, let arithmetic = product(edge) else { return nil }
        return precision.line(arithmetic, result: use.product, key: contributionKey(edge))
    }

    /// The contributions that are added at a node, with their sum; nil if there are fewer than two.
    func sumLine(_ node: Int) -> Arithmetic.Line? {
        guard let gradient = graph.nodes[node].gradient, let arithmetic = sum(node, ofAll: false) else { return nil }
        return precision.line(arithmetic, result: gradient, key: gradientKey(node))
    }

    /// The same as it is written, together with the contributions that are left out.
    func sum(_ node: Int) -> Formula? {
        guard let line = sumLine(node), let all = sum(node, ofAll: true) else { return nil }
        let result = precision.numeral(printedFor: .gradient(graph.nodes[node].scalar.key))
        var rest = line.numerals[...]
        let numerals = zip(graph.contributing(to: node), all.leaves).map { edge, leaf in
            let numeral = graph.edges[edge].isLeftOut ? precision.numeral(leaf) : rest.popFirst() ?? precision.numeral(leaf)
            return result == nil || numeral.isZero ? numeral : printed(leaf, numeral)
        }
        return .row(
            all.numeric(printing: numerals).parts + [.sign(line.relation), .role(.gradient, .number(result ?? line.result))])
    }

    /// A term as the page prints it that the graph is beside: with its zeros.
    private func printed(_ leaf: Arithmetic.Leaf, _ numeral: Numeral) -> Numeral {
        leaf.key.flatMap(precision.numeral(printedFor:))
            ?? Numeral(leaf.value, digits: max(numeral.significantDigits, leaf.key.map(precision.digits(of:)) ?? 0), padded: true)
    }

    /// The keys of the contributions to a node that are left out.
    func leftOut(of node: Int) -> [NumberKey] {
        graph.contributing(to: node).filter { graph.edges[$0].isLeftOut }.compactMap(contributionKey)
    }

    /// A number with the graph's digits for it.
    func numeral(_ value: Double, key: NumberKey) -> Numeral { precision.numeral(value, key: key) }

    func value(_ node: Int) -> Numeral {
        let (value, key) = (graph.nodes[node].value, NumberKey.value(graph.nodes[node].scalar.key))
        guard isBesidePage, graph.nodes[node].kind == .operation, value != 0, precision.numeral(printedFor: key) == nil else {
            return precision.numeral(value, key: key)
        }
        return Numeral(value, digits: precision.digits(of: key), padded: true)
    }

    func gradient(_ node: Int) -> Numeral? {
        guard let gradient = graph.nodes[node].gradient else { return nil }
        return precision.numeral(printedFor: .gradient(graph.nodes[node].scalar.key))
            ?? precision.numeral(gradient, key: gradientKey(node))
    }

    func gradientDigits(_ node: Int) -> Int { precision.digits(of: gradientKey(node)) }

    private func product(_ edge: Int) -> Arithmetic? {
        guard let use = graph.edges[edge].contribution else { return nil }
        return .product([
            .leaf(Arithmetic.Leaf(use.upstream, role: .gradient, key: gradientKey(graph.edges[edge].to))),
            .leaf(Arithmetic.Leaf(use.local, role: .local, key: localKey(edge))),
        ])
    }

    private func sum(_ node: Int, ofAll: Bool) -> Arithmetic? {
        let uses = graph.contributing(to: node)
        guard uses.count > 1 else { return nil }
        return .sum(
            uses.filter { ofAll || !graph.edges[$0].isLeftOut }.map {
                .leaf(Arithmetic.Leaf(graph.edges[$0].contribution?.product ?? 0, role: .gradient, key: contributionKey($0)))
            })
    }

    /// The derivative of an exponential is its value, and has the same digits.
    func localKey(_ edge: Int) -> NumberKey? {
        guard let use = graph.edges[edge].contribution else { return nil }
        let to = graph.nodes[graph.edges[edge].to]
        return to.isExponential ? .value(to.scalar.key) : .local(use.use)
    }

    private func contributionKey(_ edge: Int) -> NumberKey? { graph.edges[edge].contribution.map { .contribution($0.use) } }

    /// The contribution of a single edge is the gradient.
    private func gradientKey(_ node: Int) -> NumberKey {
        let uses = graph.contributing(to: node)
        if uses.count == 1, !graph.edges[uses[0]].isLeftOut, let only = contributionKey(uses[0]) { return only }
        return .gradient(graph.nodes[node].scalar.key)
    }
}
