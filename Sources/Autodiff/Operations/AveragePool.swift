/// The mean of each window.
package struct AveragePool: Hashable, Sendable {
    package var kernel, stride: Int

    package init(kernel: Int, stride: Int) {
        self.kernel = kernel
        self.stride = stride
    }

    /// The weight of each entry in the mean of its window.
    private var share: Double { 1 / (Double(kernel) * Double(kernel)) }
}

extension AveragePool: Pooling {
    package var kind: String { "avg-pool" }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, output) = (operands[0], shape(of: [operands[0].shape]))
        for index in 0..<result.count {
            var sum = 0.0
            forEachRun(of: index, output: output, input: x.shape) { run in for entry in run { sum += x[entry] } }
            result[index] = sum / (Double(kernel) * Double(kernel))
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        gradients[0]?.gather { sums in
            for index in 0..<upstream.count {
                let part = upstream[index] * share
                forEachRun(of: index, output: output.shape, input: operands[0].shape) { run in for entry in run { sums[entry] += part } }
            }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        forEachRun(of: index, output: output.shape, input: operands[0].shape) { run in visitRun(visit, 0, run) { _ in share } }
    }
}

/// The mean over all positions of a channel, [batch, channels, …] to [batch, channels]; or over the time steps of [batch, time, features].
package enum GlobalAverage: Hashable, Sendable {
    case positions, time
}

extension GlobalAverage: DifferentiationRules {
    package var kind: String { "global-avg-pool" }

    package func shape(of operands: [[Int]]) -> [Int] {
        let x = operands[0]
        switch self {
        case .positions:
            precondition(x.count > 2, "a mean over the positions of \(x)")
            return [x[0], x[1]]
        case .time:
            precondition(x.count == 3, "a mean over the time of \(x)")
            return [x[0], x[2]]
        }
    }

    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    /// The entries that one mean is taken over: their number, the first, and the stride between them.
    @inline(__always)
    package func members(of index: Int, input: [Int]) -> (count: Int, first: Int, stride: Int) {
        switch self {
        case .positions:
            let area = input.dropFirst(2).reduce(1, *)
            return (area, index * area, 1)
        case .time:
            let (time, features) = (input[1], input[2])
            return (time, index / features * time * features + index % features, features)
        }
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let x = operands[0]
        for index in 0..<result.count {
            let (count, first, stride) = members(of: index, input: x.shape)
            var sum = 0.0
            for member in 0..<count { sum += x[first + member * stride] }
            result[index] = sum / Double(count)
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        for index in 0..<upstream.count {
            let (count, first, stride) = members(of: index, input: operands[0].shape)
            let part = upstream[index] * (1 / Double(count))
            for member in 0..<count { gradient.put(at: first + member * stride, part) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (count, first, stride) = members(of: index, input: operands[0].shape)
        for member in 0..<count { visitOne(visit, 0, first + member * stride, 1 / Double(count)) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let x = operands[0]
        switch self {
        case .positions: return .only(entry / x.dropFirst(2).reduce(1, *))
        case .time: return .only(entry / (x[1] * x[2]) * x[2] + entry % x[2])
        }
    }
}
