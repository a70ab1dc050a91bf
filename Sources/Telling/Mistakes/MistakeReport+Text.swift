import Autodiff
package import NeuralNetworks
import Notation
import Traces

extension Mistake {
    /// A sentence that describes the mistake.
    package var words: String {
        switch self {
        case .missingActivationDerivative: "The derivative of each activation is left out, as if it were 1."
        case .derivativeAtOutput: "The derivative of each activation is taken at its output, f′(f(z)), instead of its input."
        case .overwriteAtForks: "Where a tensor is used several times, one gradient replaces the others instead of being added to them."
        case .missingSkip: "A residual block hands back only what comes through its inner layers; the skip is forgotten."
        case .transposedWeight: "A square weight is multiplied as it stands instead of transposed."
        case .constantStatistics: "The mean and the variance of a normalization are treated as constants."
        case .softmaxElementwise: "The softmax is differentiated entry by entry, p(1 − p), without the entries beside the diagonal."
        case .sumForMean: "The loss’s mean is differentiated as a sum."
        case .missingTwo: "The derivative of (y − t)² is taken as y − t; the 2 is forgotten."
        case .undroppedBackward: "Dropout’s mask and scale are applied forward but not backward."
        case .wrongSign: "The gradient is added where it should be subtracted."
        case .updatedWeights: "Each layer is updated on the way back, and the layers below see the new weights."
        case .accumulatedGradients: "Gradients are not set back to 0 between steps, so that earlier ones are added."
        }
    }

    /// What gives it away in the numbers.
    package var telltale: String {
        switch self {
        case .missingActivationDerivative:
            "Each layer's gradient is off by 1/f′ of every activation that it came through: the deeper the layer, the farther (at least 4 for σ)."
        case .derivativeAtOutput:
            "Gradients are off by f′(f(z))/f′(z), a moderate factor that differs from unit to unit and grows with depth."
        case .overwriteAtForks: "Right where a value is used once; at a fork exactly one of the summands is left."
        case .missingSkip: "The block's own weights are right; before the block the gradient lacks exactly that of the block's output."
        case .transposedWeight: "The last layer is right; below it signs and sizes are off without a pattern, unless W is symmetric."
        case .constantStatistics: "The gradients of a normalized group no longer sum to 0; scale and shift are right."
        case .softmaxElementwise:
            "The gradients of the scores no longer sum to 0, and those of entries beside the target are lost or too small."
        case .sumForMean: "All gradients are too large by the same whole number: the batch's size, or how many numbers the mean runs over."
        case .missingTwo: "All gradients are exactly half."
        case .undroppedBackward: "Dropped units get a gradient; that of kept ones is too small by the factor 1 − rate."
        case .wrongSign: "Every parameter moves as far as it should, the other way."
        case .updatedWeights: "The last layer is right; below it gradients are off by about the learning rate, and less as it shrinks."
        case .accumulatedGradients:
            "The first step is right; from then on each gradient is a sum, as if the learning rate grew from step to step."
        }
    }

    /// What a check of gradients against central differences would say.
    func checkSentence(right: [Tensor], wrong: [Tensor]) -> String {
        if self == .wrongSign { return "A gradient check does not see it: each backward pass is right." }
        if self == .accumulatedGradients { return "A gradient check of one backward pass does not see it: each by itself is right." }
        let noise = MistakeReport.noise(of: right)
        let error =
            zip(right, wrong).map { right, wrong in
                let largest = right.scalars.map(\.magnitude).max() ?? 0
                return zip(right.scalars, wrong.scalars).map { abs($0 - $1) / max(abs($0), 1e-3 * largest, noise) }.max() ?? 0
            }.max() ?? 0
        // Central differences are good for about that much.
        if error.isNaN || error > 1e-4 { return "A gradient check sees it." }
        return error == 0
            ? "A gradient check does not see it here."
            : "A gradient check needs more than \(Numeral(1 / error, digits: 1).text) to 1 to see it."
    }

