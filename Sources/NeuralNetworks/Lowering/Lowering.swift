package import Autodiff

extension TrainingProblem {
    /// Records the problem on a tape, layer by layer.
    /// - Throws: `CostExceeded` where the tape passes a limit, `ShapeMismatch` where the layers don't fit.
    package func lowered(_ mode: NormalizationMode = .batch) throws -> LoweredProblem {
        let batch = inputs.shape[0]
        var lowering = Lowering(batch: batch, mode: mode)
        let input = lowering.tape.source(.input, name: "input", shape: [batch] + network.input.axes)
        let layers = try lowering.lower(network.layers, from: input, shape: network.input)
        let output = layers.last?.output ?? input
        let targets = lowering.tape.source(.constant, name: "targets", shape: self.targets.tensor.shape)
        let weights = lowering.parameters.filter { $0.role == .weight }.map(\.id)
        let loss: Tape.ID
        if l2 > 0, !weights.isEmpty {
            let data = lowering.tape.record(.loss(self.loss.operation), [output, targets], name: "loss.data")
            let penalty = lowering.tape.record(.penalty(SquaredPenalty(lambda: l2)), weights, name: "loss.penalty")
            loss = lowering.tape.record(.pairwise(.add), [data, penalty], name: "loss")
        } else {
            loss = lowering.tape.record(.loss(self.loss.operation), [output, targets], name: "loss")
        }
        try lowering.checkCost()
        let lowered = LoweredProblem(
            problem: self, tape: lowering.tape, input: input, targets: targets, output: output, loss: loss,
            parameters: lowering.parameters, layers: layers, initialStates: lowering.initialStates,
            batchStatistics: lowering.batchStatistics)
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
    var tape = Tape()
    var parameters: [Parameter] = []
    var initialStates: [Tape.ID] = []
    var batchStatistics: [BatchStatistics] = []
    let batch: Int
    let mode: NormalizationMode

    init(batch: Int, mode: NormalizationMode) {
        self.batch = batch
        self.mode = mode
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
        // A residual's inner layers come first, so that parameters stand in the order of the data's way.
        var inner: [LoweredLayer] = []
        if case .residual(let residual) = layer.kind { inner = try lower(residual.layers, from: input, shape: shape) }
        var own: [String: Tape.ID] = [:]
        for parameter in try layer.parameters(for: shape) {
            let name = "\(layer.name).\(parameter.key)"
            let id = tape.source(.parameter, name: name, shape: parameter.shape)
            parameters.append(Parameter(name: name, id: id, role: parameter.role))
            own[parameter.key] = id
        }
        try checkCost()
        let scope = LayerScope(name: layer.name, input: input, shape: shape, parameters: own)
        let output: Tape.ID
        switch layer.kind {
        case .dense(let dense): output = lower(dense, scope)
        case .convolution(let convolution):
            output = tape.record(
                .convolution(Convolution(stride: convolution.stride, padding: convolution.padding)),
                [input, scope["weight"]] + (convolution.hasBias ? [scope["bias"]] : []), name: layer.name)
        case .flatten: output = tape.record(.copying(.reshape([batch, shape.count])), [input], name: layer.name)
        case .activation(let activation): output = tape.record(.pointwise(activation), [input], name: layer.name)
        case .softmax: output = tape.record(.softmax(Softmax()), [input], name: layer.name)
        case .normalization(let normalization): output = lower(normalization, scope)
        case .residual(let residual): output = lower(residual, inner: inner.last?.output ?? input, scope)
        case .recurrent(let recurrent): output = try lower(recurrent, scope)
        }
        try checkCost()
        return LoweredLayer(
            layer: layer, inputShape: shape, outputShape: outputShape, input: input, output: output,
            parameters: own, inner: inner)
    }

    func checkCost() throws(CostExceeded) {
        try Cost(of: tape).checkTrace()
    }
}

/// What a layer's rules see while it is lowered.
struct LayerScope {
    let name: String
    let input: Tape.ID
    let shape: SampleShape
    let parameters: [String: Tape.ID]

    subscript(key: String) -> Tape.ID {
        guard let id = parameters[key] else { preconditionFailure("\(name) has no \(key)") }
        return id
    }
}

extension Lowering {
    private mutating func lower(_ dense: DenseLayer, _ scope: LayerScope) -> Tape.ID {
        var weight = scope["weight"]
        if dense.spectralNorm {
            let largest = tape.record(
                .singularValue(LargestSingularValue()), [weight], name: "\(scope.name).largest-singular-value")
            weight = tape.record(
                .divideByScalar(DivideByScalar()), [weight, largest], name: "\(scope.name).normalized-weight")
        }
        return tape.record(
            .dense(Dense()), [scope.input, weight] + (dense.hasBias ? [scope["bias"]] : []), name: scope.name)
    }

    private mutating func lower(_ residual: ResidualLayer, inner: Tape.ID, _ scope: LayerScope) -> Tape.ID {
        let skipped =
            residual.hasProjection
            ? tape.record(.dense(Dense()), [scope.input, scope["projection"]], name: "\(scope.name).projected")
            : scope.input
        return tape.record(.pairwise(.add), [skipped, inner], name: scope.name)
    }

    private mutating func lower(_ normalization: NormalizationLayer, _ scope: LayerScope) -> Tape.ID {
        let grouping = normalization.grouping(batch: batch, of: scope.shape)
        let (meanName, varianceName) = ("\(scope.name).mean", "\(scope.name).variance")
        let (mean, variance): (Tape.ID, Tape.ID)
        if normalization.kind == .batch, mode == .given {
            mean = tape.source(.constant, name: meanName, shape: grouping.statistics)
            variance = tape.source(.constant, name: varianceName, shape: grouping.statistics)
        } else {
            mean = tape.record(
                .mean(GroupMean(grouping: grouping.entries, statistics: grouping.statistics)), [scope.input], name: meanName)
            variance = tape.record(
                .variance(GroupVariance(grouping: grouping.entries)), [scope.input, mean], name: varianceName)
        }
        if normalization.kind == .batch {
            let entries = batch * scope.shape.count / grouping.statistics.reduce(1, *)
            batchStatistics.append(BatchStatistics(mean: mean, variance: variance, entries: entries))
        }
        let normalized = tape.record(
            .normalize(Normalize(grouping: grouping.entries, epsilon: normalization.epsilon)),
            [scope.input, mean, variance], name: "\(scope.name).normalized")
        return tape.record(
            .scaleAndShift(ScaleAndShift(inner: grouping.affineInner)),
            [normalized, scope["scale"], scope["shift"]], name: scope.name)
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
