/// The largest entry of each window of an image [batch, channels, height, width]; windows that don't fit are left out. At a tie the first in
/// row-major order has the derivative.
package struct MaxPool: Hashable, Sendable {
    /// The side of a window, and how far it moves at a time.
    package var kernel, stride: Int

    package init(kernel: Int, stride: Int) {
        self.kernel = kernel
        self.stride = stride
    }
}

extension MaxPool {
    /// How many windows fit along one axis.
    package func windows(along extent: Int) -> Int { kernel > extent ? 0 : (extent - kernel) / stride + 1 }

    /// The entries of a window, row by row.
    @inline(__always)
    private func forEachRun(of index: Int, output: [Int], input: [Int], _ visit: (Range<Int>) -> Void) {
        let (rows, columns) = (output[2], output[3])
        let (plane, row, column) = (index / (rows * columns), index / columns % rows, index % columns)
        for i in 0..<kernel {
            let first = (plane * input[2] + row * stride + i) * input[3] + column * stride
            visit(first..<first + kernel)
        }
    }

    /// The entries of a window, in row-major order.
    package func window(of index: Int, input: [Int]) -> [Int] {
        var entries: [Int] = []
        forEachRun(of: index, output: shape(of: [input]), input: input) { entries += $0 }
        return entries
    }

    /// The entry that a window passes on; of several the first, and the first that is no number before all.
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

extension MaxPool: DifferentiationRules {
    package var kind: String { "max-pool" }

    package func shape(of operands: [[Int]]) -> [Int] {
        let x = operands[0]
        precondition(x.count == 4, "max-pool of \(x)")
        return [x[0], x[1], windows(along: x[2]), windows(along: x[3])]
    }

    package func products(for operands: [[Int]]) -> Int {
        shape(of: operands).saturatingCount.saturatingTimes(kernel.saturatingTimes(kernel))
    }

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

    /// The windows of the entry's own channel.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        .run(entry / (operands[0][2] * operands[0][3]), of: shape[2] * shape[3])
    }
}
