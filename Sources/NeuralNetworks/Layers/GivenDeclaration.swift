package import Autodiff

/// Numbers beside the parameters that a lesson may give a layer, and that no update changes; by the word that lessons have for them.
package enum GivenKey: String, Hashable, Sendable, CaseIterable {
    /// 1 where a dropout keeps an entry, 0 where it drops it.
    case mask
    /// What a recurrent layer starts from.
    case initialState = "initial-state"
    case initialCell = "initial-cell"

    /// Whether the loss has a gradient with respect to it.
    package var isDifferentiable: Bool { self != .mask }

    /// As lessons write it: `dropout1.mask`.
    package func name(in layer: String) -> String { "\(layer).\(rawValue)" }

    /// What a message says of an entry that can't be; nil where it can.
    func fault(_ entry: Double) -> String? { self == .mask && entry != 0 && entry != 1 ? "0 or 1" : nil }
}

/// What a layer may be given: numbers for all samples alike, or with the batch before them for each its own.
package struct GivenDeclaration: Hashable, Sendable {
    package let key: GivenKey
    /// Of one sample.
    package let shape: [Int]
    let shapedBy: [ShapeReason]

    init(_ key: GivenKey, _ shape: [Int], shapedBy: [ShapeReason]) {
        self.key = key
        self.shape = shape
        self.shapedBy = shapedBy
    }
}

/// What a source of a tape holds that is neither data nor a parameter.
enum LayerSource: Hashable, Sendable {
    case zeros
    /// As the lesson has it, under this name.
    case written(String)
    /// Each entry 0 with this probability, else 1, in a stream of this name.
    case mask(String, rate: Double)
}

extension LoweredProblem {
    /// The values of what layers are given, and of what they start from.
    package func layerSourceValues() -> [Tape.ID: Tensor] {
        var tensors: [Tape.ID: Tensor] = [:]
        for (id, source) in layerSources { tensors[id] = tensor(of: source, shape: tape[id].shape) }
        return tensors
    }

    private func tensor(of source: LayerSource, shape: [Int]) -> Tensor {
        switch source {
        case .zeros: return .zeros(shape)
        case .written(let name): return problem.network.written[name] ?? .zeros(shape)
        case .mask(let name, let rate):
            var generator = Xoshiro(seed: problem.network.seed, stream: name)
            return Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in generator.uniform() < rate ? 0 : 1 })
        }
    }
}
