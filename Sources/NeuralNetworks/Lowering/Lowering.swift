package import Autodiff

extension TrainingProblem {
    /// Records the problem on a tape, layer by layer.
    /// - Throws: `CostExceeded` where the tape passes a limit, `ShapeMismatch` where the layers don't fit.
    package func lowered(_ mode: NormalizationMode = .batch) throws -> LoweredProblem {
        let batch = inputs.shape[0]
        var lowering = Lowering(batch: batch, mode: mode)
        let input = lowering.source(.input, as: .input, shape: [batch] + network.input.axes)
        let layers = try lowering.lower(network.layers, from: input, shape: network.input)
        let output = layers.last?.output ?? input
        let targets = lowering.source(.constant, as: .targets, shape: self.targets.tensor.shape)
        let weights = lowering.parameters.filter { $0.key.kind == .weight }.map(\.id)
        let loss: Tape.ID
        if l2 > 0, !weights.isEmpty {
            let data = lowering.record(.loss(self.loss.operation), [output, targets], as: .dataLoss)
            let penalty = lowering.record(.penalty(SquaredPenalty(lambda: l2)), weights, as: .penalty)
            loss = lowering.record(.pairwise(.add), [data, penalty], as: .loss)
        } else {
            loss = lowering.record(.loss(self.loss.operation), [output, targets], as: .loss)
        }
        try lowering.checkCost()
        let lowered = LoweredProblem(
            problem: self, tape: lowering.tape, input: input, targets: targets, output: output, loss: loss,
            parameters: lowering.parameters, layers: layers, roles: lowering.roles,
            initialStates: lowering.initialStates, batchStatistics: lowering.batchStatistics)
        try lowered.cost.checkTrace()
        return lowered
    }
}

extension Loss {
    package var operation: BatchLoss {
        switch self {
        case .halfSquaredError: .halfSquaredError
        case .meanSquaredError: .meanSquaredError
        case .crossEntropy: .crossEntropy
        case .binaryCrossEntropy: .binaryCrossEntropy
        }
    }
}

/// The tape while it grows.
struct Lowering {
    private(set) var tape = Tape()
    private(set) var roles = Roles()
    /// By the layers' numbers.
    private var names: [String] = []
    var parameters: [Parameter] = []
    var initialStates: [Tape.ID] = []
    var batchStatistics: [BatchStatistics] = []
    let batch: Int
    let mode: NormalizationMode

    init(batch: Int, mode: NormalizationMode) {
        self.batch = batch
        self.mode = mode
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

    /// Says that an entry is what a layer gives.
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
        let outputShape = try layer.output(for: shape)
        let number = LayerID(index: names.count)
        names.append(layer.name)
        // A residual's inner layers come first, so that parameters stand in the order of the data's way.
        var inner: [LoweredLayer] = []
        if case .residual(let residual) = layer.kind { inner = try lower(residual.layers, from: input, shape: shape) }
        var own: [ParameterKey: Tape.ID] = [:]
        for parameter in try layer.parameters(for: shape) {
            let id = source(.parameter, as: .parameter(parameter.key, number), shape: parameter.shape)
            parameters.append(Parameter(name: parameter.key.name(in: layer.name), id: id, key: parameter.key))
            own[parameter.key] = id
        }
        try checkCost()
        let scope = LayerScope(id: number, name: layer.name, input: input, shape: shape, parameters: own)
        let output: Tape.ID
        switch layer.kind {
        case .dense(let dense): output = lower(dense, scope)
        case .convolution(let convolution):
            output = record(
                .convolution(Convolution(stride: convolution.stride, padding: convolution.padding)),
                [input, scope[.weight]] + (convolution.hasBias ? [scope[.bias]] : []), as: scope[.output])
        case .flatten: output = record(.copying(.reshape([batch, shape.count])), [input], as: scope[.output])
        case .activation(let activation): output = record(.pointwise(activation), [input], as: scope[.output])
        case .softmax: output = record(.softmax(Softmax()), [input], as: scope[.output])
        case .normalization(let normalization): output = lower(normalization, scope)
        case .residual(let residual): output = lower(residual, inner: inner.last?.output ?? input, scope)
        case .recurrent(let recurrent): output = try lower(recurrent, scope)
        }
        try checkCost()
        return LoweredLayer(
            id: number, layer: layer, inputShape: shape, outputShape: outputShape, input: input, output: output,
            parameters: own, inner: inner)
    }

