/// γ·x̂ + β: operands x̂, γ and β; entry i of x̂ takes entry i / `inner` mod count of γ and β.
package struct ScaleAndShift: Hashable, Sendable {
    package var inner: Int

    package init(inner: Int) { self.inner = inner }
}

extension ScaleAndShift: DifferentiationRules {
    package var kind: String { "scale-and-shift" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(3) }

    private func grouping(_ channels: Int) -> Grouping { .channels(count: channels, inner: inner) }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let (x, scale, shift) = (operands[0].scalars, operands[1].scalars, operands[2].scalars)
        var result = [Double](repeating: 0, count: x.count)
        grouping(scale.count).forEachEntry(of: x.count) { entry, channel in
            result[entry] = x[entry] * scale[channel] + shift[channel]
        }
        return Tensor(shape: operands[0].shape, scalars: result)
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let (x, scale, up) = (operands[0].scalars, operands[1].scalars, upstream.scalars)
        var toInput = [Double](repeating: 0, count: x.count)
        var toScale = [Double](repeating: 0, count: scale.count)
        var toShift = toScale
        grouping(scale.count).forEachEntry(of: x.count) { entry, channel in
            toInput[entry] = up[entry] * scale[channel]
            toScale[channel] += up[entry] * x[entry]
            toShift[channel] += up[entry]
        }
        return zip(operands, [toInput, toScale, toShift]).map { Tensor(shape: $0.shape, scalars: $1) }
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
