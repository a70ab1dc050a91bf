package import Autodiff

/// Tensors other than parameters that a lesson may give a layer and that no update changes, by their names in lessons.
package enum GivenKey: String, Hashable, Sendable, CaseIterable {
    /// 1 where a dropout keeps an entry, 0 where it drops it.
    case mask
    /// The state before the first time step of a recurrent layer.
    case initialState = "initial-state"
    case initialCell = "initial-cell"

    /// Whether the loss has a gradient with respect to it.
    package var isDifferentiable: Bool { self != .mask }

    /// Its name in lessons: `dropout1.mask`.
    package func name(in layer: String) -> String { "\(layer).\(rawValue)" }

    /// What a message says was expected in place of an invalid entry; nil for a valid one.
    func fault(_ entry: Double) -> String? { self == .mask && entry != 0 && entry != 1 ? "0 or 1" : nil }
}

/// A tensor that a lesson may give a layer: one for all samples, or with a batch axis in front one for each.
package struct GivenDeclaration: Hashable, Sendable {
    package let key: GivenKey
    /// The shape for one sample.
    package let shape: [Int]
    let shapedBy: [ShapeReason]

    init(_ key: GivenKey, _ shape: [Int], shapedBy: [ShapeReason]) {
        self.key = key
        self.shape = shape
        self.shapedBy = shapedBy
    }
}

/// The content of a source of a tape that is neither data nor a parameter.
enum LayerSource: Hashable, Sendable {
    case zeros
    /// The tensor that the lesson gives under this name.
    case written(String)
    /// Each entry is 0 with this probability, else 1, from the random stream of this name.
    case mask(String, rate: Double)
}

extension LoweredProblem {
    /// The values of the masks and the initial states of layers.
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
