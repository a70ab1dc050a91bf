import MatrixKernels

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
        sum_over_groups(grouping.entries(of: x.count), x.scalars.baseAddress, result.baseAddress)
        for group in 0..<result.count { result[group] /= size }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        let entries = operands[0].count
        let share = 1 / Double(grouping.size(of: entries))
        withUnsafeTemporaryAllocation(of: Double.self, capacity: upstream.count) { shares in
            for group in 0..<upstream.count { shares[group] = upstream[group] * share }
            spread_over_groups(grouping.entries(of: entries), shares.baseAddress, gradient.scalars.baseAddress, gradient.adds)
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let entries = operands[0].count
        let share = 1 / Double(grouping.size(of: entries))
        grouping.forEachRun(of: index, entries: entries) { visitRun(visit, 0, $0) { _ in share } }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        .only(grouping.group(of: entry))
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
        sum_squares_over_groups(grouping.entries(of: x.count), x.scalars.baseAddress, means.scalars.baseAddress, result.baseAddress)
        for group in 0..<result.count { result[group] /= size }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, means) = (operands[0], operands[1])
        let size = Double(grouping.size(of: x.count))
        let entries = grouping.entries(of: x.count)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: means.count) { factors in
            for group in 0..<means.count { factors[group] = upstream[group] * (2 / size) }
            if let toInput = gradients[0] {
                scale_distances_in_groups(
                    entries, x.scalars.baseAddress, means.scalars.baseAddress, factors.baseAddress, toInput.scalars.baseAddress,
                    toInput.adds)
            }
            gradients[1]?.gather { toMean in
                sum_distances_over_groups(entries, x.scalars.baseAddress, means.scalars.baseAddress, toMean.baseAddress)
                for group in 0..<toMean.count { toMean[group] = (0 - toMean[group]) * factors[group] }
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

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        .only(operand == 0 ? grouping.group(of: entry) : entry)
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

    /// The local derivatives that all entries of one group share.
    private struct Derivatives {
        /// `byVariance` is to be multiplied by x − μ.
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
            normalize_groups(
                grouping.entries(of: x.count), x.scalars.baseAddress, means.scalars.baseAddress, spreads.baseAddress, result.baseAddress)
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, means, variances) = (operands[0], operands[1], operands[2])
        let entries = grouping.entries(of: x.count)
        withUnsafeTemporaryAllocation(of: Derivatives.self, capacity: means.count) { locals in
            for group in 0..<means.count { locals[group] = Derivatives(variance: variances[group], epsilon: epsilon) }
            if let toInput = gradients[0] {
                withUnsafeTemporaryAllocation(of: Double.self, capacity: means.count) { byInput in
                    for group in 0..<means.count { byInput[group] = locals[group].byInput }
                    scale_groups(entries, upstream.baseAddress, byInput.baseAddress, toInput.scalars.baseAddress, toInput.adds)
                }
            }
            gradients[1]?.gather { toMean in
                sum_over_groups(entries, upstream.baseAddress, toMean.baseAddress)
                for group in 0..<means.count { toMean[group] *= locals[group].byMean }
            }
            gradients[2]?.gather { toVariance in
                sum_moments_over_groups(
                    entries, upstream.baseAddress, x.scalars.baseAddress, means.scalars.baseAddress, toVariance.baseAddress)
                for group in 0..<means.count { toVariance[group] *= locals[group].byVariance }
            }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let group = grouping.group(of: index)
        let local = Derivatives(variance: operands[2][group], epsilon: epsilon)
        visitOne(visit, 0, index, local.byInput)
        visitOne(visit, 1, group, local.byMean)
        visitOne(visit, 2, group, (operands[0][index] - operands[1][group]) * local.byVariance)
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        operand == 0 ? .only(entry) : .all(of: shape)
    }
}
