/// The mean μ of each group of entries. `statistics` is the shape of the result.
package struct GroupMean: Hashable, Sendable {
    package var grouping: Grouping
    package var statistics: [Int]

    package init(grouping: Grouping, statistics: [Int]) {
        self.grouping = grouping
        self.statistics = statistics
    }
}

extension GroupMean: DifferentiationRules {
    package var kind: String { "mean" }
    package func shape(of operands: [[Int]]) -> [Int] { statistics }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        var result = Tensor.zeros(statistics)
        for entry in 0..<x.count { result.scalars[grouping.group(of: entry)] += x.scalars[entry] }
        for group in 0..<result.count { result.scalars[group] /= size }
        return result
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        return [
            Tensor(
                shape: x.shape, scalars: (0..<x.count).map { upstream.scalars[grouping.group(of: $0)] * (1 / size) })
        ]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let entries = operands[0].count
        let share = 1 / Double(grouping.size(of: entries))
        grouping.forEachMember(of: index, entries: entries) { visit(0, $0, share) }
    }
}

/// The biased variance of each group around its mean: operands x and μ (Ioffe & Szegedy 2015, algorithm 1).
///
/// The mean is an operand, so that ∂L/∂x collects the paper's three terms: through x̂, through σ² and through μ.
package struct GroupVariance: Hashable, Sendable {
    package var grouping: Grouping

    package init(grouping: Grouping) { self.grouping = grouping }
}

extension GroupVariance: DifferentiationRules {
    package var kind: String { "variance" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[1] }

    package func products(for operands: [[Int]]) -> Int {
        operands[0].saturatingCount.saturatingPlus(operands[1].saturatingCount)
    }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, mean) = (operands[0], operands[1])
        let size = Double(grouping.size(of: x.count))
        var result = Tensor.zeros(mean.shape)
        for entry in 0..<x.count {
            let group = grouping.group(of: entry)
            let distance = x.scalars[entry] - mean.scalars[group]
            result.scalars[group] += distance * distance
        }
        for group in 0..<result.count { result.scalars[group] /= size }
        return result
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, mean) = (operands[0], operands[1])
        let size = Double(grouping.size(of: x.count))
        var toInput = Tensor.zeros(x.shape)
        var toMean = Tensor.zeros(mean.shape)
        for entry in 0..<x.count {
            let group = grouping.group(of: entry)
            let local = 2 * (x.scalars[entry] - mean.scalars[group]) / size
            toInput.scalars[entry] = upstream.scalars[group] * local
            toMean.scalars[group] -= local
        }
        for group in 0..<mean.count { toMean.scalars[group] *= upstream.scalars[group] }
        return [toInput, toMean]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let x = operands[0]
        let mean = operands[1].scalars[index]
        let size = Double(grouping.size(of: x.count))
        var toMean = 0.0
        grouping.forEachMember(of: index, entries: x.count) { entry in
            let local = 2 * (x.scalars[entry] - mean) / size
            toMean -= local
            visit(0, entry, local)
        }
        visit(1, index, toMean)
    }
}

/// x̂ = (x − μ)/√(σ² + ε): operands x, μ and σ².
package struct Normalize: Hashable, Sendable {
    package var grouping: Grouping
    package var epsilon: Double

    package init(grouping: Grouping, epsilon: Double) {
        self.grouping = grouping
        self.epsilon = epsilon
    }

    /// The derivatives of x̂ by x, by μ and by σ².
    private func derivatives(_ x: Double, mean: Double, variance: Double) -> (Double, Double, Double) {
        let spread = (variance + epsilon).squareRoot()
        return (1 / spread, -1 / spread, -(x - mean) / (2 * spread * (variance + epsilon)))
    }
}

extension Normalize: DifferentiationRules {
    package var kind: String { "normalize" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(3) }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, mean, variance) = (operands[0], operands[1], operands[2])
        return Tensor(
            shape: x.shape,
            scalars: (0..<x.count).map { entry in
                let group = grouping.group(of: entry)
                return (x.scalars[entry] - mean.scalars[group]) / (variance.scalars[group] + epsilon).squareRoot()
            })
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, mean, variance) = (operands[0], operands[1], operands[2])
        var gradients = operands.map { Tensor.zeros($0.shape) }
        for entry in 0..<x.count {
            let group = grouping.group(of: entry)
            let up = upstream.scalars[entry]
            let local = derivatives(
                x.scalars[entry], mean: mean.scalars[group], variance: variance.scalars[group])
            gradients[0].scalars[entry] = up * local.0
            gradients[1].scalars[group] += up * local.1
            gradients[2].scalars[group] += up * local.2
        }
        return gradients
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let group = grouping.group(of: index)
        let local = derivatives(
            operands[0].scalars[index], mean: operands[1].scalars[group], variance: operands[2].scalars[group])
        visit(0, index, local.0)
        visit(1, group, local.1)
        visit(2, group, local.2)
    }
}
