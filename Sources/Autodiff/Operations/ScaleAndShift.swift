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
        return Tensor(
            shape: x.shape,
            scalars: (0..<x.count).map {
                let channel = $0 / inner % scale.count
                return x.scalars[$0] * scale.scalars[channel] + shift.scalars[channel]
            })
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, scale) = (operands[0], operands[1])
        var gradients = operands.map { Tensor.zeros($0.shape) }
        for entry in 0..<x.count {
            let channel = entry / inner % scale.count
            let up = upstream.scalars[entry]
            gradients[0].scalars[entry] = up * scale.scalars[channel]
            gradients[1].scalars[channel] += up * x.scalars[entry]
            gradients[2].scalars[channel] += up
        }
        return gradients
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
