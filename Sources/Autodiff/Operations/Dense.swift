import MatrixKernels

/// x·Wᵀ + b on the last axis: x is […, inputs], W is [units, inputs], b, if there is one, [units]. `rows` may select some neighbouring rows
/// of W and b.
package struct Dense: Hashable, Sendable {
    /// The selected rows; nil for all.
    package var rows: Range<Int>?

    package init(rows: Range<Int>? = nil) { self.rows = rows }

    /// The selected rows of a weight of this shape.
    package func units(of weight: [Int]) -> Range<Int> { rows ?? 0..<weight[0] }
}

extension Dense: DifferentiationRules {
    package var kind: String { "dense" }
    package var isMatrixProduct: Bool { true }

    package func shape(of operands: [[Int]]) -> [Int] {
        let (x, weight) = (operands[0], operands[1])
        precondition(weight.count == 2 && x.last == weight[1], "dense of \(x) by \(weight)")
        precondition(units(of: weight).upperBound <= weight[0], "rows \(units(of: weight)) of \(weight)")
        if operands.count > 2 { precondition(operands[2] == [weight[0]], "a bias of \(operands[2]) for \(weight)") }
        return x.dropLast() + [units(of: weight).count]
    }

    package func products(for operands: [[Int]]) -> Int {
        let rows = [Int](operands[0].dropLast()).saturatingCount
        let units = units(of: operands[1]).count
        let weights = [rows, units, operands[1][1], 2].saturatingCount
        return operands.count > 2 ? weights.saturatingPlus(rows.saturatingTimes(units)) : weights
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (units(of: weight.shape), weight.shape[1])
        let rows = result.count / max(units.count, 1)
        let input = Matrix(x, rows: rows, columns: inputs)
        let matrix = Matrix(weight.rows(units), rows: units.count, columns: inputs).transposed
        if operands.count > 2 {
            input.multiply(matrix, into: result, toEachRow: operands[2].scalars.extracting(units))
        } else {
            input.multiply(matrix, into: result)
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (units(of: weight.shape), weight.shape[1])
        let rows = output.count / max(units.count, 1)
        let up = Matrix(upstream, rows: rows, columns: units.count)
        if let toInput = gradients[0] {
            up.multiply(Matrix(weight.rows(units), rows: units.count, columns: inputs), into: toInput.scalars, adds: toInput.adds)
        }
        if let toWeight = gradients[1] {
            // Rows that are not selected have gradient 0.
            if units.count < weight.shape[0], !toWeight.adds { toWeight.scalars.update(repeating: 0) }
            up.transposed.multiply(
                Matrix(x, rows: rows, columns: inputs),
                into: toWeight.scalars.extracting(units.lowerBound * inputs..<units.upperBound * inputs), adds: toWeight.adds)
        }
        guard gradients.count > 2 else { return }
        let columns = Grouping.channels(count: units.count, inner: 1).entries(of: upstream.count)
        gradients[2]?.gather { sum_over_groups(columns, upstream.baseAddress, $0.extracting(units).baseAddress) }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let (x, weight) = (operands[0], operands[1])
        let (units, inputs) = (units(of: weight.shape), weight.shape[1])
        let (row, unit) = (index / units.count, units.lowerBound + index % units.count)
        let (ofRow, ofUnit) = (row * inputs..<(row + 1) * inputs, unit * inputs..<(unit + 1) * inputs)
        visit(0, ofRow.lowerBound, weight.scalars.extracting(ofUnit))
        visit(1, ofUnit.lowerBound, x.scalars.extracting(ofRow))
        if operands.count > 2 { visitOne(visit, 2, unit, 1) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let (units, inputs) = (units(of: operands[1]), operands[1][1])
        if operand == 0 { return .run(entry / inputs, of: units.count) }
        // One unit of every row, or none.
        let unit = operand == 1 ? entry / inputs : entry
        guard units.contains(unit) else { return stride(from: 0, to: 0, by: 1) }
        return stride(from: unit - units.lowerBound, to: shape.saturatingCount, by: units.count)
    }
}

extension TensorView {
    /// Some neighbouring rows of a matrix.
    fileprivate func rows(_ rows: Range<Int>) -> UnsafeBufferPointer<Double> {
        scalars.extracting(rows.lowerBound * shape[1]..<rows.upperBound * shape[1])
    }
}
