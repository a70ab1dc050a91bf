package import Autodiff
import Forms

/// x·Wᵀ + b on the last axis.
package struct DenseLayer: Hashable, Sendable {
    package var units: Int
    package var hasBias: Bool
    /// Whether W is divided by its largest singular value (Miyato et al. 2018).
    package var spectralNorm: Bool
    package var initializer: Initializer?

    package init(units: Int, hasBias: Bool = true, spectralNorm: Bool = false, initializer: Initializer? = nil) {
        self.units = units
        self.hasBias = hasBias
        self.spectralNorm = spectralNorm
        self.initializer = initializer
    }
}

extension DenseLayer: LayerRules {
    package static let words = [
        LayerWord(
            "dense", "a fully connected layer", listed: "x·Wᵀ + b on the last axis", short: "units",
            keys: [
                LayerForms.units,
                .init("weight", .tensor, "[units, inputs]; sampled where it isn't written"),
                .init("bias", .either([.truth, .tensor]), "[units]; false: none; starts at 0"),
                LayerForms.initializerKey("how the weight is sampled"),
                .init("spectral-norm", .truth, .standard("false"), "whether W is divided by its largest singular value"),
            ]
        ) { written in
            let hasBias = written.truth("bias") ?? true
            let spectralNorm = written.fields.truth("spectral-norm") ?? false
            let initializer = written.initializer
            return written.fields.whole("units").map {
                .dense(DenseLayer(units: $0, hasBias: hasBias, spectralNorm: spectralNorm, initializer: initializer))
            }
        }
    ]

    package var sizes: [String] { ["units"] }

    package func output(for input: SampleShape) -> SampleShape { input.replacingLast(with: units) }

    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        let weight = ParameterDeclaration(.weight, [units, input.last], .sampled(), shapedBy: [.key("units"), .input])
        return hasBias ? [weight, ParameterDeclaration(.bias, [units], .constants([0]), shapedBy: [.key("units")])] : [weight]
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        var weight = scope[.weight]
        if spectralNorm {
            let largest = lowering.record(.singularValue(LargestSingularValue()), [weight], as: scope[.largestSingularValue])
            weight = lowering.record(.divideByScalar(DivideByScalar()), [weight, largest], as: scope[.normalizedWeight])
        }
        return lowering.record(.dense(Dense()), [scope.input, weight] + (hasBias ? [scope[.bias]] : []), as: scope[.output])
    }

    /// Two operands have gradients for each weight.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        Cost(products: [2, input.last, outputs].saturatingCount)
    }

    package var result: LayerResult { .weightedSums }
    package var link: LayerLink { .weights }
    package var isNumberable: Bool { !spectralNorm }
}
