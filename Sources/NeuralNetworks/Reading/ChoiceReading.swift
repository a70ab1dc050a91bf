import Autodiff
package import Forms

extension Findings {
    /// What a key of choices holds; nil where it's absent or wrong.
    package func initializer(_ key: String = "initializer", of fields: Fields) -> Initializer? {
        guard let located = fields.located(key),
            let written = WrittenChoice(located, of: LayerForms.initializer, findings: self)
        else { return nil }
        var value = 0.0
        if case .value(.number(let range)) = written.option.payload {
            guard let located = written.value, let number = number(located, in: range) else { return nil }
            value = number
        }
        return switch written.option.word {
        case "xavier-uniform": .xavierUniform
        case "xavier-normal": .xavierNormal
        case "he-uniform": .heUniform
        case "he-normal": .heNormal
        case "orthogonal": .orthogonal
        case "zeros": .zeros
        case "normal": .normal(deviation: value)
        case "uniform": .uniform(bound: value)
        case "constant": .constant(value)
        default: nil
        }
    }

    package func activation(_ key: String = "activation", of fields: Fields) -> Activation? {
        guard let located = fields.located(key),
            let written = WrittenChoice(located, of: LayerForms.activation, findings: self)
        else { return nil }
        return activation(written)
    }

    /// Nil where the word is no activation, or an option is wrong.
    package func activation(_ written: WrittenChoice) -> Activation? {
        guard let fields = written.fields, let activation = Activation.activations.first(where: { $0.kind == written.option.word }) else {
            return nil
        }
        guard let parameter = activation.row.parameter else { return activation }
        return fields.number(parameter.name).map(parameter.make)
    }

    /// Nil where the word is no normalization, or an option is wrong.
    package func normalization(_ written: WrittenChoice) -> NormalizationLayer? {
        guard let fields = written.fields, let epsilon = fields.number("epsilon") else { return nil }
        let kind: NormalizationLayer.Kind? =
            switch written.option.word {
            case "batch-norm": .batch
            case "layer-norm": .layer
            case "instance-norm": .instance
            case "group-norm": fields.whole("groups").map { .group($0) }
            default: nil
            }
        return kind.map { NormalizationLayer(kind: $0, epsilon: epsilon) }
    }
}
