/// Operations that copy: each entry of the result is one entry of an operand, with local derivative 1.
package enum Copying: Hashable, Sendable {
    /// The same entries in another shape.
    case reshape([Int])
    /// Time step `at` of [batch, time, features], counted from 0.
    case step(Int)
    /// A range of the last axis.
    case columns(Range<Int>)
    /// [batch, features] for each time step, stacked as [batch, time, features].
    case stack
    /// The same entries for each sample of a batch: [features] becomes [batch, features].
    case forEachSample(Int)
}

extension Copying: DifferentiationRules {
    package var kind: String {
        switch self {
        case .reshape: "reshape"
        case .step: "step"
        case .columns: "columns"
        case .stack: "stack"
        case .forEachSample: "for-each-sample"
        }
    }

    package func shape(of operands: [[Int]]) -> [Int] {
        let first = operands[0]
        switch self {
        case .reshape(let shape):
            precondition(shape.saturatingCount == first.saturatingCount, "\(first) as \(shape)")
            return shape
        case .step(let step):
            precondition(first.count == 3 && step < first[1], "step \(step) of \(first)")
            return [first[0], first[2]]
        case .columns(let range):
            precondition(!first.isEmpty && range.upperBound <= first[first.count - 1], "columns \(range) of \(first)")
            return first.dropLast() + [range.count]
        case .stack:
            precondition(first.count == 2 && operands.allSatisfy { $0 == first }, "a stack of \(operands)")
            return [first[0], operands.count, first[1]]
        case .forEachSample(let batch): return [batch] + first
        }
    }

    package func products(for operands: [[Int]]) -> Int { shape(of: operands).saturatingCount }

    /// The operand, and the entry of it, that an entry of the result is a copy of.
    @inline(__always)
    package func source(of index: Int, first: [Int], operands: Int) -> (operand: Int, entry: Int) {
        switch self {
        case .reshape: return (0, index)
        case .step(let step):
            let features = first[2]
            return (0, (index / features * first[1] + step) * features + index % features)
        case .columns(let range):
            return (0, index / range.count * first[first.count - 1] + range.lowerBound + index % range.count)
        case .stack:
            let features = first[1]
            let (row, feature) = (index / features, index % features)
            return (row % operands, row / operands * features + feature)
        case .forEachSample: return (0, index % first.reduce(1, *))
        }
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        for (operand, tensor) in operands.enumerated() {
            forEachCopy(from: operand, of: operands.count, first: tensor.shape, result: result.count) { result[$1] = tensor[$0] }
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        for (operand, gradient) in gradients.enumerated() {
            guard let gradient else { continue }
            let shares = gradient.scalars
            if !gradient.adds { shares.update(repeating: 0) }
            forEachCopy(from: operand, of: operands.count, first: operands[operand].shape, result: upstream.count) {
                shares[$0] += upstream[$1]
            }
        }
    }

    /// Calls `visit` with each entry of one operand that is copied, and its index in the result.
    @inline(__always)
    private func forEachCopy(
        from operand: Int, of operands: Int, first: [Int], result: Int, _ visit: (_ entry: Int, _ index: Int) -> Void
    ) {
        let length: Int
        switch self {
        case .reshape: length = result
        case .step: length = first[2]
        case .columns(let range): length = range.count
        case .stack: length = first[1]
        case .forEachSample: length = first.reduce(1, *)
        }
        guard length > 0 else { return }
        // A stack takes from its operands in turn.
        let (start, stride) = self == .stack ? (operand * length, operands * length) : (0, length)
        for start in Swift.stride(from: start, to: result, by: stride) {
            let entry = source(of: start, first: first, operands: operands).entry
            for offset in 0..<length { visit(entry + offset, start + offset) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (operand, entry) = source(of: index, first: operands[0].shape, operands: operands.count)
        visitOne(visit, operand, entry, 1)
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        switch self {
        case .reshape: .only(entry)
        case .step, .columns, .stack: .all(of: shape)
        case .forEachSample: stride(from: entry, to: shape.saturatingCount, by: operands[0].saturatingCount)
        }
    }
}
