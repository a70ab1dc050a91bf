/// γ·x̂ + β: operands x̂, γ and β; entry i of x̂ takes entry i / `inner` mod count of γ and β.
package struct ScaleAndShift: Hashable, Sendable {
    package var inner: Int

    package init(inner: Int) { self.inner = inner }
}

extension ScaleAndShift: DifferentiationRules {
    package var kind: String { "scale-and-shift" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(3) }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, scale, shift) = (operands[0], operands[1], operands[2])
        var result = Tensor.zeros(x.shape)
        let entries = x.scalars.span
        let scales = scale.scalars.span
        let shifts = shift.scalars.span
        var out = result.scalars.mutableSpan
        for entry in 0..<entries.count {
            let channel = entry / inner % scales.count
            out[entry] = entries[entry] * scales[channel] + shifts[channel]
        }
        return result
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, scale) = (operands[0], operands[1])
        var (toInput, toScale, toShift) = (Tensor.zeros(x.shape), Tensor.zeros(scale.shape), Tensor.zeros(operands[2].shape))
        let entries = x.scalars.span
        let scales = scale.scalars.span
        let ups = upstream.scalars.span
        var inputs = toInput.scalars.mutableSpan
        var scaleSums = toScale.scalars.mutableSpan
        var shiftSums = toShift.scalars.mutableSpan
        for entry in 0..<entries.count {
            let channel = entry / inner % scales.count
            let up = ups[entry]
            inputs[entry] = up * scales[channel]
            scaleSums[channel] += up * entries[entry]
            shiftSums[channel] += up
        }
        return [toInput, toScale, toShift]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let channel = index / inner % operands[1].count
        visit(0, index, operands[1].scalars[channel])
        visit(1, channel, operands[0].scalars[index])
        visit(2, channel, 1)
    }
}
