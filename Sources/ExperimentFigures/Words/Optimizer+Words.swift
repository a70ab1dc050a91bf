import Experiments
import Foundation
import NeuralNetworks
import Notation

extension Optimizer {
    /// "η = 0.1, μ = 0.9"; a letter and its number stay on one line. Empty for an optimizer whose only setting is a rate that is left out.
    func settings(withRate: Bool = true) -> String {
        func equation(_ name: String, _ value: Double) -> String { "\(name)\u{A0}=\u{A0}\(Numeral(value).text)" }
        // Rules of one page mostly share their ε, which has a note of its own.
        let others = kind.settings.filter { $0.setting != .epsilon }.map { equation($0.setting.name.plainText, $0.value) }
        return ((withRate ? [equation("η", learningRate)] : []) + others).joined(separator: ", ")
    }
}

extension Optimizer.Kind {
    /// The ε that keeps a quotient finite, for the rules that divide.
    fileprivate var epsilon: Double? { settings.first { $0.setting == .epsilon }?.value }
}

extension [Variant] {
    /// " ε: Adagrad 10⁻¹⁰, RMSProp and Adam 10⁻⁸."; empty if no rule has one.
    var epsilonNote: String {
        let all = compactMap { variant in variant.optimizer?.kind.epsilon.map { (name: variant.name, epsilon: $0) } }
        var order: [Double] = []
        for (_, epsilon) in all where !order.contains(epsilon) { order.append(epsilon) }
        let said = order.map { epsilon in
            "\(all.filter { $0.epsilon == epsilon }.map(\.name).asNames) \(Numeral(epsilon).text)"
        }
        return said.isEmpty ? "" : " ε: \(said.joined(separator: ", "))."
    }

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
