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

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        result.update(repeating: 0)
        grouping.forEachEntry(of: x.count) { entry, group in result[group] += x[entry] }
        for group in 0..<result.count { result[group] /= size }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let share = 1 / Double(grouping.size(of: operands[0].count))
        gradients[0]?.put(over: grouping) { _, group in upstream[group] * share }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let entries = operands[0].count
        let share = 1 / Double(grouping.size(of: entries))
        grouping.forEachRun(of: index, entries: entries) { visitRun(visit, 0, $0) { _ in share } }
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

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, means) = (operands[0], operands[1])
        let size = Double(grouping.size(of: x.count))
        result.update(repeating: 0)
        grouping.forEachEntry(of: x.count) { entry, group in
            let distance = x[entry] - means[group]
            result[group] += distance * distance
        }
        for group in 0..<result.count { result[group] /= size }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, means) = (operands[0], operands[1])
        let size = Double(grouping.size(of: x.count))
        withUnsafeTemporaryAllocation(of: Double.self, capacity: means.count) { factors in
            for group in 0..<means.count { factors[group] = upstream[group] * (2 / size) }
            gradients[0]?.put(over: grouping) { entry, group in factors[group] * (x[entry] - means[group]) }
            gradients[1]?.gather { toMean in
                grouping.forEachEntry(of: x.count) { entry, group in toMean[group] -= x[entry] - means[group] }
                for group in 0..<toMean.count { toMean[group] *= factors[group] }
            }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let x = operands[0]
        let mean = operands[1][index]
        let size = Double(grouping.size(of: x.count))
        var toMean = 0.0
        grouping.forEachRun(of: index, entries: x.count) { run in
            visitRun(visit, 0, run) { entry in
                let local = 2 * (x[entry] - mean) / size
                toMean -= local
                return local
            }
        }
        visitOne(visit, 1, index, toMean)
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

    /// What the derivatives of all entries of one group are made of.
    private struct Derivatives {
        /// The last is for each unit of x − μ.
        let byInput, byMean, byVariance: Double

        init(variance: Double, epsilon: Double) {
            let spread = (variance + epsilon).squareRoot()
            (byInput, byMean) = (1 / spread, -1 / spread)
            byVariance = -1 / (2 * spread * (variance + epsilon))
        }
    }
}

extension Normalize: DifferentiationRules {
    package var kind: String { "normalize" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(3) }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, means, variances) = (operands[0], operands[1], operands[2])
        withUnsafeTemporaryAllocation(of: Double.self, capacity: means.count) { spreads in
            for group in 0..<means.count { spreads[group] = (variances[group] + epsilon).squareRoot() }
            grouping.forEachEntry(of: x.count) { entry, group in result[entry] = (x[entry] - means[group]) / spreads[group] }
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, means, variances) = (operands[0], operands[1], operands[2])
        func locals(_ group: Int) -> Derivatives { Derivatives(variance: variances[group], epsilon: epsilon) }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: means.count) { byInput in
            for group in 0..<means.count { byInput[group] = locals(group).byInput }
            gradients[0]?.put(over: grouping) { entry, group in upstream[entry] * byInput[group] }
        }
        gradients[1]?.gather { toMean in
            grouping.forEachEntry(of: x.count) { entry, group in toMean[group] += upstream[entry] }
            for group in 0..<means.count { toMean[group] *= locals(group).byMean }
        }
        gradients[2]?.gather { toVariance in
            grouping.forEachEntry(of: x.count) { entry, group in toVariance[group] += upstream[entry] * (x[entry] - means[group]) }
            for group in 0..<means.count { toVariance[group] *= locals(group).byVariance }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let group = grouping.group(of: index)
        let local = Derivatives(variance: operands[2][group], epsilon: epsilon)
        visitOne(visit, 0, index, local.byInput)
        visitOne(visit, 1, group, local.byMean)
        visitOne(visit, 2, group, (operands[0][index] - operands[1][group]) * local.byVariance)
    }
}
