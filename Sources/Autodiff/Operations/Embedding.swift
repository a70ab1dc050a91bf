/// Looks up the row of each token: operands t, [batch, time] of whole numbers, and W, [tokens, size]; the result is [batch, time, size].
package struct Embedding: Hashable, Sendable {
    package init() {}
}

extension Embedding: DifferentiationRules {
    package var kind: String { "embedding" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] + [operands[1][1]] }
    package func products(for operands: [[Int]]) -> Int { shape(of: operands).saturatingCount }

    /// A token is an index, so it has no gradient.
    package func flows(to operand: Int) -> Bool { operand == 1 }

    /// The entry of W that an entry of the result is a copy of.
    package func source(of index: Int, tokens: some RandomAccessCollection<Double>, size: Int) -> Int {
        Int(tokens[tokens.index(tokens.startIndex, offsetBy: index / size)]) * size + index % size
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (tokens, weight) = (operands[0], operands[1])
        for index in 0..<result.count { result[index] = weight[source(of: index, tokens: tokens.scalars, size: weight.shape[1])] }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (tokens, size) = (operands[0].scalars, operands[1].shape[1])
        gradients[1]?.gather { rows in
            for index in 0..<upstream.count { rows[source(of: index, tokens: tokens, size: size)] += upstream[index] }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        visitOne(visit, 1, source(of: index, tokens: operands[0].scalars, size: operands[1].shape[1]), 1)
    }

    /// The same column of every row.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let size = operands[1][1]
        return operand == 0 ? .run(entry, of: size) : stride(from: entry % size, to: shape.saturatingCount, by: size)
    }
}

/// x + w with the same w for each sample: operands x, [batch, …shape], and w, [shape].
package struct AddToEachSample: Hashable, Sendable {
    package init() {}
}

extension AddToEachSample: DifferentiationRules {
    package var kind: String { "add-to-each-sample" }

    package func shape(of operands: [[Int]]) -> [Int] {
        precondition(Array(operands[0].dropFirst()) == operands[1], "\(operands[1]) added to each of \(operands[0])")
        return operands[0]
    }

    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(2) }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, added) = (operands[0], operands[1])
        for index in 0..<result.count { result[index] = x[index] + added[index % added.count] }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        gradients[0]?.put { upstream[$0] }
        gradients[1]?.gather { sums in for index in 0..<upstream.count { sums[index % sums.count] += upstream[index] } }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        visitOne(visit, 0, index, 1)
        visitOne(visit, 1, index % operands[1].count, 1)
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        operand == 0 ? .only(entry) : stride(from: entry, to: shape.saturatingCount, by: operands[1].saturatingCount)
    }
}
