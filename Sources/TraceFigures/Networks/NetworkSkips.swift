import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The gradient of a unit before a block as a sum: the gradient through the skip connection, times 1, and the one through the block.
struct NetworkSkips {
    struct Unit: Hashable {
        let column, unit: Int
    }

    /// "0.6495 + 0.1414 = 0.7909", for the shown sample; empty for a mean over the batch.
    private(set) var lines: [Unit: Arithmetic.Line] = [:]

    init(_ values: NetworkValues) {
        guard case .number(let shown) = values.sample else { return }
        for column in values.columns {
            for link in column.links {
                guard case .skip(nil) = link.kind, values.columns[link.from].body == .units else { continue }
                let source = values.columns[link.from]
                for unit in 0..<min(source.count, NetworkSkips.mostUnits) {
                    let scalar = values.scalar(source.shown, unit, sample: shown, of: source.count)
                    let (past, through) = Self.ways(values.trace, to: scalar, past: link.into)
                    lines[Unit(column: link.from, unit: unit)] = Arithmetic.sum([.number(past), .number(through)]).line(
                        values.gradient(scalar))
                }
            }
        }
    }

    private static let mostUnits = 8

    /// The gradient of a block's input through the skip connection to the block's sum, and through all other paths.
    static func ways(_ trace: Trace, to scalar: ScalarID, past sum: Tape.ID) -> (past: Double, through: Double) {
        trace.pass.contributions(to: scalar.tensor, scalar.index).reduce(into: (0, 0)) { ways, part in
            if part.output == sum && part.operand == 0 { ways.0 += part.product } else { ways.1 += part.product }
        }
    }
}
