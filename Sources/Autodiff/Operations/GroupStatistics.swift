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
        let scalars = x.scalars
        var sums = [Double](repeating: 0, count: statistics.reduce(1, *))
        grouping.forEachEntry(of: x.count) { entry, group in sums[group] += scalars[entry] }
        return Tensor(shape: statistics, scalars: sums.map { $0 / size })
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        let shares = upstream.scalars.map { $0 * (1 / size) }
        var toInput = [Double](repeating: 0, count: x.count)
        grouping.forEachEntry(of: x.count) { entry, group in toInput[entry] = shares[group] }
        return [Tensor(shape: x.shape, scalars: toInput)]
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
        let (x, means) = (operands[0].scalars, operands[1].scalars)
        let size = Double(grouping.size(of: x.count))
        var sums = [Double](repeating: 0, count: means.count)
        grouping.forEachEntry(of: x.count) { entry, group in
            let distance = x[entry] - means[group]
            sums[group] += distance * distance
        }
        return Tensor(shape: operands[1].shape, scalars: sums.map { $0 / size })
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, means, up) = (operands[0].scalars, operands[1].scalars, upstream.scalars)
        let size = Double(grouping.size(of: x.count))
        var toInput = [Double](repeating: 0, count: x.count)
        var toMean = [Double](repeating: 0, count: means.count)
        grouping.forEachEntry(of: x.count) { entry, group in
            let local = 2 * (x[entry] - means[group]) / size
            toInput[entry] = up[group] * local
            toMean[group] -= local
        }
        for group in toMean.indices { toMean[group] *= up[group] }
        return [Tensor(shape: operands[0].shape, scalars: toInput), Tensor(shape: operands[1].shape, scalars: toMean)]
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

    /// What the derivatives of all entries of one group are made of.
    private struct Derivatives {
        let byInput, byMean: Double
        private let divisor: Double

        init(variance: Double, epsilon: Double) {
            let spread = (variance + epsilon).squareRoot()
            (byInput, byMean) = (1 / spread, -1 / spread)
            divisor = 2 * spread * (variance + epsilon)
        }

        @inline(__always)
        func byVariance(_ x: Double, mean: Double) -> Double { -(x - mean) / divisor }
    }
}

extension Normalize: DifferentiationRules {
    package var kind: String { "normalize" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(3) }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, means) = (operands[0].scalars, operands[1].scalars)
        let spreads = operands[2].scalars.map { ($0 + epsilon).squareRoot() }
        var result = [Double](repeating: 0, count: x.count)
        grouping.forEachEntry(of: x.count) { entry, group in result[entry] = (x[entry] - means[group]) / spreads[group] }
        return Tensor(shape: operands[0].shape, scalars: result)
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, means, up) = (operands[0].scalars, operands[1].scalars, upstream.scalars)
        let locals = operands[2].scalars.map { Derivatives(variance: $0, epsilon: epsilon) }
        var toInput = [Double](repeating: 0, count: x.count)
        var toMean = [Double](repeating: 0, count: means.count)
        var toVariance = toMean
        grouping.forEachEntry(of: x.count) { entry, group in
            let local = locals[group]
            toInput[entry] = up[entry] * local.byInput
            toMean[group] += up[entry] * local.byMean
            toVariance[group] += up[entry] * local.byVariance(x[entry], mean: means[group])
        }
        return zip(operands, [toInput, toMean, toVariance]).map { Tensor(shape: $0.shape, scalars: $1) }
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let group = grouping.group(of: index)
        let local = Derivatives(variance: operands[2].scalars[group], epsilon: epsilon)
        visit(0, index, local.byInput)
        visit(1, group, local.byMean)
        visit(2, group, local.byVariance(operands[0].scalars[index], mean: operands[1].scalars[group]))
    }
}
