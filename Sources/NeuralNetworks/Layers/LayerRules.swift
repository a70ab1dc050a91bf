package import Autodiff

/// What a layer must know: its words in a lesson, its shapes, its parameters, its operations, and the few facts that symbols, diagrams and
/// experiments ask about layers.
///
/// All of it stands in the layer's own file. Most requirements have a default that suits a layer of one operation without parameters.
package protocol LayerRules: Hashable, Sendable {
    /// How lessons write the layer: one word or several.
    static var words: [LayerWord] { get }

    /// What the layer makes of a sample.
    func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape

    /// The layer's own parameters, without those of layers inside it, for an input that `output(for:)` took.
    func parameters(for input: SampleShape) throws(ShapeMismatch) -> [ParameterDeclaration]

    /// What a lesson may give the layer beside parameters, for an input that `output(for:)` took.
    func givens(for input: SampleShape) -> [GivenDeclaration]

    /// The layers inside this one, which get the same input.
    var inner: [Layer] { get }

    /// What the layer itself says of how its weights are sampled.
    var initializer: Initializer? { get }

    /// Records the layer's operations. Those of the layers inside it are on the tape already.
    /// - Returns: the entry that is the layer's output.
    /// - Throws: `CostExceeded` where the tape passes a limit on the way.
    func lower(into lowering: inout Lowering, _ scope: LayerScope) throws -> Tape.ID

    /// The least that the operations cost beyond the output's scalars and the parameters, known before they are recorded.
    /// - Parameter outputs: how many scalars the output has, of the whole batch.
    func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost

    /// What the output is.
    var result: LayerResult { get }

    /// How a diagram links the output's units with the input's.
    var link: LayerLink { get }

    /// Whether the layer's scalars can be numbered through, as w₁, w₂ and so on.
    var isNumberable: Bool { get }

    /// Whether the samples of a batch depend on each other here.
    var mixesSamples: Bool { get }

    /// Whether the layer takes tokens, which are names and no amounts.
    var takesTokens: Bool { get }

    /// Whether the shape is that of the input, so that a message about it names what came before the layer.
    var passesShape: Bool { get }

    /// The keys of a lesson that set the output's shape. A message about the shape points at the first that is written.
    var sizes: [String] { get }

    /// What a lesson must say for the layer to have a parameter that it may have.
    func needed(for key: String) -> String

    /// What a message says after the layer's path where shapes don't fit.
    /// - Parameter inner: what comes out of the layers inside this one.
    func misfit(_ mismatch: ShapeMismatch, from input: KnownShape, inner: KnownShape?) -> String
}

extension LayerRules {
    package func parameters(for input: SampleShape) throws(ShapeMismatch) -> [ParameterDeclaration] { [] }
    package func givens(for input: SampleShape) -> [GivenDeclaration] { [] }
    package var inner: [Layer] { [] }
    package var initializer: Initializer? { nil }
    package func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost { Cost(products: outputs) }
    package var link: LayerLink { .allToAll }
    package var isNumberable: Bool { false }
    package var mixesSamples: Bool { false }
    package var takesTokens: Bool { false }
    package var passesShape: Bool { false }
    package var sizes: [String] { [] }
    package func needed(for key: String) -> String { "no \(key)" }

    package func misfit(_ mismatch: ShapeMismatch, from input: KnownShape, inner: KnownShape?) -> String {
        "gets \(mismatch.found), from \(input.origin)"
    }
}

/// What a layer's output is.
package enum LayerResult: Hashable, Sendable {
    /// Sums that weights lead to.
    case weightedSums
    case activation(Activation)
    case probabilities
    case normalized
    /// Vectors that stand for tokens or places.
    case embeddings
    /// The sum of what a block computes and what it skips.
    case blockSum
    /// What attention makes of a sequence.
    case attention(AttentionLayer)
    /// The states of a recurrent cell.
    case states(RecurrentLayer)
    /// Entries of the input, moved or picked.
    case entries
    /// Entries of the input, some of them dropped and the others scaled.
    case dropped

    /// Whether these are units of the layer's own, not the units before it, changed. Such a layer has weights and begins a level.
    package var isOwnUnits: Bool {
        switch self {
        case .weightedSums, .states, .embeddings, .attention: true
        case .activation, .probabilities, .normalized, .blockSum, .entries, .dropped: false
        }
    }
}

/// How a diagram links the units of a layer's output with those of its input.
package enum LayerLink: Hashable, Sendable {
    /// Every unit with every unit, by a weight.
    case weights
    case oneToOne
    /// Every unit with every unit, without a weight for each.
    case allToAll
    /// One to one with what the layers inside give, and around them with the input.
    case skip
}
