package import Autodiff

/// Softmax over the last axis.
package struct SoftmaxLayer: LayerRules {
    package static let words = [LayerWord("softmax", "of the last axis") { _ in .softmax }]

    package var passesShape: Bool { true }

    package func output(for input: SampleShape) -> SampleShape { input }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(.softmax(Softmax()), [scope.input], as: scope[.output])
    }

    package var result: LayerResult { .probabilities }
    package var isNumberable: Bool { true }
}
