import Experiments
import NeuralNetworks
import Notation

extension Optimizer {
    /// "η = 0.1, μ = 0.9".
    var settings: String {
        func text(_ value: Double) -> String { Numeral(value).text }
        let rate = "η = \(text(learningRate))"
        return switch kind {
        case .sgd: rate
        case .momentum(let momentum), .nesterov(let momentum): rate + ", μ = \(text(momentum))"
        case .rmsprop(let decay, _): rate + ", ρ = \(text(decay))"
        case .adagrad: rate
        case .adam(let beta1, let beta2, _): rate + ", β₁ = \(text(beta1)), β₂ = \(text(beta2))"
        }
    }
}

extension [Variant] {
    /// "SGD η = 0.1; Momentum η = 0.05, μ = 0.9": what a reader needs to do it again.
    /// - Parameter standard: what a variant has that names none.
    func optimizerNote(standard: Optimizer) -> String {
        let settings = map { ($0.optimizer ?? standard).settings }
        if let only = settings.first, Set(settings).count == 1 { return only + "." }
        return zip(self, settings).map { "\($0.name) \($1)" }.joined(separator: "; ") + "."
    }
}
