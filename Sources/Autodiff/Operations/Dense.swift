import MatrixKernels

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

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (weight.shape[0], weight.shape[1])
        let rows = result.count / max(units, 1)
        let input = Matrix(x, rows: rows, columns: inputs)
        let matrix = Matrix(weight, rows: units, columns: inputs).transposed
        if operands.count > 2 {
            input.multiply(matrix, into: result, toEachRow: operands[2])
        } else {
            input.multiply(matrix, into: result)
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (weight.shape[0], weight.shape[1])
        let rows = output.count / max(units, 1)
        let up = Matrix(upstream, rows: rows, columns: units)
        if let toInput = gradients[0] {
            up.multiply(Matrix(weight, rows: units, columns: inputs), into: toInput.scalars, adds: toInput.adds)
        }
        if let toWeight = gradients[1] {
            up.transposed.multiply(Matrix(x, rows: rows, columns: inputs), into: toWeight.scalars, adds: toWeight.adds)
        }
        guard gradients.count > 2 else { return }
        let columns = Grouping.channels(count: units, inner: 1).entries(of: upstream.count)
        gradients[2]?.gather { sum_over_groups(columns, upstream.baseAddress, $0.baseAddress) }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (weight.shape[0], weight.shape[1])
        let (row, unit) = (index / units, index % units)
        let (ofRow, ofUnit) = (row * inputs..<(row + 1) * inputs, unit * inputs..<(unit + 1) * inputs)
        visit(0, ofRow.lowerBound, weight.scalars.extracting(ofUnit))
        visit(1, ofUnit.lowerBound, x.scalars.extracting(ofRow))
        if operands.count > 2 { visitOne(visit, 2, unit, 1) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let (units, inputs) = (operands[1][0], operands[1][1])
        if operand == 0 { return .run(entry / inputs, of: units) }
        // One unit of every row.
        let unit = operand == 1 ? entry / inputs : entry
        return stride(from: unit, to: shape.saturatingCount, by: units)
    }
}
