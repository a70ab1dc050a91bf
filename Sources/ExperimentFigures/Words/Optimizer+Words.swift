import Experiments
import Foundation
import NeuralNetworks
import Notation

extension Optimizer {
    /// "η = 0.1, μ = 0.9"; a letter and its number stay on one line.
    var settings: String {
        func equation(_ letter: String, _ value: Double) -> String { "\(letter)\u{A0}=\u{A0}\(Numeral(value).text)" }
        let rate = equation("η", learningRate)
        return switch kind {
        case .sgd, .adagrad: rate
        case .momentum(let momentum), .nesterov(let momentum): rate + ", " + equation("μ", momentum)
        case .rmsprop(let decay, _): rate + ", " + equation("ρ", decay)
        case .adam(let beta1, let beta2, _): rate + ", " + equation("β₁", beta1) + ", " + equation("β₂", beta2)
        case .adamw(let beta1, let beta2, _, let decay):
            rate + ", " + equation("β₁", beta1) + ", " + equation("β₂", beta2) + ", " + equation("λ", decay)
        }
    }
}

extension [Variant] {
    /// "SGD: gradient descent, η = 0.1; Momentum: η = 0.05, μ = 0.9": what a reader needs to do it again. A variant called by its
    /// optimizer's name needs it once.
    /// - Parameter standard: what a variant has that names none.
    func optimizerNote(standard: Optimizer) -> String {
        let optimizers = map { $0.optimizer ?? standard }
        if let only = optimizers.first, Set(optimizers).count == 1 { return "Updates: \(only.kind.name), \(only.settings)." }
        return zip(self, optimizers).map { variant, optimizer in
            let (mine, kind) = (variant.name, optimizer.kind.name)
            let saysIt =
                mine.localizedCaseInsensitiveContains(kind) || kind.lowercased().split(separator: " ").contains { $0 == mine.lowercased() }
            return saysIt ? "\(mine): \(optimizer.settings)" : "\(mine): \(kind), \(optimizer.settings)"
        }.joined(separator: "; ") + "."
    }
}
