import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The gradient along each edge, upstream gradient × local derivative, and the sums of these at the units.
struct NetworkProducts {
    struct Key: Hashable {
        let column, from: Int
        let into: Tape.ID
        let to: Int
    }

    /// For one sample: "0.1385 × 0.4 = 0.05539".
    private(set) var lines: [Key: Arithmetic.Line] = [:]
    /// For several samples: the mean of the gradient along the edge.
    private(set) var means: [Key: Double] = [:]
    /// At units with two or more edges: "0.05539 − 0.01905 = 0.03635".
    private(set) var sums: [Key: Arithmetic.Line] = [:]
    private(set) var precision = Precision()

    init(_ trace: Trace, _ columns: [NetworkColumns.Column], sample: NetworkDiagramOptions.Sample) {
        guard let lowered = trace.lowered else { return }
        let batch = lowered.problem.inputs.shape[0]
        var edges: [(key: Key, arithmetic: Arithmetic, part: Contribution)] = []
        var forks: [(key: Key, arithmetic: Arithmetic, of: ScalarID, result: Double)] = []
        for (index, column) in columns.enumerated() where column.body == .units {
            var targets: [(Tape.ID, Int)] = columns.flatMap { next in
                next.links.filter { $0.from == index }.map { link in
                    // A projected skip connection enters the sum as a tensor of its own.
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
            var arriving: [Int: [Contribution]] = [:]
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
                        let upstream = Arithmetic.Leaf(part.upstream, role: .gradient, key: .gradient(part.use.to))
                        // A weight has the same digits as in its own label.
                        let weight = matrices[into].map {
                            ScalarID($0, part.outputIndex % count * column.count + part.inputIndex % column.count)
                        }
                        let local = Arithmetic.Leaf(part.local, role: .local, key: weight.map { .value($0.key) })
                        edges.append((key, .leaf(upstream) * .leaf(local), part))
                        arriving[part.inputIndex % column.count, default: []].append(part)
                    }
                }
            }
            for (unit, parts) in arriving.sorted(by: { $0.key < $1.key }) where parts.count > 1 && parts.count <= 6 {
                let terms: [Arithmetic] = parts.map { part in
                    let size = Arithmetic.leaf(Arithmetic.Leaf(abs(part.product), role: .gradient, key: .contribution(part.use)))
                    return part.product < 0 ? .negation(size) : size
                }
                let id = ScalarID(column.shown, parts[0].inputIndex)
                // A sum that lacks a term (a use inside a block) is not shown.
                let (sum, gradient) = (parts.reduce(0) { $0 + $1.product }, trace.pass.gradient(id.tensor).scalars[id.index])
                guard abs(sum - gradient) <= 1e-9 * max(abs(gradient), parts.map { abs($0.product) }.max() ?? 0) else { continue }
                forks.append(
                    (
                        Key(column: index, from: unit, into: column.shown, to: unit), .sum(terms), id,
                        gradient
                    ))
            }
        }
        precision.settle(
            edges.map { (.contribution($0.part.use), $0.arithmetic, $0.part.product) }
                + forks.map { (.gradient($0.of.key), $0.arithmetic, $0.result) })
        for edge in edges {
            lines[edge.key] = precision.line(edge.arithmetic, result: edge.part.product, key: .contribution(edge.part.use))
        }
        for fork in forks { sums[fork.key] = precision.line(fork.arithmetic, result: fork.result, key: .gradient(fork.of.key)) }
    }
}
