import MatrixKernels

/// x·Wᵀ + b, split into heads: x is [batch, time, features], W [heads·size, features], b, if there is one, [heads·size]; the result is
/// [batch, heads, time, size]. Row h·size + i of W and b belongs to head h.
package struct HeadProjection: Hashable, Sendable {
    package var heads: Int

    package init(heads: Int) { self.heads = heads }

    /// Extents of the operands and of the result.
    private struct Extents {
        let batch, time, features, heads, size: Int

        init(_ x: [Int], _ weight: [Int], heads: Int) {
            (batch, time, features, self.heads) = (x[0], x[1], x[2], heads)
            size = weight[0] / max(heads, 1)
        }

        /// The ranges of one sample's vectors in x, of one head's rows in W and in b, and of their block in the result.
        func sample(_ sample: Int) -> Range<Int> { run(sample, of: time * features) }
        func rows(_ head: Int) -> Range<Int> { run(head, of: size * features) }
        func units(_ head: Int) -> Range<Int> { run(head, of: size) }
        func block(_ sample: Int, _ head: Int) -> Range<Int> { run(sample * heads + head, of: time * size) }

        private func run(_ number: Int, of length: Int) -> Range<Int> { number * length..<(number + 1) * length }
    }
}

extension HeadProjection: DifferentiationRules {
    package var kind: String { "head-projection" }
    package var isMatrixProduct: Bool { true }

    package func shape(of operands: [[Int]]) -> [Int] {
        let (x, weight) = (operands[0], operands[1])
        precondition(
            x.count == 3 && weight.count == 2 && x[2] == weight[1] && weight[0] % heads == 0, "\(heads) heads of \(x) by \(weight)")
        return [x[0], heads, x[1], weight[0] / heads]
    }

    package func products(for operands: [[Int]]) -> Int {
        let rows = operands[0][0].saturatingTimes(operands[0][1])
        let weights = rows.saturatingTimes(operands[1].saturatingCount).saturatingTimes(2)
        return operands.count > 2 ? weights.saturatingPlus(rows.saturatingTimes(operands[1][0])) : weights
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, weight) = (operands[0].scalars, operands[1].scalars)
        let extents = Extents(operands[0].shape, operands[1].shape, heads: heads)
        for sample in 0..<extents.batch {
            let rows = Matrix(x.extracting(extents.sample(sample)), rows: extents.time, columns: extents.features)
            for head in 0..<heads {
                let matrix = Matrix(weight.extracting(extents.rows(head)), rows: extents.size, columns: extents.features).transposed
                let block = result.extracting(extents.block(sample, head))
                if operands.count > 2 {
                    rows.multiply(matrix, into: block, toEachRow: operands[2].scalars.extracting(extents.units(head)))
                } else {
                    rows.multiply(matrix, into: block)
                }
            }
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, weight) = (operands[0].scalars, operands[1].scalars)
        let extents = Extents(operands[0].shape, operands[1].shape, heads: heads)
        for sample in 0..<extents.batch {
            for head in 0..<heads {
                let up = Matrix(upstream.extracting(extents.block(sample, head)), rows: extents.time, columns: extents.size)
                if let toInput = gradients[0] {
                    up.multiply(
                        Matrix(weight.extracting(extents.rows(head)), rows: extents.size, columns: extents.features),
                        into: toInput.scalars.extracting(extents.sample(sample)), adds: toInput.adds || head > 0)
                }
                if let toWeight = gradients[1] {
                    up.transposed.multiply(
                        Matrix(x.extracting(extents.sample(sample)), rows: extents.time, columns: extents.features),
                        into: toWeight.scalars.extracting(extents.rows(head)), adds: toWeight.adds || sample > 0)
                }
            }
        }
        guard gradients.count > 2 else { return }
        gradients[2]?.gather { sums in
            for index in 0..<upstream.count { sums[unit(of: index, extents)] += upstream[index] }
        }
    }

    /// The row of W that an entry of the result uses.
    private func unit(of index: Int, _ extents: Extents) -> Int {
        index / (extents.time * extents.size) % heads * extents.size + index % extents.size
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (x, weight) = (operands[0].scalars, operands[1].scalars)
        let extents = Extents(operands[0].shape, operands[1].shape, heads: heads)
        let features = extents.features
        let row = index / (heads * extents.time * extents.size) * extents.time + index / extents.size % extents.time
        let unit = unit(of: index, extents)
        visit(0, row * features, weight.extracting(unit * features..<(unit + 1) * features))
        visit(1, unit * features, x.extracting(row * features..<(row + 1) * features))
        if operands.count > 2 { visitOne(visit, 2, unit, 1) }
    }

    /// The entries of the same sample, or those of the same unit of a head.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let extents = Extents(operands[0], operands[1], heads: heads)
        if operand == 0 { return .run(entry / (extents.time * extents.features), of: heads * extents.time * extents.size) }
        let unit = operand == 1 ? entry / extents.features : entry
        return stride(from: unit % extents.size, to: shape.saturatingCount, by: extents.size)
    }
}

