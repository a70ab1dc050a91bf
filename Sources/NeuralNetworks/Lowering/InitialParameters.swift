package import Autodiff

extension LoweredProblem {
    /// The parameters' values before training, in the order of `parameters`: as written, or drawn.
    package func initialParameters() -> [Tensor] {
        var drawn: [Tape.ID: Tensor] = [:]
        draw(layers, followedBy: nil, into: &drawn)
        return parameters.map { problem.network.written[$0.name] ?? drawn[$0.id] ?? .zeros(tape[$0.id].shape) }
    }

    private func draw(_ layers: [LoweredLayer], followedBy after: Layer?, into drawn: inout [Tape.ID: Tensor]) {
        for (index, lowered) in layers.enumerated() {
            let next = index + 1 < layers.count ? layers[(index + 1)...].map(\.layer) : after.map { [$0] } ?? []
            draw(lowered.inner, followedBy: next.first, into: &drawn)
            for (key, id) in lowered.parameters {
                let name = key.name(in: lowered.layer.name)
                guard problem.network.written[name] == nil else { continue }
                drawn[id] = draw(key, shape: tape[id].shape, of: lowered.layer, followedBy: next, name: name)
            }
        }
    }

    /// One pass, and the parameters that are drawn for it.
    package var cost: Cost { Cost(of: tape) + drawingCost(of: layers) }

    private func drawingCost(of layers: [LoweredLayer]) -> Cost {
        var cost = Cost()
        for lowered in layers {
            cost = cost + drawingCost(of: lowered.inner)
            guard let initializer = lowered.layer.kind.initializer ?? problem.network.initializer else { continue }
            for (key, id) in lowered.parameters where key.kind == .weight {
                guard problem.network.written[key.name(in: lowered.layer.name)] == nil else { continue }
                let (shape, gates) = matrix(id, of: lowered.layer)
                cost = cost + initializer.cost(shape).repeated(gates)
            }
        }
        return cost
    }

    /// The shape that is drawn at a time, and how often: each gate is a matrix of its own.
    private func matrix(_ id: Tape.ID, of layer: Layer) -> (shape: [Int], count: Int) {
        let shape = tape[id].shape
        guard case .recurrent(let recurrent) = layer.kind else { return (shape, 1) }
        return ([recurrent.units] + shape.dropFirst(), recurrent.cell.blocks)
    }

    private func draw(
        _ key: ParameterKey, shape: [Int], of layer: Layer, followedBy next: [Layer], name: String
    ) -> Tensor {
        switch key {
        case .scale: return Tensor(repeating: 1, shape: shape)
        case .shift, .bias, .recurrentBias: return .zeros(shape)
        case .inputBias: return inputBias(of: layer, shape: shape)
        case .weight, .projection, .inputWeight, .recurrentWeight: break
        }
        let suitable: Initializer = next.nextActivation?.prefersHe ?? false ? .heNormal : .xavierNormal
        let initializer = layer.kind.initializer ?? problem.network.initializer ?? suitable
        var generator = Xoshiro(seed: problem.network.seed, stream: name)
        guard case .recurrent(let recurrent) = layer.kind else { return initializer.draw(shape, from: &generator) }
        // Each gate is a matrix of its own.
        let gate = [recurrent.units] + shape.dropFirst()
        return Tensor(
            shape: shape,
            scalars: (0..<recurrent.cell.blocks).flatMap { _ in initializer.draw(gate, from: &generator).scalars })
    }

    /// Zeros, but for what the lesson adds to a drawn forget or update gate's bias (Jozefowicz et al. 2015).
    private func inputBias(of layer: Layer, shape: [Int]) -> Tensor {
        var bias = Tensor.zeros(shape)
        guard case .recurrent(let recurrent) = layer.kind else { return bias }
        let extra: Double
        switch recurrent.cell {
        case .rnn: extra = 0
        case .lstm(let forgetBias): extra = forgetBias
        case .gru(let updateBias): extra = updateBias
        }
        guard extra != 0 else { return bias }
        for unit in recurrent.units..<2 * recurrent.units { bias.scalars[unit] = extra }
        return bias
    }
}

extension [Layer] {
    /// The activation that comes next, past what only moves or normalizes entries.
    var nextActivation: Activation? {
        for layer in self {
            switch layer.kind {
            case .activation(let activation): return activation
            case .normalization, .flatten: continue
            case .dense, .convolution, .softmax, .residual, .recurrent: return nil
            }
        }
        return nil
    }
}

extension Layer.Kind {
    /// What the layer itself says of how its weights are drawn.
    package var initializer: Initializer? {
        switch self {
        case .dense(let layer): layer.initializer
        case .convolution(let layer): layer.initializer
        case .residual(let layer): layer.initializer
        case .recurrent(let layer): layer.initializer
        case .flatten, .activation, .softmax, .normalization: nil
        }
    }
}
