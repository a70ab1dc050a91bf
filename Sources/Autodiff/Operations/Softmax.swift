import Foundation

/// eˣⁱ/Σeˣʲ over the last axis.
package struct Softmax: Hashable, Sendable {
    package init() {}

    /// The softmax of each run of `classes` entries, the largest subtracted first.
    static func rows(_ x: [Double], classes: Int) -> [Double] {
        var result = x
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
        return result
    }
}

extension Softmax: DifferentiationRules {
    package var kind: String { "softmax" }
    package func shape(of operands: [[Int]]) -> [Int] { operands[0] }

    package func products(for operands: [[Int]]) -> Int {
        operands[0].saturatingCount.saturatingTimes(operands[0].last ?? 1)
    }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let x = operands[0]
        return Tensor(shape: x.shape, scalars: Self.rows(x.scalars, classes: x.shape.last ?? 1))
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let classes = output.shape.last ?? 1
        var gradient = Tensor.zeros(output.shape)
        for start in stride(from: 0, to: output.count, by: classes) {
            let row = start..<start + classes
            var weighted = 0.0
            for i in row { weighted += upstream.scalars[i] * output.scalars[i] }
            for i in row { gradient.scalars[i] = output.scalars[i] * (upstream.scalars[i] - weighted) }
        }
        return [gradient]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        let classes = output.shape.last ?? 1
        let start = index / classes * classes
        let p = output.scalars[index]
        for i in start..<start + classes { visit(0, i, p * ((i == index ? 1 : 0) - output.scalars[i])) }
    }
}