/// q·k·scale for every query and every key: operands q and k, [batch, heads, time, size]; the result is [batch, heads, query time, key
/// time] (Vaswani et al. 2017).
package struct AttentionScores: Hashable, Sendable {
    package var scale: Double

    package init(scale: Double) { self.scale = scale }
}

extension AttentionScores: DifferentiationRules {
    package var kind: String { "attention-scores" }
    package var isMatrixProduct: Bool { true }

    package func shape(of operands: [[Int]]) -> [Int] {
        let (query, key) = (operands[0], operands[1])
        precondition(query.count == 4 && query == key, "scores of \(query) and \(key)")
        return [query[0], query[1], query[2], key[2]]
    }

    package func products(for operands: [[Int]]) -> Int {
        shape(of: operands).saturatingCount.saturatingTimes(operands[0][3]).saturatingTimes(2)
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (time, size) = (operands[0].shape[2], operands[0].shape[3])
        forEachHead(operands[0].shape) { vectors, scores in
            Matrix(operands[0].scalars.extracting(vectors), rows: time, columns: size).multiply(
                Matrix(operands[1].scalars.extracting(vectors), rows: time, columns: size).transposed, into: result.extracting(scores))
        }
        if scale != 1 { for index in 0..<result.count { result[index] *= scale } }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (time, size) = (operands[0].shape[2], operands[0].shape[3])
        withUnsafeTemporaryAllocation(of: Double.self, capacity: upstream.count) { scaled in
            for index in 0..<upstream.count { scaled[index] = upstream[index] * scale }
            forEachHead(operands[0].shape) { vectors, scores in
                let up = Matrix(UnsafeBufferPointer(scaled.extracting(scores)), rows: time, columns: time)
                for (operand, other, factor) in [(0, 1, up), (1, 0, up.transposed)] {
                    guard let gradient = gradients[operand] else { continue }
                    factor.multiply(
                        Matrix(operands[other].scalars.extracting(vectors), rows: time, columns: size),
                        into: gradient.scalars.extracting(vectors), adds: gradient.adds)
                }
            }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (time, size) = (operands[0].shape[2], operands[0].shape[3])
        let (query, key) = (index / time, index / (time * time) * time + index % time)
        visitRun(visit, 0, query * size..<(query + 1) * size) { scale * operands[1][key * size + $0 % size] }
        visitRun(visit, 1, key * size..<(key + 1) * size) { scale * operands[0][query * size + $0 % size] }
    }

    /// A query affects one row of the scores, a key one column.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let (time, vector) = (shape[3], entry / operands[0][3])
        if operand == 0 { return .run(vector, of: time) }
        let head = vector / time
        return stride(from: head * time * time + vector % time, to: (head + 1) * time * time, by: time)
    }
}

/// weights·v with the heads concatenated: operands weights, [batch, heads, query time, key time], and v, [batch, heads, time, size]; the
/// result is [batch, time, heads·size].
package struct AttentionContext: Hashable, Sendable {
    package init() {}
}

