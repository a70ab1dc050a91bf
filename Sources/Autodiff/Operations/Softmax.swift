import Foundation

/// eˣⁱ/Σeˣʲ over the last axis. If causal, row i of each square sums over entries 0…i, and later entries are 0.
package struct Softmax: Hashable, Sendable {
    package var isCausal: Bool

    package init(isCausal: Bool = false) { self.isCausal = isCausal }

    /// The entries of a row that take part in its sum.
    package func visible(inRow row: Int, classes: Int) -> Range<Int> {
        row * classes..<row * classes + (isCausal ? row % classes + 1 : classes)
    }

    /// The softmax of each run of `classes` entries; the largest is subtracted first, to avoid overflow.
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

    /// 1 less one entry of a softmax; the sum of the other entries where that difference loses digits.
    static func rest(besides index: Int, in row: Range<Int>, of shares: UnsafeBufferPointer<Double>) -> Double {
        guard isSaturated(shares[index]) else { return 1 - shares[index] }
        return row.reduce(0) { $1 == index ? $0 : $0 + shares[$1] }
    }
}

extension Softmax: DifferentiationRules {
    package var kind: String { isCausal ? "causal-softmax" : "softmax" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }

    package func products(for operands: [[Int]]) -> Int {
        let (count, classes) = (operands[0].saturatingCount, operands[0].last ?? 1)
        guard isCausal else { return count.saturatingTimes(classes) }
        // Each square has 1² + 2² + … products.
        let squares = classes.saturatingTimes(classes + 1).saturatingTimes(2 * classes + 1)
        return squares == .max ? .max : count / max(classes * classes, 1) * (squares / 6)
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (x, classes) = (operands[0].scalars, operands[0].shape.last ?? 1)
        guard isCausal else { return Self.rows(x, classes: classes, into: result) }
        result.update(repeating: 0)
        for row in 0..<x.count / classes {
            let visible = visible(inRow: row, classes: classes)
            Self.rows(x.extracting(visible), classes: visible.count, into: result.extracting(visible))
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        let classes = output.shape.last ?? 1
        if isCausal, !gradient.adds { gradient.scalars.update(repeating: 0) }
        for number in 0..<output.count / classes {
            let row = visible(inRow: number, classes: classes)
            // Only differences of the upstream gradients matter. Subtract that of an entry near 1 first, or rounding would lose them.
            let whole = row.first { isSaturated(output[$0]) }
            let level = whole.map { upstream[$0] } ?? 0
            var weighted = 0.0
            for i in row { weighted += (upstream[i] - level) * output[i] }
            for i in row { gradient.put(at: i, output[i] * (upstream[i] - level - weighted)) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let classes = output.shape.last ?? 1
        let p = output[index]
        let row = visible(inRow: index / classes, classes: classes)
        guard row.contains(index) else { return }
        visitRun(visit, 0, row) { $0 == index ? p * Self.rest(besides: index, in: row, of: output.scalars) : -(p * output[$0]) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        let classes = shape.last ?? 1
        return .run(entry / classes, of: classes)
    }
}
