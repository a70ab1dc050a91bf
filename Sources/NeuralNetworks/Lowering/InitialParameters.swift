package import Autodiff

extension LoweredProblem {
    /// The initial values of the parameters, in the order of `parameters`: as given, or sampled.
    package func initialParameters() -> [Tensor] {
        var drawn: [Tape.ID: Tensor] = [:]
        draw(layers, followedBy: nil, into: &drawn)
        return parameters.map { problem.network.written[$0.name] ?? drawn[$0.id] ?? .zeros(tape[$0.id].shape) }
    }

    private func draw(_ layers: [LoweredLayer], followedBy after: Layer?, into drawn: inout [Tape.ID: Tensor]) {
        for (index, lowered) in layers.enumerated() {
            let next = index + 1 < layers.count ? layers[(index + 1)...].map(\.layer) : after.map { [$0] } ?? []
            draw(lowered.inner, followedBy: next.first, into: &drawn)
            for (parameter, id, name) in unwritten(of: lowered) {
                drawn[id] = draw(parameter, name, initializer: initializer(of: lowered) ?? next.suitableInitializer)
            }
        }
    }

    /// The parameters that the lesson does not give.
    private func unwritten(of lowered: LoweredLayer) -> [(declaration: ParameterDeclaration, id: Tape.ID, name: String)] {
        lowered.declarations.compactMap { parameter in
            let name = parameter.key.name(in: lowered.layer.name)
            guard problem.network.written[name] == nil, let id = lowered.parameters[parameter.key] else { return nil }
            return (parameter, id, name)
        }
    }

    /// The initializer that the lesson names for a layer's weights.
    private func initializer(of lowered: LoweredLayer) -> Initializer? { lowered.rules.initializer ?? problem.network.initializer }

    private func draw(_ parameter: ParameterDeclaration, _ name: String, initializer: Initializer) -> Tensor {
        let shape = parameter.shape
        switch parameter.start {
        case .constants(let constants):
            let block = shape.reduce(1, *) / constants.count
            return Tensor(shape: shape, scalars: constants.flatMap { repeatElement($0, count: block) })
        case .sampled(let matrices):
            var generator = Xoshiro(seed: problem.network.seed, stream: name)
            let matrix = parameter.shape(ofEach: matrices)
            return Tensor(shape: shape, scalars: (0..<matrices).flatMap { _ in initializer.draw(matrix, from: &generator).scalars })
        }
    }

    /// The cost of all steps together.
    var costOfSteps: Cost { Cost(of: tape, moving: trainables).repeated(problem.rule.steps) }

    /// The cost of one pass, and of sampling its parameters.
    package var cost: Cost { Cost(of: tape) + drawingCost(of: layers) }

    private func drawingCost(of layers: [LoweredLayer]) -> Cost {
        var cost = Cost()
        for lowered in layers {
            cost = cost + drawingCost(of: lowered.inner)
            guard let initializer = initializer(of: lowered) else { continue }
            for (parameter, _, _) in unwritten(of: lowered) {
                guard case .sampled(let matrices) = parameter.start else { continue }
                cost = cost + initializer.cost(parameter.shape(ofEach: matrices)).repeated(matrices)
            }
        }
        return cost
    }
}

extension ParameterDeclaration {
    /// The shape of each of several matrices, one below the other.
    fileprivate func shape(ofEach matrices: Int) -> [Int] { [shape[0] / matrices] + shape.dropFirst() }
}

extension [Layer] {
    /// The initializer before these layers where the lesson names none.
    fileprivate var suitableInitializer: Initializer { nextActivation?.prefersHe ?? false ? .heNormal : .xavierNormal }

    /// The next activation, skipping layers that only move, select or normalize entries.
    private var nextActivation: Activation? {
        for layer in self {
            switch layer.kind.rules.result {
            case .activation(let activation): return activation
            case .normalized, .entries, .dropped: continue
            case .weightedSums, .probabilities, .blockSum, .states, .embeddings, .attention: return nil
            }
        }
        return nil
    }
}
