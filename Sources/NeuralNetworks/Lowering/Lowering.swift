import Autodiff

extension TrainingProblem {
    /// Records the problem on a tape, layer by layer.
    /// - Throws: `CostExceeded` where the tape exceeds a limit, `ShapeMismatch` where the layers do not fit.
    package func lowered(_ mode: NormalizationMode = .batch) throws -> LoweredProblem {
        let batch = inputs.shape[0]
        var lowering = Lowering(batch: batch, mode: mode, written: network.written)
        // Tokens have no gradient.
        let source: Tape.Source = if case .tokens = network.input { .constant } else { .input }
        let input = lowering.source(source, as: .input, shape: [batch] + network.input.axes)
        let layers = try lowering.lower(network.layers, from: input, shape: network.input)
        let output = layers.last?.output ?? input
        let targets = self.targets.tensor.map { lowering.source(.constant, as: .targets, shape: $0.shape) }
        let compared = [output] + (targets.map { [$0] } ?? [])
        let weights = lowering.parameters.filter { $0.key.kind == .weight }.map(\.id)
        let loss: Tape.ID
        if l2 > 0, !weights.isEmpty {
            let data = lowering.record(.loss(self.loss), compared, as: .dataLoss)
            let penalty = lowering.record(.penalty(SquaredPenalty(lambda: l2)), weights, as: .penalty)
            loss = lowering.record(.pairwise(.add), [data, penalty], as: .loss)
        } else {
            loss = lowering.record(.loss(self.loss), compared, as: .loss)
        }
        try lowering.checkCost()
        let lowered = LoweredProblem(
            problem: self, tape: lowering.tape, input: input, targets: targets, output: output, loss: loss,
            parameters: lowering.parameters, layers: layers, roles: lowering.roles,
            layerSources: lowering.layerSources, batchStatistics: lowering.batchStatistics)
        try lowered.cost.checkTrace()
        if rule.steps > 1 { try lowered.costOfSteps.checkSteps() }
        return lowered
    }
}

/// The tape under construction.
package struct Lowering {
    private(set) var tape = Tape()
    private(set) var roles = Roles()
    /// By the layers' numbers.
    private var names: [String] = []
    var parameters: [Parameter] = []
    private(set) var layerSources: [Tape.ID: LayerSource] = [:]
    var batchStatistics: [BatchStatistics] = []
    let batch: Int
    let mode: NormalizationMode
    /// The tensors that the lesson gives, by `LAYER.KEY`.
    private let written: [String: Tensor]

    init(batch: Int, mode: NormalizationMode, written: [String: Tensor]) {
        self.batch = batch
        self.mode = mode
        self.written = written
    }

    mutating func source(_ source: Tape.Source, as role: Role, shape: [Int]) -> Tape.ID {
        let id = tape.source(source, name: role.name(names), shape: shape)
        roles.append(role, id)
        return id
    }

    mutating func record(_ primitive: Primitive, _ operands: [Tape.ID], as role: Role) -> Tape.ID {
        let id = tape.record(primitive, operands, name: role.name(names))
        roles.append(role, id)
        return id
    }

    /// Adds a source that is neither data nor a parameter.
    mutating func source(_ content: LayerSource, as role: Role, shape: [Int]) -> Tape.ID {
        let id = source(.constant, as: role, shape: shape)
        layerSources[id] = content
        return id
    }

    /// The tensor that a lesson gives a layer under a key; nil where it gives none.
    mutating func given(_ key: GivenKey, _ scope: LayerScope) -> Tape.ID? {
        let name = key.name(in: scope.name)
        guard let tensor = written[name] else { return nil }
        let id = source(key.isDifferentiable ? .input : .constant, as: .given(key, scope.id), shape: tensor.shape)
        layerSources[id] = .written(name)
        return id
    }

    /// Gives an entry a second role, that of a layer's output.
    mutating func alias(_ role: Role, for id: Tape.ID) {
        tape.alias(role.name(names), for: id)
        roles.alias(role, for: id)
    }

    mutating func lower(_ layers: [Layer], from input: Tape.ID, shape: SampleShape) throws -> [LoweredLayer] {
        var (at, shape) = (input, shape)
        var lowered: [LoweredLayer] = []
        for layer in layers {
            let next = try lower(layer, from: at, shape: shape)
            (at, shape) = (next.output, next.outputShape)
            lowered.append(next)
        }
        return lowered
    }

    private mutating func lower(_ layer: Layer, from input: Tape.ID, shape: SampleShape) throws -> LoweredLayer {
        let rules = layer.kind.rules
        let outputShape = try layer.output(for: shape)
        for given in rules.givens(for: shape) {
            guard let tensor = written[given.key.name(in: layer.name)] else { continue }
            guard tensor.shape == given.shape || tensor.shape == [batch] + given.shape else {
                throw ShapeMismatch(found: "\(tensor.shape)", expected: "\(given.shape) or \([batch] + given.shape)")
            }
        }
        let number = LayerID(index: names.count)
        names.append(layer.name)
        // The layers inside come first, so that parameters are in the order of the forward pass.
        let inner = try lower(rules.inner, from: input, shape: shape)
        let declarations = try rules.parameters(for: shape)
        var own: [ParameterKey: Tape.ID] = [:]
        for parameter in declarations {
            let id = source(.parameter, as: .parameter(parameter.key, number), shape: parameter.shape)
            parameters.append(Parameter(name: parameter.key.name(in: layer.name), id: id, key: parameter.key))
            own[parameter.key] = id
        }
        try checkCost()
        let scope = LayerScope(id: number, name: layer.name, input: input, shape: shape, parameters: own, inner: inner)
        let output = try rules.lower(into: &self, scope)
        try checkCost()
        return LoweredLayer(
            id: number, layer: layer, inputShape: shape, outputShape: outputShape, input: input, output: output,
            parameters: own, declarations: declarations, inner: inner)
    }

    func checkCost() throws(CostExceeded) {
        try Cost(of: tape).checkTrace()
    }
}

/// What a layer's rules know while it is lowered.
package struct LayerScope {
    let id: LayerID
    let name: String
    let input: Tape.ID
    let shape: SampleShape
    let parameters: [ParameterKey: Tape.ID]
    let inner: [LoweredLayer]

    subscript(key: ParameterKey) -> Tape.ID {
        guard let id = parameters[key] else { preconditionFailure("\(name) has no \(key.rawValue)") }
        return id
    }

    subscript(part: Part) -> Role { .part(part, id) }

    func role(of part: Part, step: Int) -> Role { .part(part, id, step: step) }
}
