/// The largest entry of each window. At a tie the first in row-major order gets the gradient.
package struct MaxPool: Hashable, Sendable {
    /// The side of a window, and the step between windows.
    package var kernel, stride: Int

    package init(kernel: Int, stride: Int) {
        self.kernel = kernel
        self.stride = stride
    }
}

extension MaxPool {
    /// The entry that a window passes on: the first of the largest, or the first NaN if there is one.
    private func winner(of index: Int, among x: UnsafeBufferPointer<Double>, output: [Int], input: [Int]) -> Int {
        var winner: Int?
        forEachRun(of: index, output: output, input: input) { run in
            for entry in run {
                guard let best = winner else {
                    winner = entry
                    continue
                }
                if x[entry] > x[best] || x[entry].isNaN && !x[best].isNaN { winner = entry }
            }
        }
        return winner ?? 0
    }
}

extension MaxPool: Pooling {
    package var kind: String { "max-pool" }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, output) = (operands[0], shape(of: [operands[0].shape]))
        for index in 0..<result.count { result[index] = x[winner(of: index, among: x.scalars, output: output, input: x.shape)] }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let x = operands[0]
        gradients[0]?.gather { sums in
            for index in 0..<upstream.count {
                sums[winner(of: index, among: x.scalars, output: output.shape, input: x.shape)] += upstream[index]
            }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let x = operands[0]
        let winner = winner(of: index, among: x.scalars, output: output.shape, input: x.shape)
        forEachRun(of: index, output: output.shape, input: x.shape) { run in visitRun(visit, 0, run) { $0 == winner ? 1 : 0 } }
    }

    package func ambiguities(of index: Int, operands: [TensorView]) -> [Ambiguity] {
        let x = operands[0]
        let entries = window(of: index, input: x.shape)
        guard let largest = entries.map({ x[$0] }).max() else { return [] }
        return [Ambiguity](repeating: .tie, count: max(entries.count { x[$0] == largest } - 1, 0))
    }
}
