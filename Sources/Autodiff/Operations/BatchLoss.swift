import Foundation
import MatrixKernels

/// One number for how far the output y, […, outputs], is from the targets t; n is the extent of y's first axis.
package enum BatchLoss: String, CaseIterable, Hashable, Sendable {
    /// ½Σ(y−t)²/n.
    case halfSquaredError = "half-squared-error"
    /// Σ(y−t)² over all entries of y.
    case meanSquaredError = "mean-squared-error"
    /// −ln softmax(y) at the target's class, mean over the rows of y; t holds a class number for each row.
    case crossEntropy = "cross-entropy"
    /// −t·ln σ(y) − (1−t)·ln(1−σ(y)), mean over all entries of y.
    case binaryCrossEntropy = "binary-cross-entropy"
}

extension BatchLoss {
    /// What the sum over entries or rows is divided by.
    package func divisor(for y: [Int]) -> Double {
        switch self {
        case .halfSquaredError: Double(y.first ?? 1)
        case .crossEntropy: Double(y.dropLast().reduce(1, *))
        case .meanSquaredError, .binaryCrossEntropy: Double(y.reduce(1, *))
        }
    }

    /// Calls `visit` with the derivative by each entry of y.
    @inline(__always)
    private func forEachDerivative(_ y: TensorView, _ t: TensorView, _ visit: (_ entry: Int, _ derivative: Double) -> Void) {
        let n = divisor(for: y.shape)
        switch self {
        case .halfSquaredError: for i in 0..<y.count { visit(i, (y[i] - t[i]) / n) }
        case .meanSquaredError: for i in 0..<y.count { visit(i, 2 * (y[i] - t[i]) / n) }
        case .binaryCrossEntropy:
            withUnsafeTemporaryAllocation(of: Double.self, capacity: y.count) { shares in
                logistic_of_each(y.scalars.baseAddress, 1, shares.baseAddress, y.count)
                for i in 0..<y.count { visit(i, Self.error(score: y[i], share: shares[i], target: t[i]) / n) }
            }
        case .crossEntropy:
            let classes = y.shape.last ?? 1
            withUnsafeTemporaryAllocation(of: Double.self, capacity: y.count) { shares in
                Softmax.rows(y.scalars, classes: classes, into: shares)
                for row in 0..<t.count {
                    let right = row * classes + Int(t[row])
                    shares[right] = -Softmax.rest(besides: right, in: row * classes..<(row + 1) * classes, of: UnsafeBufferPointer(shares))
                }
                for i in 0..<y.count { visit(i, shares[i] / n) }
            }
        }
    }
}

extension BatchLoss {
    /// ln(1 + eʸ) − t·y. Of a certain and right answer this is a small difference of large numbers, which is taken before it is rounded.
    package static func binaryCrossEntropy(score y: Double, target t: Double) -> Double {
        guard isCertain(y, t) else { return logOnePlusExp(y) - t * y }
        return logOnePlusExp(-y) + (1 - t) * y
    }

    /// σ(y) − t, given σ(y); (1 − t) − σ(−y) of a certain and right answer, and ½·tanh(y/2) + (½ − t) of an undecided and right one, where σ(y)
    /// has lost the digits.
    static func error(score y: Double, share: Double, target t: Double) -> Double {
        if isCertain(y, t) { return (1 - t) - logistic(-y) }
        return isUndecided(y, share: share, t) ? 0.5 * Pointwise.tanh(y / 2) + (0.5 - t) : share - t
    }

    /// Whether the score y is so near 0, and the target t so near a half, that their difference has lost digits.
    package static func isUndecided(_ y: Double, share: Double, _ t: Double) -> Bool { abs(y) < 0x1p-7 && abs(share - t) < 0x1p-11 }

    /// Whether the score y says "yes" with such certainty that what is missing from 1 has lost its digits, and the target t says so too.
    package static func isCertain(_ y: Double, _ t: Double) -> Bool { y > 0 && t >= 0.5 && isSaturated(logistic(y)) }

    /// ln Σeˢ − s of the right class.
    package static func crossEntropy<Scores: RandomAccessCollection>(_ scores: Scores, right: Scores.Index) -> Double
    where Scores.Element == Double {
        let largest = scores.max() ?? 0
        let loss = log(scores.reduce(0) { $0 + exp($1 - largest) }) + largest - scores[right]
        // So small beside what it was taken from, it has lost digits: what is added to 1 is then summed by itself, and the scores are subtracted first.
        guard loss.magnitude < 0x1p-11 * max(1, largest.magnitude), let top = scores.firstIndex(of: largest) else { return loss }
        return log1p(scores.indices.reduce(0) { $1 == top ? $0 : $0 + exp(scores[$1] - largest) }) + (largest - scores[right])
    }
}

extension BatchLoss: DifferentiationRules {
    package var kind: String { rawValue }
    package func shape(of operands: [[Int]]) -> [Int] { [] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    package func flows(to operand: Int) -> Bool { operand == 0 }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let (y, t) = (operands[0], operands[1])
        let n = divisor(for: y.shape)
        var sum = 0.0
        switch self {
        case .halfSquaredError:
            for i in 0..<y.count { sum += (y[i] - t[i]) * (y[i] - t[i]) }
            sum *= 0.5
        case .meanSquaredError:
            for i in 0..<y.count { sum += (y[i] - t[i]) * (y[i] - t[i]) }
        case .binaryCrossEntropy:
            for i in 0..<y.count { sum += Self.binaryCrossEntropy(score: y[i], target: t[i]) }
        case .crossEntropy:
            let classes = y.shape.last ?? 1
            for row in 0..<t.count {
                sum += Self.crossEntropy(y.scalars[row * classes..<(row + 1) * classes], right: row * classes + Int(t[row]))
            }
        }
        result[0] = sum / n
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        forEachDerivative(operands[0], operands[1]) { entry, local in gradient.put(at: entry, upstream[0] * local) }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: operands[0].count) { derivatives in
            forEachDerivative(operands[0], operands[1]) { derivatives[$0] = $1 }
            visit(0, 0, UnsafeBufferPointer(derivatives))
        }
    }
}
