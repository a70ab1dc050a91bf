import Autodiff
import Foundation

extension OperationSample {
    /// A loss with a reduction, a domain and targets that are drawn too, of samples or of sequences.
    static func loss(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, steps, outputs) = (numbers.extent(), numbers.extent(1...3), numbers.extent())
        let shape = numbers.extent(0...1) == 0 ? [batch, outputs] : [batch, steps, outputs]
        let rows = shape.dropLast().reduce(1, *)
        let domain: BatchLoss.Domain = numbers.extent(0...1) == 0 ? .scores : .probabilities
        let reduction = BatchLoss.Reduction.allCases[numbers.extent(0...2)]
        let parameter = numbers.number(in: 0.3...1.7)
        let isOfRows = operation == .crossEntropy || operation == .hinge
        let divisor =
            switch reduction {
            case .sum: 1.0
            case .mean: Double(isOfRows ? rows : rows * outputs)
            case .meanOverSamples: Double(batch)
            }
        func sample(
            _ measure: BatchLoss.Measure, _ operands: [Tensor], _ sum: @escaping ([Tensor]) -> Double
        ) -> OperationSample {
            OperationSample(.loss(BatchLoss(measure, reduction: reduction)), operands, constants: operands.count > 1 ? [1] : []) {
                [sum($0) / divisor]
            }
        }
        func each(_ operands: [Tensor], _ cost: (Double, Double) -> Double) -> Double {
            zip(operands[0].scalars, operands[1].scalars).reduce(0) { $0 + cost($1.0, $1.1) }
        }
        let targets = numbers.tensor(shape, in: 0...1)
        /// Away from the targets, and from places that far from them.
        func apart(from kink: Double) -> Tensor {
            Tensor(
                shape: shape,
                scalars: targets.scalars.map { target in
                    var difference = numbers.number()
                    while abs(difference) < 0.05 || abs(abs(difference) - kink) < 0.05 { difference = numbers.number() }
                    return target + difference
                })
        }
        let y = domain == .probabilities ? numbers.tensor(shape, in: 0.2...0.8) : numbers.tensor(shape)
        switch operation {
        case .halfSquaredError: return sample(.halfSquaredError, [y, targets]) { each($0) { ($0 - $1) * ($0 - $1) / 2 } }
        case .squaredError: return sample(.squaredError, [y, targets]) { each($0) { ($0 - $1) * ($0 - $1) } }
        case .absoluteError: return sample(.absoluteError, [apart(from: 0), targets]) { each($0) { (($0 - $1) * ($0 - $1)).squareRoot() } }
        case .huber:
            return sample(.huber(delta: parameter), [apart(from: parameter), targets]) {
                each($0) { y, t in
                    let (distance, inside) = (abs(y - t), min(abs(y - t), parameter))
                    return inside * inside / 2 + parameter * (distance - inside)
                }
            }
        case .outputSum: return sample(.outputSum, [y]) { $0[0].scalars.reduce(0, +) }
        case .binaryCrossEntropy:
            return sample(.binaryCrossEntropy(of: domain), [y, targets]) {
                each($0) { y, t in
                    let p = domain == .scores ? 1 / (1 + exp(-y)) : y
                    return -t * log(p) - (1 - t) * log(1 - p)
                }
            }
        case .crossEntropy:
            let hasShares = numbers.extent(0...1) == 1
            let classes = Tensor(shape: shape.dropLast(), scalars: (0..<rows).map { _ in Double(numbers.extent(0...outputs - 1)) })
            return sample(.crossEntropy(of: domain), [y, hasShares ? targets : classes]) { operands in
                (0..<rows).reduce(0) { sum, row in
                    let scores = (0..<outputs).map { operands[0].scalars[row * outputs + $0] }
                    let total = scores.reduce(0) { $0 + exp($1) }
                    return scores.indices.reduce(sum) { sum, place in
                        let p = domain == .scores ? exp(scores[place]) / total : scores[place]
                        let t =
                            hasShares
                            ? operands[1].scalars[row * outputs + place] : Int(operands[1].scalars[row]) == place ? 1 : 0
                        return sum - t * log(p)
                    }
                }
            }
        case .hinge:
            let classes = Tensor(shape: shape.dropLast(), scalars: (0..<rows).map { _ in Double(numbers.extent(0...outputs - 1)) })
            func excesses(_ y: Tensor) -> [Double] {
                (0..<rows * outputs).map { place in
                    let right = place / outputs * outputs + Int(classes.scalars[place / outputs])
                    return right == place ? -1 : parameter + y.scalars[place] - y.scalars[right]
                }
            }
            var y = y
            while excesses(y).contains(where: { abs($0) < 0.02 }) { y = numbers.tensor(shape) }
            return sample(.hinge(margin: parameter), [y, classes]) { excesses($0[0]).reduce(0) { $0 + max(0, $1) } }
        default: preconditionFailure("\(operation) is no loss")
        }
    }
}
