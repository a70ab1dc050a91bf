import Autodiff
import Foundation

extension OperationSample {
    /// Tokens that occur twice, and others that don't occur. The definition multiplies by rows of an identity.
    static func embedding(_ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, time, count, size) = (numbers.extent(), numbers.extent(), numbers.extent(1...5), numbers.extent())
        let tokens = Tensor(shape: [batch, time], scalars: (0..<batch * time).map { _ in Double(numbers.extent(0...count - 1)) })
        return OperationSample(.embedding(Embedding()), [tokens, numbers.tensor([count, size])], constants: [0]) { operands in
            operands[0].scalars.flatMap { token in
                (0..<size).map { column in
                    (0..<count).reduce(0) { $0 + (Double($1) == token ? 1 : 0) * operands[1][$1, column] }
                }
            }
        }
    }

    static func addToEachSample(_ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, time, features) = (numbers.extent(), numbers.extent(), numbers.extent())
        let operands = [numbers.tensor([batch, time, features]), numbers.tensor([time, features])]
        return OperationSample(.addToEachSample(AddToEachSample()), operands) { operands in
            (0..<batch).flatMap { sample in
                (0..<time).flatMap { step in (0..<features).map { operands[0][sample, step, $0] + operands[1][step, $0] } }
            }
        }
    }
}
