package import Autodiff

/// Flattens all axes but the batch into one.
package struct FlattenLayer: LayerRules {
    package static let words = [LayerWord("flatten", "all axes but the batch, as one") { _ in .flatten }]

    package func output(for input: SampleShape) -> SampleShape { .features(input.count) }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(.copying(.reshape([lowering.batch, scope.shape.count])), [scope.input], as: scope[.output])
    }

    package var result: LayerResult { .entries }
}
