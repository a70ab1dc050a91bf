package import Autodiff
import Forms

/// Self-attention over a sequence (Vaswani et al. 2017).
package struct AttentionLayer: Hashable, Sendable {
    package enum Scale: Hashable, Sendable {
        /// 1/√size.
        case standard
        case number(Double)
    }

    package var heads: Int
    /// The size of a head's queries, keys and values; nil for the number of features divided by that of heads.
    package var size: Int?
    package var isCausal: Bool
    package var scale: Scale
    package var hasBias: Bool
    package var hasOutput: Bool
    package var initializer: Initializer?

    package init(
        heads: Int = 1, size: Int? = nil, isCausal: Bool = false, scale: Scale = .standard, hasBias: Bool = false, hasOutput: Bool = true,
        initializer: Initializer? = nil
    ) {
        self.heads = heads
        self.size = size
        self.isCausal = isCausal
        self.scale = scale
        self.hasBias = hasBias
        self.hasOutput = hasOutput
        self.initializer = initializer
    }
}

extension AttentionLayer: LayerRules {
    package static let words = [
        LayerWord(
            "attention", "self-attention over a sequence",
            keys: [
                .init("heads", .whole(1...Limits.units), .standard("1"), "how many attend side by side"),
                .init("size", .whole(1...Limits.units), "of a head's queries, keys and values; else features / heads"),
                .init("causal", .truth, .standard("false"), "whether later time steps are hidden"),
                .init(
                    "scale", .either([.truth, .number(.any)]),
                    "what scores are multiplied with: true, 1/√size; false, 1; or a number; else true"),
                .init("bias", .truth, .standard("false"), "whether the projections have biases"),
                .init("output", .truth, .standard("true"), "whether the heads' contexts are projected once more"),
                LayerForms.initializerKey("how the weights are sampled"),
            ] + projections.flatMap(\.keys)
        ) { written in
            let fields = written.fields
            let (heads, isCausal, hasBias) = (fields.whole("heads"), fields.truth("causal"), fields.truth("bias"))
            let hasOutput = fields.truth("output")
            let size = fields.has("size") ? fields.whole("size") : nil
            let (scale, initializer) = (scale(written), written.initializer)
            guard let heads, let isCausal, let hasBias, let hasOutput, let scale, size != nil || !fields.has("size") else { return nil }
            return .attention(
                AttentionLayer(
                    heads: heads, size: size, isCausal: isCausal, scale: scale, hasBias: hasBias, hasOutput: hasOutput,
                    initializer: initializer))
        }
    ]

    /// Nil where it is wrong.
    private static func scale(_ written: WrittenLayer) -> Scale? {
        guard let located = written.fields.located("scale") else { return .standard }
        if let isStandard = located.plainTruth { return isStandard ? .standard : .number(1) }
        guard case .scalar(let text, true) = located.value.content, WrittenNumber.isDecimal(text) else {
            written.findings.mismatch(located, expected: "true, false or a number")
            return nil
        }
        return written.findings.number(located).map { .number($0) }
    }

    /// One of the four weight matrices, with its bias.
    private struct Projection: Sendable {
        let weight, bias: ParameterKey
        var isOutput = false

        var keys: [Form.Key] {
            let rows = isOutput ? "features" : "heads·size"
            return [
                .init(weight.rawValue, .tensor, "[\(rows), \(isOutput ? "heads·size" : "features")]; sampled where it isn't written"),
                .init(bias.rawValue, .tensor, "[\(rows)], with bias: true; starts at 0"),
            ]
        }
    }

    private static let projections = [
        Projection(weight: .queryWeight, bias: .queryBias), Projection(weight: .keyWeight, bias: .keyBias),
        Projection(weight: .valueWeight, bias: .valueBias), Projection(weight: .outputWeight, bias: .outputBias, isOutput: true),
    ]

    package var sizes: [String] { ["size"] }
    package var passesShape: Bool { hasOutput }

    package func needed(for key: String) -> String {
        !hasOutput && Self.projections.contains { $0.isOutput && [$0.weight.rawValue, $0.bias.rawValue].contains(key) }
            ? "output: true" : "bias: true"
    }

    /// The size of one head for this number of features.
    package func size(for features: Int) -> Int { size ?? features / max(heads, 1) }

    /// The size of all heads together.
    private func width(for features: Int) -> Int { heads.saturatingTimes(size(for: features)) }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .sequence(let time, let features) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "a sequence: input: {time: …, features: …}, or an embedding")
        }
        guard size != nil || features % heads == 0 else {
            throw ShapeMismatch(
                found: "\(features) \(features == 1 ? "feature" : "features") for \(heads) heads",
                expected: "a multiple of the \(heads) heads, or a size")
        }
        guard width(for: features) <= Limits.units else {
            throw ShapeMismatch(
                found: "\(heads) heads of size \(size(for: features))",
                expected: "at most \(Limits.units.grouped) features in all heads together")
        }
        return .sequence(time: time, features: hasOutput ? features : width(for: features))
    }

    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        let (features, width) = (input.last, width(for: input.last))
        let sized: [ShapeReason] = [.key("heads"), .key("size"), .input]
        return Self.projections.filter { hasOutput || !$0.isOutput }.flatMap { projection in
            let shape = projection.isOutput ? [features, width] : [width, features]
            let weight = ParameterDeclaration(projection.weight, shape, .sampled(), shapedBy: sized)
            return hasBias ? [weight, ParameterDeclaration(projection.bias, [shape[0]], .constants([0]), shapedBy: sized)] : [weight]
        }
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        func operands(_ x: Tape.ID, _ weight: ParameterKey, _ bias: ParameterKey) -> [Tape.ID] {
            [x, scope[weight]] + (hasBias ? [scope[bias]] : [])
        }
        func project(_ weight: ParameterKey, _ bias: ParameterKey, _ part: Part) -> Tape.ID {
            lowering.record(.headProjection(HeadProjection(heads: heads)), operands(scope.input, weight, bias), as: scope[part])
        }
        let query = project(.queryWeight, .queryBias, .query)
        let key = project(.keyWeight, .keyBias, .key)
        let value = project(.valueWeight, .valueBias, .value)
        let factor: Double =
            switch scale {
            case .standard: 1 / Double(size(for: scope.shape.last)).squareRoot()
            case .number(let number): number
            }
        let scores = lowering.record(.attentionScores(AttentionScores(scale: factor)), [query, key], as: scope[.scores])
        let weights = lowering.record(.softmax(Softmax(isCausal: isCausal)), [scores], as: scope[.weights])
        let context = lowering.record(.attentionContext(AttentionContext()), [weights, value], as: scope[.context])
        if hasOutput { return lowering.record(.dense(Dense()), operands(context, .outputWeight, .outputBias), as: scope[.output]) }
        lowering.alias(scope[.output], for: context)
        return context
    }

    /// Every step attends to every other.
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost {
        let (time, width) = (input.axes[0], width(for: input.last))
        let squares = [batch, heads, time, time].saturatingCount
        let vectors = [batch, time, width].saturatingCount
        let projected = [vectors, 2, input.last, hasOutput ? 4 : 3].saturatingCount
        return Cost(
            scalars: squares.saturatingTimes(2).saturatingPlus(vectors.saturatingTimes(3)),
            products: projected.saturatingPlus([vectors, time, 4].saturatingCount).saturatingPlus(squares.saturatingTimes(time / 3)))
    }

    package var result: LayerResult { .attention(self) }
    package var hasSeveralUses: Bool { true }
}