    /// The usual wrong line of code, and the correct one.
    package var code: (wrong: String, right: String) {
        switch self {
        case .missingActivationDerivative: ("dz = da", "dz = da * f_prime(z)")
        case .derivativeAtOutput: ("dz = da * f_prime(a)", "dz = da * f_prime(z)")
        case .overwriteAtForks: ("x.grad = upstream * local", "x.grad += upstream * local")
        case .missingSkip: ("dx = backward_inner(dy)", "dx = backward_inner(dy) + dy")
        case .transposedWeight: ("dx = W @ delta", "dx = W.T @ delta")
        case .constantStatistics: ("dx = dxhat / std", "dx = (dxhat - dxhat.mean() - xhat * (dxhat * xhat).mean()) / std")
        case .softmaxElementwise: ("dz = dp * p * (1 - p)", "dz = p * (dp - (dp * p).sum())")
        case .sumForMean: ("dy = y - t", "dy = (y - t) / n")
        case .missingTwo: ("dy = y - t", "dy = 2 * (y - t)")
        case .undroppedBackward: ("dx = dy", "dx = dy * mask / (1 - rate)")
        case .wrongSign: ("w += rate * g", "w -= rate * g")
        case .updatedWeights: ("W -= rate * dW; dx = W.T @ delta", "dx = W.T @ delta; W -= rate * dW")
        case .accumulatedGradients: ("loss.backward(); optimizer.step()", "optimizer.zero_grad(); loss.backward(); optimizer.step()")
        }
    }
}

extension MistakeReport {
    /// The report for people: each mistake, its effect, and its symptoms.
    /// - Parameter loss: the loss before the step.
    package func text(loss: Double) -> String {
        guard !entries.isEmpty else { return "None of the classic mistakes would change a number here.\n" }
        return entries.map { text(of: $0, loss: loss) }.joined(separator: "\n")
    }

    private func text(of entry: Entry, loss: Double) -> String {
        let mistake = entry.mistake
        var text = "\(mistake.rawValue)\n\n\(indented(mistake.words))\n"
        text += "  in code   \(mistake.code.wrong)\n  right     \(mistake.code.right)\n\n"
        let ofUpdate = !entry.hasWrongGradient
        let (wrongs, rights) = ofUpdate ? (entry.run.updated ?? [], right.updated ?? []) : (entry.run.gradients, right.gradients)
        let isWrong = Set(entry.differs)
        var table = TextTable([
            (ofUpdate ? "after the update" : "gradient", .left), ("right", .right), ("wrong", .right), ("ratio", .right),
        ])
        var rows = 0
        for (place, trainable) in trainables.enumerated() where isWrong.contains(trainable.name) {
            let pairs = zip(rights[place].scalars, wrongs[place].scalars).enumerated()
            guard let worst = pairs.max(by: { abs($0.element.0 - $0.element.1) < abs($1.element.0 - $1.element.1) }) else { continue }
            let index = rights[place].shape.index(ofFlat: worst.offset).map(String.init).joined(separator: ",")
            let (rightly, wrong) = worst.element
            rows += 1
            guard rows <= Self.mostRows else { continue }
            table.add([
                trainable.name + (index.isEmpty ? "" : "[\(index)]"), Numeral(rightly).text, Numeral(wrong).text,
                rightly == 0 ? "" : Numeral(wrong / rightly, digits: 3).text,
            ])
        }
        text += table.text.split(separator: "\n").map { "  \($0)\n" }.joined()
        let more = rows - Self.mostRows
        text += more > 0 ? "  and in \(more) more parameter\(more == 1 ? "" : "s")\n\n" : "\n"
        text += indented(mistake.telltale)
        if let after = entry.run.lossAfter, let rightly = right.lossAfter {
            text += indented(Self.lossSentence(from: loss, to: after, rightly: rightly))
        }
        return text + indented(mistake.checkSentence(right: right.gradients, wrong: entry.run.gradients))
    }

    private static var mostRows: Int { 6 }

    private func indented(_ line: String) -> String { "  \(line)\n" }

    /// Whether the loss still falls in the traced step.
    static func lossSentence(from loss: Double, to after: Double, rightly: Double) -> String {
        let way = after < loss ? "still falls" : after > loss ? "rises" : after == loss ? "stays" : "is lost"
        return "The loss \(way), from \(Numeral(loss).text) to \(Numeral(after).text); rightly it would be \(Numeral(rightly).text)."
    }
}
