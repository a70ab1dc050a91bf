import Autodiff
import Experiments
import Foundation
import NeuralNetworks
import Notation

extension [Variant] {
    /// "Xavier normal (Sigmoid, Tanh), He normal (ReLU)"; if whole panels share an initializer, the panels are named.
    var initializerNote: String {
        var order: [Initializer] = []
        for variant in self {
            guard let initializer = variant.initializer, !order.contains(initializer) else { continue }
            order.append(initializer)
        }
        guard order.count > 1 else { return order.first?.words ?? "" }
        return order.map { "\($0.words) (\(users(of: $0, \.initializer).joined(separator: ", ")))" }.joined(separator: ", ")
    }

    /// "Units: GELU"; "Units: tanh (A), ReLU (B)" where the names of variants don't say so; nil where they do.
    /// - Parameter standard: that of variants that name none.
    func unitsNote(standard: Activation) -> String? {
        let settled = filter { $0.attention == nil && [nil, .rnn].contains($0.cell) }.map { variant in
            var variant = variant
            variant.activation = variant.activation ?? standard
            return variant
        }
        var order: [Activation] = []
        for activation in settled.compactMap(\.activation) where !order.contains(activation) { order.append(activation) }
        guard order.count > 1 || settled.count < count else { return order.first.map { "Units: \($0.row.title)" } }
        let unnamed = settled.filter { variant in
            ![variant.name, variant.panel ?? ""].contains { $0.localizedCaseInsensitiveContains(variant.activation?.row.title ?? "") }
        }
        let told = order.filter { activation in unnamed.contains { $0.activation == activation } }
        guard !told.isEmpty else { return nil }
        return "Units: "
            + told.map { "\($0.row.title) (\(unnamed.users(of: $0, \.activation).joined(separator: ", ")))" }.joined(separator: ", ")
    }

    private func users<Value: Equatable>(of value: Value, _ part: KeyPath<Variant, Value?>) -> [String] {
        let isByPanel = allSatisfy { one in
            one.panel != nil && allSatisfy { $0.panel != one.panel || $0[keyPath: part] == one[keyPath: part] }
        }
        var users: [String] = []
        for variant in self where variant[keyPath: part] == value {
            let user = isByPanel ? variant.panel ?? "" : variant.name
            if !users.contains(user) { users.append(user) }
        }
        return users
    }
}

extension Initializer {
    /// The name in a sentence.
    var words: String {
        switch self {
        case .xavierUniform: "Xavier uniform"
        case .xavierNormal: "Xavier normal"
        case .heUniform: "He uniform"
        case .heNormal: "He normal"
        case .orthogonal: "orthogonal"
        case .zeros: "zeros"
        case .normal(let deviation): "normal of deviation \(Numeral(deviation).text)"
        case .uniform(let bound): "uniform within ±\(Numeral(bound).text)"
        case .constant(let value): "constant \(Numeral(value).text)"
        }
    }
}
