package import Autodiff
import Forms

/// Sets some entries to 0 and divides the others by the probability of being kept (Srivastava et al. 2014).
package struct DropoutLayer: Hashable, Sendable {
    /// The probability that an entry is dropped, below 1.
    package var rate: Double

    package init(rate: Double = 0.5) { self.rate = rate }
}

extension DropoutLayer: LayerRules {
    package static let words = [
        LayerWord(
            "dropout", "a dropout layer", listed: "drops entries by a mask and scales the others by 1/(1 − rate)",
            keys: [
                .init("rate", .number(.fraction), .standard("0.5"), "the probability that an entry is dropped"),
                .init("mask", .tensor, "0 and 1, of a sample's shape or with the batch before it; sampled where it isn't written"),
            ]
        ) { written in written.fields.number("rate").map { .dropout(DropoutLayer(rate: $0)) } }
    ]

    package var passesShape: Bool { true }

    package func output(for input: SampleShape) -> SampleShape { input }

    package func givens(for input: SampleShape) -> [GivenDeclaration] { [GivenDeclaration(.mask, input.axes, shapedBy: [.input])] }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        let mask =
            lowering.given(.mask, scope)
            ?? lowering.source(
                .mask(GivenKey.mask.name(in: scope.name), rate: rate), as: .given(.mask, scope.id),
                shape: [lowering.batch] + scope.shape.axes)
        return lowering.record(.dropout(Dropout(rate: rate)), [scope.input, mask], as: scope[.output])
    }

    package var result: LayerResult { .dropped }
    /// One at the rate 0 passes everything on.
    package var keepingAll: Layer.Kind? { .dropout(DropoutLayer(rate: 0)) }
    package var link: LayerLink { .oneToOne }
    package var isNumberable: Bool { true }
}
