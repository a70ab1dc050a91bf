import Foundation
import MatrixKernels

/// The loss between the output y, […, outputs], and the targets t: a measure of entries or rows, summed and divided.
///
/// ```swift
/// BatchLoss(.huber(delta: 1), reduction: .sum)
/// ```
package struct BatchLoss: Hashable, Sendable {
    /// What y holds: unbounded scores, or probabilities from a sigmoid or a softmax.
    package enum Domain: String, CaseIterable, Hashable, Sendable {
        case scores, probabilities
    }

    /// The loss of one entry or of one row, that is, the last axis of one sample or time step.
    package enum Measure: Hashable, Sendable {
        /// ½(y−t)².
        case halfSquaredError
        /// (y−t)².
        case squaredError
        /// |y−t|; the derivative at 0 is 0.
        case absoluteError
        /// ½d² for |d| ≤ δ, δ(|d| − ½δ) beyond (Huber 1964).
        case huber(delta: Double)
        /// −t·ln p − (1−t)·ln(1−p), where p = σ(y), or y itself.
        case binaryCrossEntropy(of: Domain)
        /// y itself; there are no targets.
        case outputSum
        /// −Σ t·ln p over a row, where p is its softmax, or the row itself; t is the index of the class, or a row of probabilities.
        case crossEntropy(of: Domain)
        /// Σ max(0, margin + yⱼ − y_t) over the other classes j of a row (Weston & Watkins 1999).
        case hinge(margin: Double)
    }

    package enum Reduction: String, CaseIterable, Hashable, Sendable {
        case sum
        /// Over all entries, or over all rows for a measure of rows.
        case mean
        /// The sum divided by the extent of y's first axis.
        case meanOverSamples = "mean-over-samples"
    }

    package let measure: Measure
    package let reduction: Reduction

    /// - Parameter reduction: nil for the measure's default.
    package init(_ measure: Measure, reduction: Reduction? = nil) {
        self.measure = measure
        self.reduction = reduction ?? measure.usualReduction
    }
}

extension BatchLoss {
    package static let halfSquaredError = BatchLoss(.halfSquaredError)
    package static let meanSquaredError = BatchLoss(.squaredError)
    package static let crossEntropy = BatchLoss(.crossEntropy(of: .scores))
    package static let binaryCrossEntropy = BatchLoss(.binaryCrossEntropy(of: .scores))
}

extension BatchLoss.Measure {
    package var usualReduction: BatchLoss.Reduction {
        switch self {
        case .halfSquaredError: .meanOverSamples
        case .outputSum: .sum
        case .squaredError, .absoluteError, .huber, .binaryCrossEntropy, .crossEntropy, .hinge: .mean
        }
    }

    /// Whether it measures a whole row, in which one class is correct.
    package var isOfRows: Bool {
        switch self {
        case .crossEntropy, .hinge: true
        case .halfSquaredError, .squaredError, .absoluteError, .huber, .binaryCrossEntropy, .outputSum: false
        }
    }

    package var hasTargets: Bool { self != .outputSum }

    /// Its name in lessons.
    package var word: String {
        switch self {
        case .halfSquaredError: "half-squared-error"
        case .squaredError: "squared-error"
        case .absoluteError: "absolute-error"
        case .huber: "huber"
        case .binaryCrossEntropy: "binary-cross-entropy"
        case .outputSum: "output-sum"
        case .crossEntropy: "cross-entropy"
        case .hinge: "hinge"
        }
    }
}

extension BatchLoss {
    /// What the sum over entries or rows is divided by.
    package func divisor(for y: [Int]) -> Double {
        switch reduction {
        case .sum: 1
        case .mean: Double(measure.isOfRows ? y.dropLast().reduce(1, *) : y.reduce(1, *))
        case .meanOverSamples: Double(y.first ?? 1)
        }
    }

