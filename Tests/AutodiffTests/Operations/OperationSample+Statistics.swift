import Autodiff
import Foundation

extension OperationSample {
    /// [batch, channels, area] with statistics over samples, over blocks of one sample, or over channels.
    static func statistics(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, channels, area) = (numbers.extent(2...3), numbers.extent(1...3), numbers.extent(1...3))
        let shape = [batch, channels, area]
        let byChannel = numbers.extent(0...1) == 1
        let grouping: Grouping = byChannel ? .channels(count: channels, inner: area) : .blocks(length: channels * area)
        let groups = byChannel ? channels : batch
        let size = batch * channels * area / groups
        func group(_ entry: Int) -> Int { byChannel ? entry / area % channels : entry / (channels * area) }
        func members(_ wanted: Int) -> [Int] { (0..<batch * channels * area).filter { group($0) == wanted } }
        let x = numbers.tensor(shape)
        let mean = numbers.tensor([groups])
        let variance = numbers.tensor([groups], in: 0.3...2)
        let epsilon = numbers.number(in: 0.001...0.1)
        switch operation {
        case .mean:
            return OperationSample(.mean(GroupMean(grouping: grouping, statistics: [groups])), [x]) { operands in
                (0..<groups).map { members($0).reduce(0) { $0 + operands[0].scalars[$1] / Double(size) } }
            }
        case .variance:
            return OperationSample(.variance(GroupVariance(grouping: grouping)), [x, mean]) { operands in
                (0..<groups).map { group in
                    members(group).reduce(0) { $0 + pow(operands[0].scalars[$1] - operands[1][group], 2) } / Double(size)
                }
            }
        case .normalize:
            return OperationSample(
                .normalize(Normalize(grouping: grouping, epsilon: epsilon)), [x, mean, variance]
            ) { operands in
                operands[0].scalars.enumerated().map {
                    ($1 - operands[1][group($0)]) * pow(operands[2][group($0)] + epsilon, -0.5)
                }
            }
        case .meanSquare:
            return OperationSample(.meanSquare(MeanSquare(grouping: grouping, statistics: [groups])), [x]) { operands in
                (0..<groups).map { members($0).reduce(0) { $0 + pow(operands[0].scalars[$1], 2) / Double(size) } }
            }
        case .divideByRootMeanSquare:
            return OperationSample(
                .divideByRootMeanSquare(DivideByRootMeanSquare(grouping: grouping, epsilon: epsilon)), [x, variance]
            ) { operands in operands[0].scalars.enumerated().map { $1 * pow(operands[1][group($0)] + epsilon, -0.5) } }
        case .scale:
            return OperationSample(.scaleAndShift(ScaleAndShift(inner: area, hasShift: false)), [x, numbers.tensor([channels])]) {
                operands in operands[0].scalars.enumerated().map { operands[1][$0 / area % channels] * $1 }
            }
        case .scaleAndShift:
            let parameters = [numbers.tensor([channels]), numbers.tensor([channels])]
            return OperationSample(.scaleAndShift(ScaleAndShift(inner: area)), [x] + parameters) { operands in
                operands[0].scalars.enumerated().map {
                    operands[1][$0 / area % channels] * $1 + operands[2][$0 / area % channels]
                }
            }
        default: preconditionFailure("\(operation) takes no statistics")
        }
    }

    static func softmax(_ numbers: inout SeededNumbers) -> OperationSample {
        let classes = numbers.extent()
        return OperationSample(.softmax(Softmax()), [numbers.tensor(numbers.shape(axes: 0...2) + [classes])]) { operands in
            operands[0].scalars.indices.map { entry in
                let row = entry / classes * classes..<(entry / classes + 1) * classes
                return 1 / row.reduce(0) { $0 + exp(operands[0].scalars[$1] - operands[0].scalars[entry]) }
            }
        }
    }
}
