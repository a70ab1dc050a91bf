package import Autodiff

/// The rules of a layer: its words in a lesson, its shapes, its parameters, its operations, and the few facts that symbols, diagrams and
/// experiments need about it.
///
/// All of them are in the layer's own file. Most have a default that suits a layer of one operation without parameters.
package protocol LayerRules: Hashable, Sendable {
    /// The layer's words in lessons, one or several.
    static var words: [LayerWord] { get }

    /// The shape of the output for one sample.
    func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape

    /// The layer's own parameters, without those of layers inside it, for an input that `output(for:)` accepts.
    func parameters(for input: SampleShape) throws(ShapeMismatch) -> [ParameterDeclaration]

    /// The tensors other than parameters that a lesson may give, for an input that `output(for:)` accepts.
    func givens(for input: SampleShape) -> [GivenDeclaration]

    /// The layers inside this one, which get the same input.
    var inner: [Layer] { get }

    /// The initializer that the lesson names for this layer.
    var initializer: Initializer? { get }

    /// Records the layer's operations. Those of the layers inside it are already on the tape.
    /// - Returns: the entry that is the layer's output.
    /// - Throws: `CostExceeded` where the tape grows beyond a limit.
    func lower(into lowering: inout Lowering, _ scope: LayerScope) throws -> Tape.ID

    /// A lower bound on the cost of the operations beyond the output's scalars and the parameters, known before they are recorded.
    /// - Parameter outputs: the number of scalars in the output, for the whole batch.
    func leastCost(of outputs: Int, from input: SampleShape, batch: Int) -> Cost

    /// What the output holds.
    var result: LayerResult { get }

    /// How a diagram links the units of the output with those of the input.
    var link: LayerLink { get }

    /// Whether the layer's weights can be numbered w₁, w₂ and so on.
    var isNumberable: Bool { get }

    /// Whether the output for one sample depends on the other samples of the batch.
    var mixesSamples: Bool { get }

    /// Whether it uses a tensor several times, as several layers would: a recurrent layer at each step, attention for query, key and value.
    var hasSeveralUses: Bool { get }

    /// The same layer dropping nothing; nil where there is nothing to drop.
    var keepingAll: Layer.Kind? { get }

    /// Whether the layer takes tokens, which are indices rather than quantities.
    var takesTokens: Bool { get }

    /// Whether the output has the shape of the input, so that a message about it names the layer before.
    var passesShape: Bool { get }

    /// The keys of a lesson that determine the output's shape. A message about the shape points at the first of them that is written.
    var sizes: [String] { get }

    /// What a lesson must say for the layer to have this optional parameter.
    func needed(for key: String) -> String

    /// The text of a message, after the layer's path, about shapes that do not fit.
    /// - Parameter inner: the output of the layers inside this one.
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
    package var hasSeveralUses: Bool { false }
    package var keepingAll: Layer.Kind? { nil }
    package var takesTokens: Bool { false }
    package var passesShape: Bool { false }
    package var sizes: [String] { [] }
    package func needed(for key: String) -> String { "no \(key)" }

    package func misfit(_ mismatch: ShapeMismatch, from input: KnownShape, inner: KnownShape?) -> String {
        "gets \(mismatch.found), from \(input.origin)"
    }
}

/// What a layer's output holds.
package enum LayerResult: Hashable, Sendable {
    /// Weighted sums of the input.
    case weightedSums
    case activation(Activation)
    case probabilities
    case normalized
    /// Vectors for tokens or positions.
    case embeddings
    /// The sum of a block's output and its skip connection.
    case blockSum
    /// The output of attention over a sequence.
    case attention(AttentionLayer)
    /// The states of a recurrent cell.
    case states(RecurrentLayer)
    /// Entries of the input, moved or selected.
    case entries
    /// Entries of the input, some of them dropped and the others scaled.
    case dropped

    /// Whether the layer has units of its own rather than modified ones of the layer before. Such a layer has weights and starts a new
    /// level.
    package var isOwnUnits: Bool {
        switch self {
        case .weightedSums, .states, .embeddings, .attention: true
        case .activation, .probabilities, .normalized, .blockSum, .entries, .dropped: false
        }
    }
}

/// How a diagram links the units of a layer's output with those of its input.
package enum LayerLink: Hashable, Sendable {
    /// Every unit with every unit, with one weight for each link.
    case weights
    case oneToOne
    /// Every unit with every unit, without a weight for each link.
    case allToAll
    /// One to one with the output of the layers inside, and by a skip connection with the input.
    case skip
}
