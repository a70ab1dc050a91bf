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
            var weighted = 0.0
            for i in row { weighted += upstream[i] * output[i] }
            for i in row { gradient.put(at: i, output[i] * (upstream[i] - weighted)) }
        }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let classes = output.shape.last ?? 1
        let start = index / classes * classes
        let p = output[index]
        visitRun(visit, 0, start..<start + classes) { p * (($0 == index ? 1 : 0) - output[$0]) }
    }
}
