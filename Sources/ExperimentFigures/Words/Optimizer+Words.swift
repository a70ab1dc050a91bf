import Experiments
import Foundation
import NeuralNetworks
import Notation

extension Optimizer {
    /// "η = 0.1, μ = 0.9"; a letter and its number stay on one line. Empty for an optimizer whose only setting is a rate that is left out.
    func settings(withRate: Bool = true) -> String {
        func equation(_ letter: String, _ value: Double) -> String { "\(letter)\u{A0}=\u{A0}\(Numeral(value).text)" }
        let others: [String] =
            switch kind {
            case .sgd, .adagrad: []
            case .momentum(let momentum), .nesterov(let momentum): [equation("μ", momentum)]
            case .rmsprop(let decay, _): [equation("ρ", decay)]
            case .adam(let beta1, let beta2, _): [equation("β₁", beta1), equation("β₂", beta2)]
            case .adamw(let beta1, let beta2, _, let decay): [equation("β₁", beta1), equation("β₂", beta2), equation("λ", decay)]
            }
        return ((withRate ? [equation("η", learningRate)] : []) + others).joined(separator: ", ")
    }
}

extension [Variant] {
    /// "SGD: gradient descent, η = 0.1; Momentum: η = 0.05, μ = 0.9": the settings that a reader needs to repeat the experiment. If a
    /// variant has its optimizer's name, that is not repeated.
    /// - Parameters:
    ///   - standard: the optimizer of variants that name none.
    ///   - withRate: whether each variant has one learning rate, so not if rates are swept or tuned.
    func optimizerNote(standard: Optimizer, withRate: Bool = true) -> String {
        let optimizers = map { variant in
            var optimizer = variant.optimizer ?? standard
            if !withRate { optimizer.learningRate = 1 }
            return optimizer
        }
        func note(_ parts: String...) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }
        if let only = optimizers.first, Set(optimizers).count == 1 {
            return "Updates: \(note(only.kind.name, only.settings(withRate: withRate)))."
        }
        return zip(self, optimizers).compactMap { variant, optimizer in
            let (mine, kind) = (variant.name, optimizer.kind.name)
            let settings = optimizer.settings(withRate: withRate)
            let saysIt =
                mine.localizedCaseInsensitiveContains(kind) || kind.lowercased().split(separator: " ").contains { $0 == mine.lowercased() }
            return saysIt ? settings.isEmpty ? nil : "\(mine): \(settings)" : "\(mine): \(note(kind, settings))"
        }.joined(separator: "; ") + "."
    }
}
