package import Autodiff
package import Forms
import Notation

/// A function applied to each entry.
package typealias Activation = Pointwise

/// A layer that applies an activation function.
package struct ActivationLayer: LayerRules {
    package let function: Activation

    package static let words = Activation.activations.map { activation in
        LayerWord(activation.row.word, activation.row.about, keys: activation.keys) { written in
            written.findings.activation(written.choice).map { .activation($0) }
        }
    }

    package var passesShape: Bool { true }

    package func output(for input: SampleShape) -> SampleShape { input }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(.pointwise(function), [scope.input], as: scope[.output])
    }

    package var result: LayerResult { .activation(function) }
    package var link: LayerLink { .oneToOne }
    package var isNumberable: Bool { true }
}

extension Activation {
    fileprivate var keys: [Form.Key] {
        guard let parameter = row.parameter else { return [] }
        let standard = Numeral(parameter.standard, digits: Numeral.mostDigits).text
        return [Form.Key(parameter.name, .number(.any), .standard(standard), parameter.about)]
    }
}

extension LayerForms {
    /// An activation as an option of something else, without a name.
    package static let activation = Choice(
        "activation",
        Activation.activations.map { activation in
            let row = activation.row
            return .init(row.word, about: row.about, .form(Form(row.word, about: row.about, keys: activation.keys), short: nil))
        })
}

extension Findings {
    /// The activation under a key; nil where it is absent or wrong.
    package func activation(_ key: String = "activation", of fields: Fields) -> Activation? {
        fields.located(key).flatMap { WrittenChoice($0, of: LayerForms.activation, findings: self) }.flatMap(activation)
    }

    /// Nil where the word is not an activation, or an option is wrong.
    fileprivate func activation(_ written: WrittenChoice) -> Activation? {
        guard let fields = written.fields, let activation = Activation.activations.first(where: { $0.kind == written.option.word }) else {
            return nil
        }
        guard let parameter = activation.row.parameter else { return activation }
        return fields.number(parameter.name).map(parameter.make)
    }
}
