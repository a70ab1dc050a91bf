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
    /// With and without a bias. The definition goes over every entry by its four indices, as the next ones do.
    static func headProjection(_ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, time, features) = (numbers.extent(1...2), numbers.extent(), numbers.extent())
        let (heads, size) = (numbers.extent(1...3), numbers.extent(1...3))
        var operands = [numbers.tensor([batch, time, features]), numbers.tensor([heads * size, features])]
        if numbers.extent(0...1) == 1 { operands.append(numbers.tensor([heads * size])) }
        return OperationSample(.headProjection(HeadProjection(heads: heads)), operands) { operands in
            entries([batch, heads, time, size]) { at in
                let unit = at[1] * size + at[3]
                return (0..<features).reduce(operands.count > 2 ? operands[2][unit] : 0) {
                    $0 + operands[0][at[0], at[2], $1] * operands[1][unit, $1]
                }
            }
        }
    }

    static func attentionScores(_ numbers: inout SeededNumbers) -> OperationSample {
        let shape = [numbers.extent(1...2), numbers.extent(1...3), numbers.extent(), numbers.extent(1...3)]
        let scale = numbers.extent(0...1) == 1 ? 1 : numbers.number(in: -1...1)
        let operands = [numbers.tensor(shape), numbers.tensor(shape)]
        return OperationSample(.attentionScores(AttentionScores(scale: scale)), operands) { operands in
            entries([shape[0], shape[1], shape[2], shape[2]]) { at in
                (0..<shape[3]).reduce(0) { $0 + scale * operands[0][at[0], at[1], at[2], $1] * operands[1][at[0], at[1], at[3], $1] }
            }
        }
    }

    static func attentionContext(_ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, heads, time, size) = (numbers.extent(1...2), numbers.extent(1...3), numbers.extent(), numbers.extent(1...3))
        let operands = [numbers.tensor([batch, heads, time, time]), numbers.tensor([batch, heads, time, size])]
        return OperationSample(.attentionContext(AttentionContext()), operands) { operands in
            entries([batch, time, heads * size]) { at in
                let (head, column) = (at[2] / size, at[2] % size)
                return (0..<time).reduce(0) { $0 + operands[0][at[0], head, at[1], $1] * operands[1][at[0], head, $1, column] }
            }
        }
    }

    /// The definition gives a later step the score −∞.
    static func causalSoftmax(_ numbers: inout SeededNumbers) -> OperationSample {
        let shape = [numbers.extent(1...2), numbers.extent(1...2), numbers.extent(), 0]
        let (time, leading) = (shape[2], shape[0] * shape[1])
        return OperationSample(.softmax(Softmax(isCausal: true)), [numbers.tensor([shape[0], shape[1], time, time])]) { operands in
            (0..<leading * time).flatMap { row in
                let scores = (0..<time).map { $0 <= row % time ? operands[0].scalars[row * time + $0] : -.infinity }
                let total = scores.reduce(0) { $0 + exp($1) }
                return scores.map { exp($0) / total }
            }
        }
    }

    /// Row-major.
    private static func entries(_ shape: [Int], _ entry: ([Int]) -> Double) -> [Double] {
        (0..<shape.reduce(1, *)).map { entry(shape.index(ofFlat: $0)) }
    }
}
