import Autodiff

extension OperationSample {
    /// With and without a bias, over batches, sequences and single vectors; of all rows of the weight, or of some.
    static func dense(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        let (units, inputs) = (numbers.extent(), numbers.extent())
        let first = numbers.extent(0...units - 1)
        let rows = operation == .dense ? 0..<units : first..<numbers.extent(first + 1...units)
        let x = numbers.tensor(numbers.shape(axes: 0...2) + [inputs])
        var operands = [x, numbers.tensor([units, inputs])]
        if numbers.extent(0...1) == 1 { operands.append(numbers.tensor([units])) }
        return OperationSample(.dense(operation == .dense ? Dense() : Dense(rows: rows)), operands) { operands in
            (0..<operands[0].count / inputs).flatMap { row in
                rows.map { unit in
                    (0..<inputs).reduce(operands.count > 2 ? operands[2][unit] : 0) {
                        $0 + operands[0].scalars[row * inputs + $1] * operands[1][unit, $1]
                    }
                }
            }
        }
    }

    /// With and without a bias. The definition pads the image first and then slides the kernel over it.
    static func convolution(_ numbers: inout SeededNumbers) -> OperationSample {
        let (batch, channels, filters) = (numbers.extent(1...2), numbers.extent(1...2), numbers.extent(1...3))
        let (kernel, stride, padding) = (numbers.extent(1...3), numbers.extent(1...2), numbers.extent(0...2))
        let height = numbers.extent(Swift.max(1, kernel - 2 * padding)...5)
        let width = numbers.extent(Swift.max(1, kernel - 2 * padding)...5)
        var operands = [numbers.tensor([batch, channels, height, width]), numbers.tensor([filters, channels, kernel, kernel])]
        if numbers.extent(0...1) == 1 { operands.append(numbers.tensor([filters])) }
        return OperationSample(.convolution(Convolution(stride: stride, padding: padding)), operands) { operands in
            func pixel(_ sample: Int, _ channel: Int, _ y: Int, _ x: Int) -> Double {
                let (y, x) = (y - padding, x - padding)
                return (0..<height).contains(y) && (0..<width).contains(x) ? operands[0][sample, channel, y, x] : 0
            }
            var result: [Double] = []
            for sample in 0..<batch {
                for filter in 0..<filters {
                    for top in Swift.stride(from: 0, through: height + 2 * padding - kernel, by: stride) {
                        for left in Swift.stride(from: 0, through: width + 2 * padding - kernel, by: stride) {
                            var sum = operands.count > 2 ? operands[2][filter] : 0
                            for channel in 0..<channels {
                                for i in 0..<kernel {
                                    for j in 0..<kernel {
                                        sum += operands[1][filter, channel, i, j] * pixel(sample, channel, top + i, left + j)
                                    }
                                }
                            }
                            result.append(sum)
                        }
                    }
                }
            }
            return result
        }
    }

    /// Entries far from a tie. The definition slides a window over the image and leaves out those that stand over its edge.
    static func pool(_ operation: OperationCase, _ numbers: inout SeededNumbers) -> OperationSample {
        let (kernel, stride) = (numbers.extent(1...3), numbers.extent(1...3))
        let shape = [numbers.extent(1...2), numbers.extent(1...2), numbers.extent(kernel...5), numbers.extent(kernel...5)]
        let entries = (0..<shape.reduce(1, *)).map { 0.1 * Double($0) - 2 }.shuffled(using: &numbers)
        let isMax = operation == .maxPool
        let primitive: Primitive =
            isMax ? .maxPool(MaxPool(kernel: kernel, stride: stride)) : .averagePool(AveragePool(kernel: kernel, stride: stride))
        return OperationSample(primitive, [Tensor(shape: shape, scalars: entries)]) { operands in
            var result: [Double] = []
            for sample in 0..<shape[0] {
                for channel in 0..<shape[1] {
                    for top in Swift.stride(from: 0, through: shape[2] - kernel, by: stride) {
                        for left in Swift.stride(from: 0, through: shape[3] - kernel, by: stride) {
                            let rows = (0..<kernel).map { row in (0..<kernel).map { operands[0][sample, channel, top + row, left + $0] } }
                            let window = rows.flatMap(\.self)
                            result.append(isMax ? window.max() ?? .nan : window.reduce(0) { $0 + $1 / Double(window.count) })
                        }
                    }
                }
            }
            return result
        }
    }