extension AttentionContext: DifferentiationRules {
    package var kind: String { "attention-context" }
    package var isMatrixProduct: Bool { true }

    package func shape(of operands: [[Int]]) -> [Int] {
        let (weights, value) = (operands[0], operands[1])
        precondition(weights.count == 4 && value.count == 4 && weights.dropLast() == value.dropLast(), "context of \(weights) and \(value)")
        return [value[0], value[2], value[1] * value[3]]
    }

    package func products(for operands: [[Int]]) -> Int {
        shape(of: operands).saturatingCount.saturatingTimes(operands[0][3]).saturatingTimes(2)
    }

    /// Where one head's columns of the result, or of its gradient, begin, and how far apart their rows are.
    private func columns(of head: Int, _ value: [Int]) -> (first: Int, rowStride: Int) {
        let (heads, time, size) = (value[1], value[2], value[3])
        return (head / heads * time * heads * size + head % heads * size, heads * size)
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let shape = operands[1].shape
        let (time, size) = (shape[2], shape[3])
        withUnsafeTemporaryAllocation(of: Double.self, capacity: time * size) { mixed in
            var head = 0
            forEachHead(shape) { vectors, weights in
                Matrix(operands[0].scalars.extracting(weights), rows: time, columns: time).multiply(
                    Matrix(operands[1].scalars.extracting(vectors), rows: time, columns: size), into: mixed)
                let (first, rowStride) = columns(of: head, shape)
                for row in 0..<time {
                    for column in 0..<size { result[first + row * rowStride + column] = mixed[row * size + column] }
                }
                head += 1
            }
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let shape = operands[1].shape
        let (time, size) = (shape[2], shape[3])
        var head = 0
        forEachHead(shape) { vectors, weights in
            let (first, rowStride) = columns(of: head, shape)
            let up = Matrix(
                upstream.extracting(first..<first + (time - 1) * rowStride + size), rows: time, columns: size, rowStride: rowStride)
            if let toWeights = gradients[0] {
                up.multiply(
                    Matrix(operands[1].scalars.extracting(vectors), rows: time, columns: size).transposed,
                    into: toWeights.scalars.extracting(weights), adds: toWeights.adds)
            }
            if let toValue = gradients[1] {
                Matrix(operands[0].scalars.extracting(weights), rows: time, columns: time).transposed.multiply(
                    up, into: toValue.scalars.extracting(vectors), adds: toValue.adds)
            }
            head += 1
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let shape = operands[1].shape
        let (heads, time, size) = (shape[1], shape[2], shape[3])
        let (row, column) = (index / (heads * size), index % (heads * size))
        let head = row / time * heads + column / size
        let weights = (head * time + row % time) * time
        func entry(_ key: Int) -> Int { (head * time + key) * size + column % size }
        visitRun(visit, 0, weights..<weights + time) { operands[1][entry($0 - weights)] }
        for key in 0..<time { visitOne(visit, 1, entry(key), operands[0][weights + key]) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let value = operands[1]
        let (heads, time, size) = (value[1], value[2], value[3])
        let vector = operand == 0 ? entry / time : entry / size
        let (sample, head) = (vector / (heads * time), vector / time % heads)
        if operand == 0 { return .run((sample * time + vector % time) * heads + head, of: size) }
        let end = (sample + 1) * time * heads * size
        return stride(from: sample * time * heads * size + head * size + entry % size, to: end, by: heads * size)
    }
}

/// Calls `visit` for each head of each sample with the ranges of its vectors, in [batch, heads, time, size], and of its square of scores.
@inline(__always)
private func forEachHead(_ shape: [Int], _ visit: (_ vectors: Range<Int>, _ scores: Range<Int>) -> Void) {
    let (time, size) = (shape[2], shape[3])
    for head in 0..<shape[0] * shape[1] {
        visit(head * time * size..<(head + 1) * time * size, head * time * time..<(head + 1) * time * time)
    }
}
