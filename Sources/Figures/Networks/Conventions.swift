import Autodiff
import NeuralNetworks
import Notation
import Traces

extension LoweredProblem {
    /// What a reader who recomputes the numbers must know: ½ or not, sum or mean, the derivative at a kink.
    func conventions(_ symbols: Symbols) -> String {
        let (y, t) = (symbols.letter(output).plainText, symbols.letter(targets).plainText)
        let n = problem.inputs.shape[0]
        var parts: [String]
        switch problem.loss {
        case .halfSquaredError:
            parts = [
                "Loss: ½ Σ (\(y) − \(t))², " + (n > 1 ? "summed over the outputs, mean over the \(n) samples" : "summed over the outputs")
            ]
        case .meanSquaredError:
            parts = ["Loss: (\(y) − \(t))², without ½, mean over all outputs" + (n > 1 ? " of \(n) samples" : "")]
        case .crossEntropy:
            parts = ["Loss: cross-entropy of the softmax of the outputs" + (n > 1 ? ", mean over \(n) samples" : "")]
        case .binaryCrossEntropy:
            parts = ["Loss: binary cross-entropy of σ(output), mean over all outputs" + (n > 1 ? " of \(n) samples" : "")]
        }
        if problem.l2 > 0 { parts.append("plus λ/2 Σ w², λ = \(Numeral(problem.l2).text)") }
        if layers.useRelu { parts.append("ReLU′(0) = 0") }
        return parts.joined(separator: " · ") + "."
    }
}

extension [LoweredLayer] {
    fileprivate var useRelu: Bool {
        contains { layer in
            if case .activation(.relu) = layer.layer.kind { return true }
            return layer.inner.useRelu
        }
    }
}
