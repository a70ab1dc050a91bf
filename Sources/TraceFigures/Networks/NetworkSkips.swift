import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The gradient of a unit before a block as a sum: the gradient through the skip connection, times 1, and the one through the block.
struct NetworkSkips {
    struct Unit: Hashable {
        let column, unit: Int
    }

    /// The two numbers that are added: 0.64949 and 0.14145.
    struct Ways {
        let past, through: Numeral
        /// Whether a mistake leaves the first out.
        let lacksPast: Bool
    }

    /// Those of the sample that is shown; none of a mean over the batch.
    private(set) var ways: [Unit: Ways] = [:]
    /// The digits of the numbers in the lines, wherever they stand in the picture.
    private(set) var precision = Precision()

    init(_ values: NetworkValues) {
        guard case .number(let shown) = values.sample else { return }
        typealias Line = (key: NumberKey?, arithmetic: Arithmetic, result: Double)
        var sums: [Unit: Line] = [:]
        var equals: [Line] = []
        var leftOut: [Unit: Numeral] = [:]
        for column in values.columns {
            for link in column.links {
                guard case .skip(nil) = link.kind, values.columns[link.from].body == .units else { continue }
                let source = values.columns[link.from]
                for unit in 0..<min(source.count, NetworkSkips.mostUnits) {
                    let scalar = values.scalar(source.shown, unit, sample: shown, of: source.count)
                    let (past, through, lacksPast) = Self.ways(values.trace, to: scalar, past: link.into)
                    let sum = NumberKey.gradient(ScalarID(link.into, scalar.index).key)
                    if lacksPast { leftOut[Unit(column: link.from, unit: unit)] = Numeral(past) }
                    sums[Unit(column: link.from, unit: unit)] = (
                        .gradient(scalar.key), .sum((lacksPast ? [] : [.leaf(Arithmetic.Leaf(past, key: sum))]) + [.number(through)]),
                        values.gradient(scalar)
                    )
                    // What the block adds gets the gradient of the sum, and its digits.
                    guard case .result(_, let operands) = values.trace.tape[link.into].origin, operands.count == 2 else { continue }
                    let added = NumberKey.gradient(ScalarID(operands[1], scalar.index).key)
                    equals.append((sum, .leaf(Arithmetic.Leaf(past, key: added)), past))
                }
            }
        }
        precision.settle(sums.values + equals)
        for (unit, sum) in sums {
            let numerals = precision.line(sum.arithmetic, result: sum.result, key: sum.key).numerals
            guard let past = leftOut[unit] ?? numerals.first, let through = numerals.last else { continue }
            ways[unit] = Ways(past: past, through: through, lacksPast: leftOut[unit] != nil)
        }
    }

    private static let mostUnits = 8

    /// The gradient of a block's input through the skip connection to the block's sum, and through all other paths.
    private static func ways(
        _ trace: Trace, to scalar: ScalarID, past sum: Tape.ID
    ) -> (past: Double, through: Double, lacksPast: Bool) {
        trace.pass.withNothingLeftOut.contributions(to: scalar.tensor, scalar.index).reduce(into: (0, 0, false)) { ways, part in
            if part.output == sum && part.operand == 0 {
                ways.0 += part.product
                ways.2 = trace.pass.leavesOut(part)
            } else if !trace.pass.leavesOut(part) {
                ways.1 += part.product
            }
        }
    }
}
