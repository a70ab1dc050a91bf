import Foundation

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

    private func derivatives(_ y: Tensor, _ targets: Tensor) -> [Double] {
        let n = divisor(for: y.shape)
        let t = targets.scalars
        switch self {
        case .halfSquaredError: return zip(y.scalars, t).map { ($0 - $1) / n }
        case .meanSquaredError: return zip(y.scalars, t).map { 2 * ($0 - $1) / n }
        case .binaryCrossEntropy: return zip(y.scalars, t).map { (logistic($0) - $1) / n }
        case .crossEntropy:
            let classes = y.shape.last ?? 1
            var result = Softmax.rows(y.scalars, classes: classes)
            for (row, target) in t.enumerated() { result[row * classes + Int(target)] -= 1 }
            return result.map { $0 / n }
        }
    }
}

extension BatchLoss: DifferentiationRules {
    package var kind: String { rawValue }
    package func shape(of operands: [[Int]]) -> [Int] { [] }
    package func products(for operands: [[Int]]) -> Int { operands[0].saturatingCount }

    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let y = operands[0]
        let t = operands[1].scalars
        let n = divisor(for: y.shape)
        var sum = 0.0
        switch self {
        case .halfSquaredError:
            for (y, t) in zip(y.scalars, t) { sum += (y - t) * (y - t) }
            return Tensor(0.5 * sum / n)
        case .meanSquaredError:
            for (y, t) in zip(y.scalars, t) { sum += (y - t) * (y - t) }
        case .binaryCrossEntropy:
            for (y, t) in zip(y.scalars, t) { sum += logOnePlusExp(y) - t * y }
        case .crossEntropy:
            let classes = y.shape.last ?? 1
            for (row, target) in t.enumerated() {
                let scores = y.scalars[row * classes..<(row + 1) * classes]
                let largest = scores.max() ?? 0
                sum += log(scores.reduce(0) { $0 + exp($1 - largest) }) + largest - scores[row * classes + Int(target)]
            }
        }
        return Tensor(sum / n)
    }

    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        let up = upstream.scalars[0]
        return [
            Tensor(shape: operands[0].shape, scalars: derivatives(operands[0], operands[1]).map { up * $0 }), nil,
        ]
    }

    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor, _ visit: (Int, Int, Double) -> Void
    ) {
        for (entry, local) in derivatives(operands[0], operands[1]).enumerated() { visit(0, entry, local) }
    }
}
