/// x·m/(1 − rate): operands x and the mask m of 0 and 1, which has x's shape or that of one sample.
package struct Dropout: Hashable, Sendable {
    package var rate: Double

    package init(rate: Double) { self.rate = rate }
}

extension Dropout: DifferentiationRules {
    package var kind: String { "dropout" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }
    package func flows(to operand: Int) -> Bool { operand == 0 }

    /// The entry of the mask for an entry of x.
    package func place(of index: Int, mask: Int) -> Int { index % mask }

    private func factor(of index: Int, _ mask: TensorView) -> Double { mask[place(of: index, mask: mask.count)] / (1 - rate) }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        for index in 0..<result.count { result[index] = operands[0][index] * factor(of: index, operands[1]) }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        gradients[0]?.put { upstream[$0] * factor(of: $0, operands[1]) }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        visitOne(visit, 0, index, factor(of: index, operands[1]))
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> { .only(entry) }
}
