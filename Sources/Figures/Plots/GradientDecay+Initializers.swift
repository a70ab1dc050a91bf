import Experiments
import NeuralNetworks
import Notation

extension GradientDecay {
    /// "Xavier normal (Sigmoid, Tanh), He normal (ReLU)".
    var initializerNote: String {
        var order: [String] = []
        var members: [String: [String]] = [:]
        for variant in variants {
            guard let name = variant.initializer?.words else { continue }
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(variant.name)
        }
        guard order.count > 1 else { return order.first ?? "" }
        return order.map { name in "\(name) (\((members[name] ?? []).joined(separator: ", ")))" }.joined(separator: ", ")
    }
}

extension Initializer {
    /// As it is called in a sentence.
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
