import Experiments
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
        return order.map { "\($0.words) (\(users(of: $0).joined(separator: ", ")))" }.joined(separator: ", ")
    }

    private func users(of initializer: Initializer) -> [String] {
        let isByPanel = allSatisfy { one in
            one.panel != nil && allSatisfy { $0.panel != one.panel || $0.initializer == one.initializer }
        }
        var users: [String] = []
        for variant in self where variant.initializer == initializer {
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