    /// Over the positions of an image's channels, or over time.
    static func globalAverage(_ numbers: inout SeededNumbers) -> OperationSample {
        if numbers.extent(0...1) == 1 {
            let shape = [numbers.extent(), numbers.extent(), numbers.extent()]
            return OperationSample(.globalAverage(.time), [numbers.tensor(shape)]) { operands in
                (0..<shape[0]).flatMap { sample in
                    (0..<shape[2]).map { feature in
                        (0..<shape[1]).reduce(0) { $0 + operands[0][sample, $1, feature] / Double(shape[1]) }
                    }
                }
            }
        }
        let shape = [numbers.extent(), numbers.extent(), numbers.extent(), numbers.extent()]
        return OperationSample(.globalAverage(.positions), [numbers.tensor(shape)]) { operands in
            (0..<shape[0]).flatMap { sample in
                (0..<shape[1]).map { channel in
                    (0..<shape[2] * shape[3]).reduce(0) {
                        $0 + operands[0][sample, channel, $1 / shape[3], $1 % shape[3]] / Double(shape[2] * shape[3])
                    }
                }
            }
        }
    }

    /// With a mask for each sample, or one for all.
    static func dropout(_ numbers: inout SeededNumbers) -> OperationSample {
        let (rate, batch, features) = (numbers.number(in: 0...0.9), numbers.extent(), numbers.extent())
        let shape = numbers.extent(0...1) == 1 ? [batch, features] : [features]
        let mask = Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in Double(numbers.extent(0...1)) })
        return OperationSample(.dropout(Dropout(rate: rate)), [numbers.tensor([batch, features]), mask], constants: [1]) { operands in
            (0..<batch).flatMap { sample in
                (0..<features).map { feature in
                    let isKept = operands[1].scalars[(shape.count == 1 ? 0 : sample * features) + feature] == 1
                    return isKept ? operands[0][sample, feature] / (1 - rate) : 0
                }
            }
        }
    }

    static func penalty(_ numbers: inout SeededNumbers) -> OperationSample {
        let lambda = numbers.number(in: 0.01...2)
        let operands = (0..<numbers.extent(1...3)).map { _ in numbers.tensor(numbers.shape()) }
        return OperationSample(.penalty(SquaredPenalty(lambda: lambda)), operands) {
            [$0.flatMap(\.scalars).reduce(0) { $0 + lambda * $1 * $1 } / 2]
        }
    }

    /// The definition is √λ of the largest eigenvalue of WᵀW, by power iteration.
    static func singularValue(_ numbers: inout SeededNumbers) -> OperationSample {
        let (rows, columns) = (numbers.extent(1...4), numbers.extent(1...4))
        var weight = numbers.tensor([rows, columns], in: -0.5...0.5)
        // Far from a tie of the largest two, where the derivative is not defined.
        let (u, v) = (numbers.tensor([rows], in: 0.7...1), numbers.tensor([columns], in: 0.7...1))
        for row in 0..<rows { for column in 0..<columns { weight.scalars[row * columns + column] += 3 * u[row] * v[column] } }
        return OperationSample(.singularValue(LargestSingularValue()), [weight]) { operands in
            let w = operands[0]
            var vector = [Double](repeating: 1, count: columns)
            var length = 0.0
            for _ in 0..<200 {
                let image = (0..<rows).map { row in (0..<columns).reduce(0) { $0 + w[row, $1] * vector[$1] } }
                let back = (0..<columns).map { column in (0..<rows).reduce(0) { $0 + w[$1, column] * image[$1] } }
                length = back.reduce(0) { $0 + $1 * $1 }.squareRoot()
                vector = back.map { $0 / length }
            }
            return [length.squareRoot()]
        }
    }

    static func divideByScalar(_ numbers: inout SeededNumbers) -> OperationSample {
        let x = numbers.tensor(numbers.shape())
        return OperationSample(.divideByScalar(DivideByScalar()), [x, numbers.tensor([], gap: 0.4)]) { operands in
            operands[0].scalars.map { $0 * (1 / operands[1][]) }
        }
    }
}
