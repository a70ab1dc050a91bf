import MatrixKernels

/// The mean square of each group of entries. `statistics` is the shape of the result.
package struct MeanSquare: Hashable, Sendable {
    package var grouping: Grouping
    package var statistics: [Int]

    package init(grouping: Grouping, statistics: [Int]) {
        self.grouping = grouping
        self.statistics = statistics
    }
}

extension MeanSquare: DifferentiationRules {
    package var kind: String { "mean-square" }
    package func shape(of operands: [[Int]]) -> [Int] { statistics }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        sum_products_over_groups(grouping.entries(of: x.count), x.scalars.baseAddress, x.scalars.baseAddress, result.baseAddress)
        for group in 0..<result.count { result[group] /= size }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        withUnsafeTemporaryAllocation(of: Double.self, capacity: upstream.count) { factors in
            for group in 0..<upstream.count { factors[group] = upstream[group] * (2 / size) }
            scale_groups(
                grouping.entries(of: x.count), x.scalars.baseAddress, factors.baseAddress, gradient.scalars.baseAddress, gradient.adds)
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let x = operands[0]
        let size = Double(grouping.size(of: x.count))
        grouping.forEachRun(of: index, entries: x.count) { visitRun(visit, 0, $0) { 2 * x[$0] / size } }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        .only(grouping.group(of: entry))
    }
}

/// x̂ = x/√(s + ε): operands x and the mean square s of each group (Zhang & Sennrich 2019).
package struct DivideByRootMeanSquare: Hashable, Sendable {
    package var grouping: Grouping
    package var epsilon: Double

    package init(grouping: Grouping, epsilon: Double) {
        self.grouping = grouping
        self.epsilon = epsilon
    }
}

extension DivideByRootMeanSquare: DifferentiationRules {
    package var kind: String { "divide-by-rms" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(2) }

    private func root(_ meanSquare: Double) -> Double { (meanSquare + epsilon).squareRoot() }

    /// ∂x̂/∂s divided by x.
    private func byMeanSquare(_ meanSquare: Double) -> Double { -1 / (2 * root(meanSquare) * (meanSquare + epsilon)) }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, squares) = (operands[0], operands[1])
        // Room for the roots, and for zeros to pass as the means.
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * squares.count) { room in
            for group in 0..<squares.count { (room[group], room[squares.count + group]) = (root(squares[group]), 0) }
            guard let roots = room.baseAddress else { return }
            normalize_groups(grouping.entries(of: x.count), x.scalars.baseAddress, roots + squares.count, roots, result.baseAddress)
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, squares) = (operands[0], operands[1])
        let entries = grouping.entries(of: x.count)
        if let toInput = gradients[0] {
            withUnsafeTemporaryAllocation(of: Double.self, capacity: squares.count) { byInput in
                for group in 0..<squares.count { byInput[group] = 1 / root(squares[group]) }
                scale_groups(entries, upstream.baseAddress, byInput.baseAddress, toInput.scalars.baseAddress, toInput.adds)
            }
        }
        gradients[1]?.gather { toSquares in
            sum_products_over_groups(entries, upstream.baseAddress, x.scalars.baseAddress, toSquares.baseAddress)
            for group in 0..<squares.count { toSquares[group] *= byMeanSquare(squares[group]) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let group = grouping.group(of: index)
        visitOne(visit, 0, index, 1 / root(operands[1][group]))
        visitOne(visit, 1, group, operands[0][index] * byMeanSquare(operands[1][group]))
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        operand == 0 ? .only(entry) : .all(of: shape)
    }
}
