import Foundation

/// eˣⁱ/Σeˣʲ over the last axis.
package struct Softmax: Hashable, Sendable {
    package init() {}

    /// The softmax of each run of `classes` entries, the largest subtracted first.
    static func rows(_ x: UnsafeBufferPointer<Double>, classes: Int, into result: UnsafeMutableBufferPointer<Double>) {
        for start in stride(from: 0, to: x.count, by: classes) {
            let row = start..<start + classes
            let largest = x[row].max() ?? 0
            var sum = 0.0
            for i in row {
                result[i] = exp(x[i] - largest)
                sum += result[i]
            }
            for i in row { result[i] /= sum }
        }
    }

    /// 1 less one entry of a softmax: the sum of the others where the difference has lost its digits.
    static func rest(besides index: Int, in row: Range<Int>, of shares: UnsafeBufferPointer<Double>) -> Double {
        guard isSaturated(shares[index]) else { return 1 - shares[index] }
        return row.reduce(0) { $1 == index ? $0 : $0 + shares[$1] }
    }
}

extension Softmax: DifferentiationRules {
    package var kind: String { "softmax" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }

    package func products(for operands: [[Int]]) -> Int {
        operands[0].saturatingCount.saturatingTimes(operands[0].last ?? 1)
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        Self.rows(operands[0].scalars, classes: operands[0].shape.last ?? 1, into: result)
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        let classes = output.shape.last ?? 1
        for start in stride(from: 0, to: output.count, by: classes) {
            let row = start..<start + classes
            // The gradients count from that of an entry that has almost all: a softmax passes only their differences, which rounding would lose.
            let whole = row.first { isSaturated(output[$0]) }
            let level = whole.map { upstream[$0] } ?? 0
            var weighted = 0.0
            for i in row { weighted += (upstream[i] - level) * output[i] }
            for i in row { gradient.put(at: i, output[i] * (upstream[i] - level - weighted)) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let classes = output.shape.last ?? 1
        let start = index / classes * classes
        let p = output[index]
        let row = start..<start + classes
        visitRun(visit, 0, row) { $0 == index ? p * Self.rest(besides: index, in: row, of: output.scalars) : -(p * output[$0]) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let classes = shape.last ?? 1
        return .run(entry / classes, of: classes)
    }
}
