/// x·Wᵀ + b on the last axis: x is […, inputs], W is [units, inputs], b, if there is one, [units].
package struct Dense: Hashable, Sendable {
    package init() {}
}

extension Dense: DifferentiationRules {
    package var kind: String { "dense" }

    package func shape(of operands: [[Int]]) -> [Int] {
        let (x, weight) = (operands[0], operands[1])
        precondition(weight.count == 2 && x.last == weight[1], "dense of \(x) by \(weight)")
        if operands.count > 2 { precondition(operands[2] == [weight[0]], "a bias of \(operands[2]) for \(weight)") }
        return x.dropLast() + [weight[0]]
    }

    package func products(for operands: [[Int]]) -> Int {
        let rows = [Int](operands[0].dropLast()).saturatingCount
        let weights = rows.saturatingTimes(operands[1].saturatingCount).saturatingTimes(2)
        return operands.count > 2 ? weights.saturatingPlus(rows.saturatingTimes(operands[1][0])) : weights
    }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (weight.shape[0], weight.shape[1])
        let rows = x.count / inputs
        var result = [Double](repeating: 0, count: rows * units)
        if operands.count > 2 {
            let bias = operands[2].scalars
            result.removeAll(keepingCapacity: true)
            for _ in 0..<rows { result += bias }
        }
        addProductWithTranspose(x.scalars, weight.scalars, rows: rows, inner: inputs, columns: units, to: &result)
        return Tensor(shape: x.shape.dropLast() + [units], scalars: result)
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (weight.shape[0], weight.shape[1])
        let rows = x.count / inputs
        let toInput = product(upstream.scalars, weight.scalars, rows: rows, inner: units, columns: inputs)
        let toWeight = productOfTranspose(upstream.scalars, x.scalars, rows: units, inner: rows, columns: inputs)
        let gradients = [Tensor(shape: x.shape, scalars: toInput), Tensor(shape: weight.shape, scalars: toWeight)]
        guard operands.count > 2 else { return gradients }
        var toBias = Tensor.zeros([units])
        let up = upstream.scalars.span
        var sums = toBias.scalars.mutableSpan
        for row in 0..<rows { for unit in 0..<units { sums[unit] += up[row * units + unit] } }
        return gradients + [toBias]
    }

    @inline(__always)
    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let (input, matrix) = (operands[0], operands[1])
        let x = input.scalars.span
        let weight = matrix.scalars.span
        let (units, inputs) = (matrix.shape[0], matrix.shape[1])
        let (row, unit) = (index / units, index % units)
        for i in 0..<inputs { visit(0, row * inputs + i, weight[unit * inputs + i]) }
        for i in 0..<inputs { visit(1, unit * inputs + i, x[row * inputs + i]) }
        if operands.count > 2 { visit(2, unit, 1) }
    }
}
