import MatrixKernels

/// γ·x̂ + β, or γ·x̂ without a shift: operands x̂, γ and β; entry i of x̂ uses entry i / `inner` mod count of γ and β.
package struct ScaleAndShift: Hashable, Sendable {
    package var inner: Int
    package var hasShift: Bool

    package init(inner: Int, hasShift: Bool = true) {
        self.inner = inner
        self.hasShift = hasShift
    }
}

extension ScaleAndShift: DifferentiationRules {
    package var kind: String { hasShift ? "scale-and-shift" : "scale" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount.saturatingTimes(hasShift ? 3 : 2) }

    private func grouping(_ channels: Int) -> Grouping { .channels(count: channels, inner: inner) }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, scale) = (operands[0], operands[1])
        let entries = grouping(scale.count).entries(of: x.count)
        if hasShift {
            scale_and_shift_groups(
                entries, x.scalars.baseAddress, scale.scalars.baseAddress, operands[2].scalars.baseAddress, result.baseAddress)
        } else {
            scale_groups(entries, x.scalars.baseAddress, scale.scalars.baseAddress, result.baseAddress, false)
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, scale) = (operands[0], operands[1])
        let entries = grouping(scale.count).entries(of: x.count)
        if let toInput = gradients[0] {
            scale_groups(entries, upstream.baseAddress, scale.scalars.baseAddress, toInput.scalars.baseAddress, toInput.adds)
        }
        gradients[1]?.gather { sum_products_over_groups(entries, upstream.baseAddress, x.scalars.baseAddress, $0.baseAddress) }
        if hasShift { gradients[2]?.gather { sum_over_groups(entries, upstream.baseAddress, $0.baseAddress) } }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let channel = index / inner % operands[1].count
        visitOne(visit, 0, index, operands[1][channel])
        visitOne(visit, 1, channel, operands[0][index])
        if hasShift { visitOne(visit, 2, channel, 1) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        operand == 0 ? .only(entry) : .all(of: shape)
    }
}
