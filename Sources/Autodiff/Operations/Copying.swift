/// Results whose every entry is one entry of an operand: the local derivative is 1.
package enum Copying: Hashable, Sendable {
    /// The same entries in another shape.
    case reshape([Int])
    /// The time step `at` of [batch, time, features], counted from 0.
    case step(Int)
    /// A range of the last axis.
    case columns(Range<Int>)
    /// As many [batch, features] as there are time steps, as [batch, time, features].
    case stack
}

extension Copying: DifferentiationRules {
    package var kind: String {
        switch self {
        case .reshape: "reshape"
        case .step: "step"
        case .columns: "columns"
        case .stack: "stack"
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
        }
    }

    package func products(for operands: [[Int]]) -> Int { shape(of: operands).saturatingCount }

    /// Which operand, and which of its entries, an entry of the result is.
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
        }
    }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let shape = shape(of: operands.map(\.shape))
        let first = operands[0].shape
        if case .reshape = self { return Tensor(shape: shape, scalars: operands[0].scalars) }
        return Tensor(
            shape: shape,
            scalars: (0..<shape.reduce(1, *)).map {
                let (operand, entry) = source(of: $0, first: first, operands: operands.count)
                return operands[operand].scalars[entry]
            })
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let first = operands[0].shape
        if case .reshape = self { return [Tensor(shape: first, scalars: upstream.scalars)] }
        var gradients = operands.map { Tensor.zeros($0.shape) }
        for index in 0..<upstream.count {
            let (operand, entry) = source(of: index, first: first, operands: operands.count)
            gradients[operand].scalars[entry] += upstream.scalars[index]
        }
        return gradients
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let (operand, entry) = source(of: index, first: operands[0].shape, operands: operands.count)
        visit(operand, entry, 1)
    }
}
