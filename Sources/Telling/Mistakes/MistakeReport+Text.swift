import Autodiff
package import NeuralNetworks
import Notation
package import Traces

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
        case .sumForMean: "The loss's mean is differentiated as a sum."
        case .missingTwo: "The derivative of (y − t)² is taken as y − t; the 2 is forgotten."
        case .undroppedBackward: "Dropout's mask and scale are applied forward but not backward."
        case .wrongSign: "The gradient is added where it should be subtracted."
        case .updatedWeights: "Each layer is updated on the way back, and the layers below see the new weights."
        case .accumulatedGradients: "Gradients are not set back to 0 between steps, so that earlier ones are added."
        }
    }

    /// Whether the backward pass is correct, and only the gradients are used wrongly.
    package var isOfUpdate: Bool {
        switch self {
        case .wrongSign, .accumulatedGradients: true
        case .missingActivationDerivative, .derivativeAtOutput, .overwriteAtForks, .missingSkip, .transposedWeight, .constantStatistics,
            .softmaxElementwise, .sumForMean, .missingTwo, .undroppedBackward, .updatedWeights:
            false
        }
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
        var text = "\(mistake.rawValue)\n  \(mistake.words)\n  \(mistake.code.wrong)    instead of    \(mistake.code.right)\n"
        let isUpdate = !entry.hasWrongGradient || mistake == .wrongSign
        let (wrongs, rights) = isUpdate ? (entry.run.updated ?? [], right.updated ?? []) : (entry.run.gradients, right.gradients)
        var rows: [(name: String, right: Double, wrong: Double)] = []
        for (place, trainable) in trainables.enumerated() where entry.differs.contains(trainable.name) {
            let pairs = zip(rights[place].scalars, wrongs[place].scalars).enumerated()
            guard let worst = pairs.max(by: { abs($0.element.0 - $0.element.1) < abs($1.element.0 - $1.element.1) }) else { continue }
            let index = rights[place].shape.index(ofFlat: worst.offset)
            rows.append((trainable.name + (index.isEmpty ? "" : "\(index)"), worst.element.0, worst.element.1))
        }
        let most = 6
        text += "  where it is farthest off, \(isUpdate ? "after the update" : "the gradient"):\n"
        for row in rows.prefix(most) {
            let ratio = row.right == 0 ? "" : ", \(Numeral(row.wrong / row.right, digits: 3).text) times the right one"
            text += "    \(row.name): \(Numeral(row.wrong).text) instead of \(Numeral(row.right).text)\(ratio)\n"
        }
        if rows.count > most { text += "    … and in \(rows.count - most) more parameters\n" }
        if let after = entry.run.lossAfter, let rightly = right.lossAfter {
            let way = after < loss ? "still falls" : after > loss ? "rises" : "stays"
            text +=
                "  The loss \(way), from \(Numeral(loss).text) to \(Numeral(after).text); rightly it would be \(Numeral(rightly).text).\n"
        }
        text +=
            mistake.isOfUpdate
            ? "  A gradient check does not see it: each backward pass by itself is right.\n" : "  A gradient check sees it.\n"
        return text
    }
}
