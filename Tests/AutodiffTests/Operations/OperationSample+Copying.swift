import Autodiff

extension OperationSample {
    static func copying(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        switch operation {
        case .reshape:
            let shape = [numbers.extent(), numbers.extent(), numbers.extent()]
            let other = [shape[0], shape[1] * shape[2]]
            return OperationSample(.copying(.reshape(other)), [numbers.tensor(shape)]) { $0[0].scalars }
        case .step:
            let (batch, time, features) = (numbers.extent(), numbers.extent(), numbers.extent())
            let step = numbers.extent(0...time - 1)
            return OperationSample(.copying(.step(step)), [numbers.tensor([batch, time, features])]) { operands in
                (0..<batch).flatMap { sample in (0..<features).map { operands[0][sample, step, $0] } }
            }
        case .columns:
            let (rows, columns) = (numbers.extent(), numbers.extent(1...6))
            let first = numbers.extent(0...columns - 1)
            let range = first..<numbers.extent(first + 1...columns)
            return OperationSample(.copying(.columns(range)), [numbers.tensor([rows, columns])]) { operands in
                (0..<rows).flatMap { row in range.map { operands[0][row, $0] } }
            }
        case .stack:
            let (batch, time, features) = (numbers.extent(), numbers.extent(), numbers.extent())
            let steps = (0..<time).map { _ in numbers.tensor([batch, features]) }
            return OperationSample(.copying(.stack), steps) { operands in
                (0..<batch).flatMap { sample in
                    (0..<time).flatMap { step in (0..<features).map { operands[step][sample, $0] } }
                }
            }
        case .forEachSample:
            let (batch, features) = (numbers.extent(), numbers.extent())
            return OperationSample(.copying(.forEachSample(batch)), [numbers.tensor([features])]) { operands in
                (0..<batch).flatMap { _ in operands[0].scalars }
            }
        default: preconditionFailure("\(operation) copies nothing")
        }
    }
}