    func checkCost() throws(CostExceeded) {
        try Cost(of: tape).checkTrace()
    }
}

/// What a layer's rules see while it is lowered.
struct LayerScope {
    let id: LayerID
    let name: String
    let input: Tape.ID
    let shape: SampleShape
    let parameters: [ParameterKey: Tape.ID]

    subscript(key: ParameterKey) -> Tape.ID {
        guard let id = parameters[key] else { preconditionFailure("\(name) has no \(key.rawValue)") }
        return id
    }

    subscript(part: Part) -> Role { .part(part, id) }
}

extension Lowering {
    private mutating func lower(_ dense: DenseLayer, _ scope: LayerScope) -> Tape.ID {
        var weight = scope[.weight]
        if dense.spectralNorm {
            let largest = record(.singularValue(LargestSingularValue()), [weight], as: scope[.largestSingularValue])
            weight = record(.divideByScalar(DivideByScalar()), [weight, largest], as: scope[.normalizedWeight])
        }
        return record(.dense(Dense()), [scope.input, weight] + (dense.hasBias ? [scope[.bias]] : []), as: scope[.output])
    }

    private mutating func lower(_ residual: ResidualLayer, inner: Tape.ID, _ scope: LayerScope) -> Tape.ID {
        let skipped =
            residual.hasProjection
            ? record(.dense(Dense()), [scope.input, scope[.projection]], as: scope[.projected])
            : scope.input
        return record(.pairwise(.add), [skipped, inner], as: scope[.output])
    }

    private mutating func lower(_ normalization: NormalizationLayer, _ scope: LayerScope) -> Tape.ID {
        let grouping = normalization.grouping(batch: batch, of: scope.shape)
        let (mean, variance): (Tape.ID, Tape.ID)
        if normalization.kind == .batch, mode == .given {
            mean = source(.constant, as: scope[.mean], shape: grouping.statistics)
            variance = source(.constant, as: scope[.variance], shape: grouping.statistics)
        } else {
            mean = record(
                .mean(GroupMean(grouping: grouping.entries, statistics: grouping.statistics)), [scope.input], as: scope[.mean])
            variance = record(.variance(GroupVariance(grouping: grouping.entries)), [scope.input, mean], as: scope[.variance])
        }
        if normalization.kind == .batch {
            let entries = batch * scope.shape.count / grouping.statistics.reduce(1, *)
            batchStatistics.append(BatchStatistics(mean: mean, variance: variance, entries: entries))
        }
        let normalized = record(
            .normalize(Normalize(grouping: grouping.entries, epsilon: normalization.epsilon)),
            [scope.input, mean, variance], as: scope[.normalized])
        return record(
            .scaleAndShift(ScaleAndShift(inner: grouping.affineInner)),
            [normalized, scope[.scale], scope[.shift]], as: scope[.output])
    }
}

extension NormalizationLayer {
    /// Which entries of [batch, …shape] share statistics, the shape of the statistics, and how many neighbouring
    /// entries share scale and shift.
    package func grouping(
        batch: Int, of shape: SampleShape
    ) -> (entries: Grouping, statistics: [Int], affineInner: Int) {
        let axes = shape.axes
        let area = axes.dropFirst().reduce(1, *)
        switch kind {
        case .batch:
            if case .sequence(_, let features) = shape {
                return (.channels(count: features, inner: 1), [features], 1)
            }
            return (.channels(count: axes[0], inner: area), [axes[0]], area)
        case .layer:
            if case .sequence(let time, let features) = shape {
                return (.blocks(length: features), [batch, time], 1)
            }
            return (.blocks(length: shape.count), [batch], 1)
        case .instance: return (.blocks(length: area), [batch, axes[0]], area)
        case .group(let groups): return (.blocks(length: shape.count / groups), [batch, groups], area)
        }
    }
}