    /// Calls `visit` with the derivative with respect to each entry of y, before the division.
    @inline(__always)
    private func forEachDerivative(_ operands: [TensorView], _ visit: (_ entry: Int, _ derivative: Double) -> Void) {
        let y = operands[0]
        let t = measure.hasTargets ? operands[1] : y
        switch measure {
        case .halfSquaredError: for i in 0..<y.count { visit(i, y[i] - t[i]) }
        case .squaredError: for i in 0..<y.count { visit(i, 2 * (y[i] - t[i])) }
        case .absoluteError: for i in 0..<y.count { visit(i, Pointwise.abs.derivative(at: y[i] - t[i])) }
        case .huber(let delta): for i in 0..<y.count { visit(i, Self.huberSlope(y[i] - t[i], delta)) }
        case .outputSum: for i in 0..<y.count { visit(i, 1) }
        case .binaryCrossEntropy(.probabilities): for i in 0..<y.count { visit(i, Self.slope(probability: y[i], target: t[i])) }
        case .binaryCrossEntropy(.scores):
            withUnsafeTemporaryAllocation(of: Double.self, capacity: y.count) { shares in
                logistic_of_each(y.scalars.baseAddress, 1, shares.baseAddress, y.count)
                for i in 0..<y.count { visit(i, Self.error(score: y[i], share: shares[i], target: t[i])) }
            }
        case .crossEntropy(.probabilities):
            forEachTarget(y, t) { row, weight in
                for i in row { visit(i, weight(i) == 0 ? 0 : -weight(i) / y[i]) }
            }
        case .crossEntropy(.scores):
            let classes = y.shape.last ?? 1
            withUnsafeTemporaryAllocation(of: Double.self, capacity: y.count) { shares in
                Softmax.rows(y.scalars, classes: classes, into: shares)
                let fixed = UnsafeBufferPointer(shares)
                forEachTarget(y, t) { row, weight in
                    let all = row.reduce(0) { $0 + weight($1) }
                    for i in row {
                        guard weight(i) != 0, isSaturated(fixed[i]) else {
                            visit(i, all * fixed[i] - weight(i))
                            continue
                        }
                        let others = row.reduce(0) { $1 == i ? $0 : $0 + weight($1) }
                        visit(i, others - all * Softmax.rest(besides: i, in: row, of: fixed))
                    }
                }
            }
        case .hinge(let margin):
            let classes = y.shape.last ?? 1
            for row in 0..<t.count {
                let right = row * classes + Int(t[row])
                var within = 0.0
                for i in row * classes..<(row + 1) * classes where i != right {
                    let slope = Pointwise.relu.derivative(at: margin + y[i] - y[right])
                    within += slope
                    visit(i, slope)
                }
                visit(right, -within)
            }
        }
    }

    package func ambiguities(of index: Int, operands: [TensorView]) -> [Ambiguity] {
        let y = operands[0]
        var count = 0
        switch measure {
        case .absoluteError: count = (0..<y.count).count { y[$0] == operands[1][$0] }
        case .hinge(let margin):
            let classes = y.shape.last ?? 1
            for row in 0..<operands[1].count {
                let right = row * classes + Int(operands[1][row])
                count += (row * classes..<(row + 1) * classes).count { $0 != right && margin + y[$0] - y[right] == 0 }
            }
        case .halfSquaredError, .squaredError, .huber, .binaryCrossEntropy, .outputSum, .crossEntropy: break
        }
        return [Ambiguity](repeating: .kink, count: count)
    }

    /// Calls `visit` with the entries of each row and the weights of their log-probabilities.
    @inline(__always)
    private func forEachTarget(_ y: TensorView, _ t: TensorView, _ visit: (_ row: Range<Int>, _ weight: (_ entry: Int) -> Double) -> Void) {
        let classes = y.shape.last ?? 1
        let areShares = Self.areShares(t.shape, of: y.shape)
        for start in stride(from: 0, to: y.count, by: classes) {
            let right = areShares ? 0 : start + Int(t[start / classes])
            visit(start..<start + classes) { areShares ? t[$0] : $0 == right ? 1 : 0 }
        }
    }

    /// Whether targets are rows of probabilities rather than class indices, which lack y's last axis.
    package static func areShares(_ targets: [Int], of y: [Int]) -> Bool { targets.count == y.count }
}

extension BatchLoss {
    /// ln(1 + eʸ) − t·y. For a correct prediction that saturates, this is a small difference of large numbers, so it is rearranged.
    package static func binaryCrossEntropy(score y: Double, target t: Double) -> Double {
        guard isCertain(y, t) else { return logOnePlusExp(y) - t * y }
        return logOnePlusExp(-y) + (1 - t) * y
    }

    /// −t·ln p − (1−t)·ln(1−p), where a term with factor 0 is 0.
    package static func binaryCrossEntropy(probability p: Double, target t: Double) -> Double {
        (t == 0 ? 0 : -t * log(p)) + (t == 1 ? 0 : -(1 - t) * log1p(-p))
    }

    private static func slope(probability p: Double, target t: Double) -> Double {
        (t == 0 ? 0 : -t / p) + (t == 1 ? 0 : (1 - t) / (1 - p))
    }

    package static func huber(_ difference: Double, _ delta: Double) -> Double {
        abs(difference) <= delta ? 0.5 * difference * difference : delta * (abs(difference) - 0.5 * delta)
    }

    private static func huberSlope(_ difference: Double, _ delta: Double) -> Double {
        abs(difference) > delta ? (difference > 0 ? delta : -delta) : difference
    }

    /// σ(y) − t, given σ(y). Where this loses digits it is rearranged: (1 − t) − σ(−y) for a saturated correct prediction, and
    /// ½·tanh(y/2) + (½ − t) where both σ(y) and t are near a half.
    static func error(score y: Double, share: Double, target t: Double) -> Double {
        if isCertain(y, t) { return (1 - t) - logistic(-y) }
        return isUndecided(y, share: share, t) ? 0.5 * Pointwise.tanh(y / 2) + (0.5 - t) : share - t
    }

