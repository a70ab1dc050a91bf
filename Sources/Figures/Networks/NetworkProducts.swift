import Autodiff
import NeuralNetworks
import Notation
import Traces

/// What each edge carries back: upstream gradient × local derivative, and the sums of these at the units.
struct NetworkProducts {
    struct Key: Hashable {
        let column, from: Int
        let into: Tape.ID
        let to: Int
    }

    /// Of one sample: "0.1385 × 0.4 = 0.05539".
    private(set) var lines: [Key: Arithmetic.Line] = [:]
    /// Of several samples: the mean of what the edge carries.
    private(set) var means: [Key: Double] = [:]
    /// At units with two and more edges: "0.05539 − 0.01905 = 0.03635".
    private(set) var sums: [Key: Arithmetic.Line] = [:]
    private(set) var precision = Precision()

    init(_ trace: Trace, _ columns: [NetworkColumns.Column], sample: NetworkDiagramOptions.Sample, notation: NotationStyle = .automatic) {
        guard let lowered = trace.lowered else { return }
        let batch = lowered.problem.inputs.shape[0]
        let symbols = Symbols(trace, notation: notation)
        var edges: [(key: Key, arithmetic: Arithmetic, result: Double)] = []
        var forks: [(key: Key, arithmetic: Arithmetic, result: Double)] = []
        for (index, column) in columns.enumerated() where column.body == .units {
            var targets: [(Tape.ID, Int)] = columns.flatMap { next in
                next.links.filter { $0.from == index }.map { link in
                    // A projected skip enters the sum by a tensor of its own.
                    if case .skip(let projection?) = link.kind { return (projection.projected, next.count) }
                    return (link.into, next.count)
                }
            }
            var matrices: [Tape.ID: Tape.ID] = [:]
            for link in columns.flatMap(\.links) where link.from == index {
                if case .weights(let matrix) = link.kind { matrices[link.into] = matrix }
            }
            if index == columns.count - 1 {
                targets.append((lowered.dataLoss, 1))
            }
            var arriving: [Int: [(Contribution, String)]] = [:]
            for (into, count) in targets {
                trace.pass.forEachContribution(from: into) { part in
                    guard part.input == column.shown else { return }
                    let key = Key(
                        column: index, from: part.inputIndex % column.count,
                        into: count == 1 && index == columns.count - 1 ? lowered.loss : into, to: part.outputIndex % count)
                    switch sample {
                    case .mean: means[key, default: 0] += part.product / Double(batch)
                    case .number(let shown):
                        guard part.inputIndex / column.count == min(shown, batch - 1) else { return }
                        let name = "\(into.index):\(part.outputIndex)<\(part.inputIndex)"
                        let upstream = Arithmetic.Leaf(
                            part.upstream, role: .gradient,
                            key: SceneState.key(symbols.inlineGradient(of: ScalarID(into, part.outputIndex))))
                        // A weight has the digits of its own label.
                        let weight = matrices[into].map {
                            ScalarID($0, part.outputIndex % count * column.count + part.inputIndex % column.count)
                        }
                        let local = Arithmetic.Leaf(
                            part.local, role: .local, key: weight.map { SceneState.key(symbols($0)) })
                        edges.append((key, .leaf(upstream) * .leaf(local), part.product))
                        arriving[part.inputIndex % column.count, default: []].append((part, name))
                    }
                }
            }
            for (unit, parts) in arriving.sorted(by: { $0.key < $1.key }) where parts.count > 1 && parts.count <= 6 {
                let terms: [Arithmetic] = parts.map { part, name in
                    part.product < 0
                        ? .negation(.leaf(Arithmetic.Leaf(-part.product, role: .gradient, key: name)))
                        : .leaf(Arithmetic.Leaf(part.product, role: .gradient, key: name))
                }
                let id = ScalarID(column.shown, parts[0].0.inputIndex)
                // A sum that leaves something out (a use inside a block) is not shown.
                let (sum, gradient) = (parts.reduce(0) { $0 + $1.0.product }, trace.pass.gradient(id.tensor).scalars[id.index])
                guard abs(sum - gradient) <= 1e-9 * max(abs(gradient), parts.map { abs($0.0.product) }.max() ?? 0) else { continue }
                forks.append(
                    (
                        Key(column: index, from: unit, into: column.shown, to: unit), .sum(terms),
                        gradient
                    ))
            }
        }
        func name(_ key: Key) -> String {
            let count = columns.first { column in column.links.contains { $0.into == key.into } }?.count ?? 1
            let into = key.into == lowered.loss ? lowered.dataLoss : key.into
            var shown = 0
            if case .number(let number) = sample { shown = min(number, batch - 1) }
            let output = into == key.into ? shown * count + key.to : 0
            return "\(into.index):\(output)<\(shown * columns[key.column].count + key.from)"
        }
        func gradientName(_ key: Key) -> String {
            var shown = 0
            if case .number(let number) = sample { shown = min(number, batch - 1) }
            return SceneState.key(
                symbols.inlineGradient(of: ScalarID(key.into, shown * columns[key.column].count + key.from)))
        }
        precision.settle(
            edges.map { (name($0.key), $0.arithmetic, $0.result) }
                + forks.map { (gradientName($0.key), $0.arithmetic, $0.result) })
        for edge in edges { lines[edge.key] = precision.line(edge.arithmetic, result: edge.result, key: name(edge.key)) }
        for fork in forks {
            sums[fork.key] = precision.line(fork.arithmetic, result: fork.result, key: gradientName(fork.key))
        }
    }
}
