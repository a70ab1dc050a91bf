package import Autodiff
import Forms

/// Looks up the row of each token.
package struct EmbeddingLayer: Hashable, Sendable {
    /// The length of a row.
    package var size: Int
    package var initializer: Initializer?

    package init(size: Int, initializer: Initializer? = nil) {
        self.size = size
        self.initializer = initializer
    }
}

extension EmbeddingLayer: LayerRules {
    package static let words = [
        LayerWord(
            "embedding", "the row of each token; the first layer, of an input {time, tokens}",
            keys: [
                .init("size", .whole(1...Limits.units), .required, "how many features a token gets"),
                .init("weight", .tensor, "[tokens, size]; sampled where it isn't written"),
                LayerForms.initializerKey("how the weight is sampled"),
            ]
        ) { written in
            let initializer = written.initializer
            return written.fields.whole("size").map { .embedding(EmbeddingLayer(size: $0, initializer: initializer)) }
        }
    ]

    package var sizes: [String] { ["size"] }
    package var takesTokens: Bool { true }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .tokens(let time, _) = input else {
            throw ShapeMismatch(found: "\(input)", expected: "tokens, right after input: {time: …, tokens: …}")
        }
        return .sequence(time: time, features: size)
    }

    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        guard case .tokens(_, let count) = input else { return [] }
        return [ParameterDeclaration(.weight, [count, size], .sampled(), shapedBy: [.input, .key("size")])]
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(.embedding(Embedding()), [scope.input, scope[.weight]], as: scope[.output])
    }

    package var result: LayerResult { .embeddings }
}

/// x + w, with a vector for each position of the sequence.
package struct PositionEmbeddingLayer: Hashable, Sendable {
    package var initializer: Initializer?

    package init(initializer: Initializer? = nil) { self.initializer = initializer }
}

extension PositionEmbeddingLayer: LayerRules {
    package static let words = [
        LayerWord(
            "position-embedding", "adds a vector for each place of a sequence",
            keys: [
                .init("weight", .tensor, "[time, features]; sampled where it isn't written"),
                LayerForms.initializerKey("how the weight is sampled"),
            ]
        ) { .positionEmbedding(PositionEmbeddingLayer(initializer: $0.initializer)) }
    ]

    package var passesShape: Bool { true }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        guard case .sequence = input else {
            throw ShapeMismatch(found: "\(input)", expected: "a sequence: input: {time: …, features: …}, or an embedding")
        }
        return input
    }

    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        [ParameterDeclaration(.weight, input.axes, .sampled(), shapedBy: [.input])]
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        lowering.record(.addToEachSample(AddToEachSample()), [scope.input, scope[.weight]], as: scope[.output])
    }

    package var result: LayerResult { .embeddings }
    package var link: LayerLink { .oneToOne }
}
