import Autodiff

/// A layer by its number in the network: from 0, a residual before the layers inside it.
package struct LayerID: Hashable, Sendable {
    package let index: Int
}

/// What an entry of a network's tape is. Its name is made from this, and nothing is read back out of the name.
package enum Role: Hashable, Sendable {
    case input, targets
    /// The scalar that is differentiated, and the two that it adds up where there is a penalty.
    case loss, dataLoss, penalty
    case parameter(ParameterKey, LayerID)
    /// What a lesson gives a layer beside its parameters.
    case given(GivenKey, LayerID)
    /// What a layer computes; of an unrolled layer at a time step from 1, or what it starts from, at step 0.
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

/// What a layer computes on the way to its output, and the output itself.
package enum Part: Hashable, Sendable {
    case output
    // Normalization
    case mean, variance, meanSquare, normalized
    // Spectral normalization of a dense layer
    case largestSingularValue, normalizedWeight
    /// Attention: what a time step looks for, is found by and hands on; how well they fit, before and after the softmax; and what it mixes.
    case query, key, value, scores, weights, context
    /// A residual's input, through its projection.
    case projected
    // A recurrent cell at one time step
    case stepInput
    /// What the weights make of the input and of the state before, and their sum: a gate's rows of it, or nil for all of them.
    case fromInput(Gate?)
    case fromState(Gate?)
    case preActivation(Gate?)
    case gate(Gate)
    case hidden, cell
    /// What is kept of the old state, and what is written of the new content.
    case kept, written
    case squashedCell
    /// 1 − z, and r times the state's part of the candidate.
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
    /// What stands for the part in names: `forget-gate` in `lstm1.t3.forget-gate`; nothing where the layer's name is the output's.
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

    /// By what names are made; a test replaces it, to show that names are a face only.
    @TaskLocal package static var faces = Faces { $0.face }

    /// A structure holds the function: a task's value whose type is a function's crashes in optimized code of Swift 6.2.
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
    /// As lessons write it, and as the stream of its initial numbers is called: `hidden.weight`.
    package func name(in layer: String) -> String { "\(layer).\(rawValue)" }
}

/// What each entry of a tape is, and where on the tape each role stands.
struct Roles: Hashable, Sendable {
    private var roles: [Role] = []
    private var ids: [Role: Tape.ID] = [:]

    subscript(id: Tape.ID) -> Role { roles[id.index] }
    subscript(role: Role) -> Tape.ID? { ids[role] }

    /// - Precondition: entries come in the order of the tape.
    mutating func append(_ role: Role, _ id: Tape.ID) {
        roles.append(role)
        ids[role] = id
    }

    /// Gives a second role to an entry: what a layer gives may be what its last step does.
    mutating func alias(_ role: Role, for id: Tape.ID) { ids[role] = id }
}
