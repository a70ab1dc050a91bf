import Autodiff

/// A layer by its number in the network: from 0, a residual block before the layers inside it.
package struct LayerID: Hashable, Sendable {
    package let index: Int
}

/// The role of an entry on a network's tape. The name is made from the role, and never parsed.
package enum Role: Hashable, Sendable {
    case input, targets
    /// The scalar that is differentiated, and, with a penalty, its two terms.
    case loss, dataLoss, penalty
    case parameter(ParameterKey, LayerID)
    /// A mask or an initial state that a lesson gives a layer.
    case given(GivenKey, LayerID)
    /// A value that a layer computes; of an unrolled layer at a time step from 1, or its initial state at step 0.
    case part(Part, LayerID, step: Int? = nil)

    package var layer: LayerID? {
        switch self {
        case .input, .targets, .loss, .dataLoss, .penalty: nil
        case .parameter(_, let layer), .given(_, let layer), .part(_, let layer, _): layer
        }
    }

    package var part: Part? {
        switch self {
        case .input, .targets, .loss, .dataLoss, .penalty, .parameter, .given: nil
        case .part(let part, _, _): part
        }
    }

    package var step: Int? {
        switch self {
        case .input, .targets, .loss, .dataLoss, .penalty, .parameter, .given: nil
        case .part(_, _, let step): step
        }
    }
}

/// A layer's output, or a value on the way to it.
package enum Part: Hashable, Sendable {
    case output
    // Normalization
    case mean, variance, meanSquare, normalized
    // Spectral normalization of a dense layer
    case largestSingularValue, normalizedWeight
    /// Attention: queries, keys and values; the scores before the softmax, the weights after it, and the weighted sum of the values.
    case query, key, value, scores, weights, context
    /// The input of a residual block, after its projection.
    case projected
    // A recurrent cell at one time step
    case stepInput
    /// The weighted sums of the input and of the previous state, and their sum: a gate's part, or nil for all of them.
    case fromInput(Gate?)
    case fromState(Gate?)
    case preActivation(Gate?)
    case gate(Gate)
    case hidden, cell
    /// The part of the old state that is kept, and the part of the new content that is written.
    case kept, written
    case squashedCell
    /// 1 − z, and the reset gate times the state's contribution to the candidate.
    case candidateShare, resetState
}

/// A block of rows of a recurrent layer's weights.
package enum Gate: Hashable, Sendable, CaseIterable {
    case input, forget, candidate, output, reset, update
}

extension Part: CaseIterable {
    package static var allCases: [Part] {
        [
            .output, .mean, .variance, .meanSquare, .normalized, .largestSingularValue, .normalizedWeight, .query, .key, .value, .scores,
            .weights, .context, .projected, .stepInput, .fromInput(nil), .fromState(nil), .preActivation(nil), .hidden, .cell, .kept,
            .written, .squashedCell, .candidateShare, .resetState,
        ] + Gate.allCases.flatMap { [.gate($0), .fromInput($0), .fromState($0), .preActivation($0)] }
    }
}

// MARK: Names

extension Gate {
    fileprivate var face: String {
        switch self {
        case .input: "input-gate"
        case .forget: "forget-gate"
        case .candidate: "candidate"
        case .output: "output-gate"
        case .reset: "reset-gate"
        case .update: "update-gate"
        }
    }
}

extension Part {
    /// The part in names: `forget-gate` in `lstm1.t3.forget-gate`; empty for the output, which has the layer's name.
    package var face: String {
        switch self {
        case .output: ""
        case .mean: "mean"
        case .variance: "variance"
        case .meanSquare: "mean-square"
        case .normalized: "normalized"
        case .largestSingularValue: "largest-singular-value"
        case .normalizedWeight: "normalized-weight"
        case .query: "query"
        case .key: "key"
        case .value: "value"
        case .scores: "scores"
        case .weights: "weights"
        case .context: "context"
        case .projected: "projected"
        case .stepInput: "input"
        case .fromInput(let gate): Self.face(gate, "from-input")
        case .fromState(let gate): Self.face(gate, "from-state")
        case .preActivation(let gate): Self.face(gate, "pre-activation")
        case .gate(let gate): gate.face
        case .hidden: "hidden"
        case .cell: "cell"
        case .kept: "kept"
        case .written: "written"
        case .squashedCell: "squashed-cell"
        case .candidateShare: "candidate-share"
        case .resetState: "reset-state"
        }
    }

    private static func face(_ gate: Gate?, _ part: String) -> String { gate.map { "\($0.face)-\(part)" } ?? part }

    /// How names are made. A test replaces it, to show that nothing depends on names.
    @TaskLocal package static var faces = Faces { $0.face }

    /// A structure holds the function, since a task-local value of function type crashes in optimized code of Swift 6.2.
    package struct Faces: Sendable {
        let face: @Sendable (Part) -> String

        package init(_ face: @escaping @Sendable (Part) -> String) { self.face = face }
    }
}

extension Role {
    /// The name of an entry, for people and JSON: `hidden.weight`, `lstm1.t3.forget-gate`.
    /// - Parameter layers: the layers' names, by their numbers.
    func name(_ layers: [String]) -> String {
        switch self {
        case .input: "input"
        case .targets: "targets"
        case .loss: "loss"
        case .dataLoss: "loss.data"
        case .penalty: "loss.penalty"
        case .parameter(let key, let layer): key.name(in: layers[layer.index])
        case .given(let key, let layer): key.name(in: layers[layer.index])
        case .part(let part, let layer, let step):
            ([layers[layer.index]] + (step.map { ["t\($0)"] } ?? []) + [Part.faces.face(part)]).filter { !$0.isEmpty }.joined(
                separator: ".")
        }
    }
}

extension ParameterKey {
    /// The name in lessons, and of the random stream of its initial values: `hidden.weight`.
    package func name(in layer: String) -> String { "\(layer).\(rawValue)" }
}

/// The role of each entry of a tape, and the entry of each role.
struct Roles: Hashable, Sendable {
    private var roles: [Role] = []
    private var ids: [Role: Tape.ID] = [:]

    subscript(id: Tape.ID) -> Role { roles[id.index] }
    subscript(role: Role) -> Tape.ID? { ids[role] }

    /// - Precondition: entries are appended in the order of the tape.
    mutating func append(_ role: Role, _ id: Tape.ID) {
        roles.append(role)
        ids[role] = id
    }

    /// Gives an entry a second role: a layer's output may be the output of its last step.
    mutating func alias(_ role: Role, for id: Tape.ID) { ids[role] = id }
}
