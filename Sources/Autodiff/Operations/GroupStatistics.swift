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
        let entries = x.scalars.span
        var sums = result.scalars.mutableSpan
        for entry in 0..<entries.count { sums[grouping.group(of: entry)] += entries[entry] }
        for group in 0..<sums.count { sums[group] /= size }
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
        let entries = x.scalars.span
        let means = mean.scalars.span
        var sums = result.scalars.mutableSpan
        for entry in 0..<entries.count {
            let group = grouping.group(of: entry)
            let distance = entries[entry] - means[group]
            sums[group] += distance * distance
        }
        for group in 0..<sums.count { sums[group] /= size }
        return result
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, mean) = (operands[0], operands[1])
        let size = Double(grouping.size(of: x.count))
        var toInput = Tensor.zeros(x.shape)
        var toMean = Tensor.zeros(mean.shape)
        let entries = x.scalars.span
        let means = mean.scalars.span
        let up = upstream.scalars.span
        var inputs = toInput.scalars.mutableSpan
        var sums = toMean.scalars.mutableSpan
        for entry in 0..<entries.count {
            let group = grouping.group(of: entry)
            let local = 2 * (entries[entry] - means[group]) / size
            inputs[entry] = up[group] * local
            sums[group] -= local
        }
        for group in 0..<sums.count { sums[group] *= up[group] }
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
        var result = Tensor.zeros(x.shape)
        let entries = x.scalars.span
        let means = mean.scalars.span
        let variances = variance.scalars.span
        var normalized = result.scalars.mutableSpan
        for entry in 0..<entries.count {
            let group = grouping.group(of: entry)
            normalized[entry] = (entries[entry] - means[group]) / (variances[group] + epsilon).squareRoot()
        }
        return result
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, mean, variance) = (operands[0], operands[1], operands[2])
        var (toInput, toMean, toVariance) = (Tensor.zeros(x.shape), Tensor.zeros(mean.shape), Tensor.zeros(variance.shape))
        let entries = x.scalars.span
        let means = mean.scalars.span
        let variances = variance.scalars.span
        let ups = upstream.scalars.span
        var inputs = toInput.scalars.mutableSpan
        var meanSums = toMean.scalars.mutableSpan
        var varianceSums = toVariance.scalars.mutableSpan
        for entry in 0..<entries.count {
            let group = grouping.group(of: entry)
            let up = ups[entry]
            let local = derivatives(entries[entry], mean: means[group], variance: variances[group])
            inputs[entry] = up * local.0
            meanSums[group] += up * local.1
            varianceSums[group] += up * local.2
        }
        return [toInput, toMean, toVariance]
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