    /// Whether the score y is so near 0, and the target t so near a half, that σ(y) − t loses digits.
    package static func isUndecided(_ y: Double, share: Double, _ t: Double) -> Bool { abs(y) < 0x1p-7 && abs(share - t) < 0x1p-11 }

    /// Whether the score y is so large that 1 − σ(y) loses digits, and the target t agrees.
    package static func isCertain(_ y: Double, _ t: Double) -> Bool { y > 0 && t >= 0.5 && isSaturated(logistic(y)) }

    /// ln Σeˢ − s of the correct class.
    package static func crossEntropy<Scores: RandomAccessCollection>(_ scores: Scores, right: Scores.Index) -> Double
    where Scores.Element == Double {
        let largest = scores.max() ?? 0
        let loss = log(scores.reduce(0) { $0 + exp($1 - largest) }) + largest - scores[right]
        // A loss this small beside the largest score has lost digits: subtract the scores first, and sum apart what is added to 1.
        guard loss.magnitude < 0x1p-11 * max(1, largest.magnitude), let top = scores.firstIndex(of: largest) else { return loss }
        return log1p(scores.indices.reduce(0) { $1 == top ? $0 : $0 + exp(scores[$1] - largest) }) + (largest - scores[right])
    }

    /// Σ t·(ln Σeˢ − s). Both parts of each difference are taken relative to the largest score, so that neither is negative.
    package static func crossEntropy<Scores: RandomAccessCollection>(_ scores: Scores, shares: (Scores.Index) -> Double) -> Double
    where Scores.Element == Double {
        let largest = scores.max() ?? 0
        let top = scores.firstIndex(of: largest)
        let rest = log1p(scores.indices.reduce(0) { $1 == top ? $0 : $0 + exp(scores[$1] - largest) })
        return scores.indices.reduce(0) { shares($1) == 0 ? $0 : $0 + shares($1) * (rest + (largest - scores[$1])) }
    }
}

extension BatchLoss: DifferentiationRules {
    /// The measure's name, except that the mean of squared errors has its own.
    package var kind: String { self == .meanSquaredError ? "mean-squared-error" : measure.word }
    package func shape(of operands: [[Int]]) -> [Int] { [] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    package func flows(to operand: Int) -> Bool { operand == 0 }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let y = operands[0]
        let t = measure.hasTargets ? operands[1] : y
        let classes = y.shape.last ?? 1
        var sum = 0.0
        switch measure {
        case .halfSquaredError:
            for i in 0..<y.count { sum += (y[i] - t[i]) * (y[i] - t[i]) }
            sum *= 0.5
        case .squaredError: for i in 0..<y.count { sum += (y[i] - t[i]) * (y[i] - t[i]) }
        case .absoluteError: for i in 0..<y.count { sum += abs(y[i] - t[i]) }
        case .huber(let delta): for i in 0..<y.count { sum += Self.huber(y[i] - t[i], delta) }
        case .outputSum: for i in 0..<y.count { sum += y[i] }
        case .binaryCrossEntropy(.scores): for i in 0..<y.count { sum += Self.binaryCrossEntropy(score: y[i], target: t[i]) }
        case .binaryCrossEntropy(.probabilities): for i in 0..<y.count { sum += Self.binaryCrossEntropy(probability: y[i], target: t[i]) }
        case .crossEntropy(.scores):
            if Self.areShares(t.shape, of: y.shape) {
                for start in stride(from: 0, to: y.count, by: classes) {
                    sum += Self.crossEntropy(y.scalars[start..<start + classes]) { t[$0] }
                }
            } else {
                for row in 0..<t.count {
                    sum += Self.crossEntropy(y.scalars[row * classes..<(row + 1) * classes], right: row * classes + Int(t[row]))
                }
            }
        case .crossEntropy(.probabilities):
            forEachTarget(y, t) { row, weight in for i in row where weight(i) != 0 { sum -= weight(i) * log(y[i]) } }
        case .hinge(let margin):
            for row in 0..<t.count {
                let right = row * classes + Int(t[row])
                for i in row * classes..<(row + 1) * classes where i != right { sum += Pointwise.relu(margin + y[i] - y[right]) }
            }
        }
        result[0] = sum / divisor(for: y.shape)
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        guard let gradient = gradients[0] else { return }
        let n = divisor(for: operands[0].shape)
        forEachDerivative(operands) { entry, local in gradient.put(at: entry, upstream[0] * (local / n)) }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let n = divisor(for: operands[0].shape)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: operands[0].count) { derivatives in
            forEachDerivative(operands) { derivatives[$0] = $1 / n }
            visit(0, 0, UnsafeBufferPointer(derivatives))
        }
    }
}
