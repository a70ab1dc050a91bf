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

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, scale, shift) = (operands[0], operands[1], operands[2])
        grouping(scale.count).forEachEntry(of: x.count) { entry, channel in
            result[entry] = x[entry] * scale[channel] + shift[channel]
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let (x, scale) = (operands[0], operands[1])
        let grouping = grouping(scale.count)
        gradients[0]?.put(over: grouping) { entry, channel in upstream[entry] * scale[channel] }
        gradients[1]?.gather { sums in
            grouping.forEachEntry(of: x.count) { entry, channel in sums[channel] += upstream[entry] * x[entry] }
        }
        gradients[2]?.gather { sums in grouping.forEachEntry(of: x.count) { entry, channel in sums[channel] += upstream[entry] } }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let channel = index / inner % operands[1].count
        visitOne(visit, 0, index, operands[1][channel])
        visitOne(visit, 1, channel, operands[0][index])
        visitOne(visit, 2, channel, 1)
    }
}
