/// One number for each window of an image [batch, channels, height, width]; windows that do not fit are left out.
package protocol Pooling: DifferentiationRules, Hashable {
    /// The side of a window, and the step between windows.
    var kernel: Int { get }
    var stride: Int { get }
}

extension Pooling {
    /// How many windows fit along one axis.
    package func windows(along extent: Int) -> Int { kernel > extent ? 0 : (extent - kernel) / stride + 1 }

    /// Calls `visit` with the entries of a window, row by row.
    @inline(__always)
    func forEachRun(of index: Int, output: [Int], input: [Int], _ visit: (Range<Int>) -> Void) {
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

    package func shape(of operands: [[Int]]) -> [Int] {
        let x = operands[0]
        precondition(x.count == 4, "\(kind) of \(x)")
        return [x[0], x[1], windows(along: x[2]), windows(along: x[3])]
    }

    package func products(for operands: [[Int]]) -> Int {
        shape(of: operands).saturatingCount.saturatingTimes(kernel.saturatingTimes(kernel))
    }

    /// The windows of the entry's own channel.
    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        .run(entry / (operands[0][2] * operands[0][3]), of: shape[2] * shape[3])
    }
}
