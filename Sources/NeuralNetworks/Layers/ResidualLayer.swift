package import Autodiff
import Forms

/// x + F(x), or x·Pᵀ + F(x) (He et al. 2016).
package struct ResidualLayer: Hashable, Sendable {
    package var layers: [Layer]
    package var hasProjection: Bool
    package var initializer: Initializer?

    package init(layers: [Layer], hasProjection: Bool = false, initializer: Initializer? = nil) {
        self.layers = layers
        self.hasProjection = hasProjection
        self.initializer = initializer
    }
}

extension ResidualLayer: LayerRules {
    package static let words = [
        LayerWord(
            "residual", "a residual block", listed: "x + F(x), or x·Pᵀ + F(x)",
            keys: [
                .init("layers", .layers, .required, "F, the layers that are not skipped"),
                .init(
                    "projection", .either([.truth, .tensor]), "P [outputs, inputs]; true: one is sampled; needed where the shapes differ"),
                LayerForms.initializerKey("how the projection is sampled"),
            ]
        ) { written in
            let hasProjection = written.fields.has("projection") && written.truth("projection") != false
            guard written.fields.has("layers") else { return nil }
            return .residual(ResidualLayer(layers: written.inner, hasProjection: hasProjection, initializer: written.initializer))
        }
    ]

    package var inner: [Layer] { layers }
    package var passesShape: Bool { !hasProjection }
    package var sizes: [String] { ["projection"] }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        var shape = input
        for layer in layers { shape = try layer.output(for: shape) }
        let skipped = hasProjection ? input.replacingLast(with: shape.last) : input
        guard skipped == shape else {
            throw ShapeMismatch(
                found: "\(input) in, \(shape) out of the inner layers",
                expected: hasProjection
                    ? "shapes that differ in the last axis only"
                    : "the same shape on both ways, or a projection")
        }
        return shape
    }

    package func misfit(_ mismatch: ShapeMismatch, from input: KnownShape, inner: KnownShape?) -> String {
        guard let inner else { return "gets \(mismatch.found), from \(input.origin)" }
        return "adds \(input.shape) from \(input.origin) to \(inner.shape) from \(inner.origin)"
    }

    package func parameters(for input: SampleShape) throws(ShapeMismatch) -> [ParameterDeclaration] {
        guard hasProjection else { return [] }
        let output = try output(for: input)
        return [ParameterDeclaration(.projection, [output.last, input.last], .sampled(), shapedBy: [.inner, .input])]
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        let inner = scope.inner.last?.output ?? scope.input
        let skipped =
            hasProjection
            ? lowering.record(.dense(Dense()), [scope.input, scope[.projection]], as: scope[.projected])
            : scope.input
        return lowering.record(.pairwise(.add), [skipped, inner], as: scope[.output])
    }

    /// Two terms for each scalar, or the products of the projection.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        Cost(products: [2, hasProjection ? input.last : 1, outputs].saturatingCount)
    }

    package var result: LayerResult { .blockSum }
    package var keepingAll: Layer.Kind? {
        var layer = self
        layer.layers = layers.map(\.keepingAll)
        return .residual(layer)
    }
    package var link: LayerLink { .skip }
    package var isNumberable: Bool { true }
}
