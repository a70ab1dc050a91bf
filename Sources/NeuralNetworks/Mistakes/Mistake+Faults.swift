import Autodiff

extension Mistake {
    /// The faults in a network's backward pass; nil where the mistake cannot be made there.
    func faults(in lowered: LoweredProblem) -> BackwardFaults? {
        let faults: BackwardFaults
        switch self {
        case .missingActivationDerivative:
            faults = lowered.faults(.passesOn) { if case .activation = $0.layer.kind { true } else { false } }
        case .derivativeAtOutput: faults = lowered.faults(.atOutput) { if case .activation = $0.layer.kind { true } else { false } }
        case .overwriteAtForks: faults = BackwardFaults(lost: lowered.lostAtForks)
        case .missingSkip: faults = BackwardFaults(lost: lowered.lostSkips)
        case .transposedWeight: faults = lowered.transposedWeights
        case .constantStatistics: faults = BackwardFaults(lost: lowered.lostStatistics)
        case .softmaxElementwise: faults = BackwardFaults(faults: lowered.softmaxes)
        case .sumForMean:
            let y = lowered.tape[lowered.output].shape
            faults = BackwardFaults(faults: [lowered.dataLoss: .scaled(lowered.problem.loss.divisor(for: y))])
        case .missingTwo:
            guard lowered.problem.loss.measure == .squaredError else { return nil }
            faults = BackwardFaults(faults: [lowered.dataLoss: .scaled(0.5)])
        case .undroppedBackward: faults = lowered.faults(.passesOn) { if case .dropout = $0.layer.kind { true } else { false } }
        case .wrongSign, .updatedWeights, .accumulatedGradients: return nil
        }
        return faults == BackwardFaults() ? nil : faults
    }

    /// The faults in an expression's backward pass; nil where the mistake cannot be made there.
    func faults(in lowered: LoweredProgram) -> BackwardFaults? {
        let faults: BackwardFaults
        switch self {
        case .missingActivationDerivative: faults = BackwardFaults(faults: lowered.functions(.passesOn))
        case .derivativeAtOutput: faults = BackwardFaults(faults: lowered.functions(.atOutput))
        case .overwriteAtForks: faults = BackwardFaults(lost: lowered.lostAtForks)
        case .missingSkip, .transposedWeight, .constantStatistics, .softmaxElementwise, .sumForMean, .missingTwo, .undroppedBackward,
            .wrongSign, .updatedWeights, .accumulatedGradients:
            return nil
        }
        return faults == BackwardFaults() ? nil : faults
    }
}

extension LoweredProgram {
    /// Every function of one argument; a minus sign is an operator.
    fileprivate func functions(_ fault: BackwardFaults.Fault) -> [Tape.ID: BackwardFaults.Fault] {
        tape.allIDs.reduce(into: [:]) { faults, id in
            guard case .result(.pointwise(let function), _) = tape[id].origin, function != .negate else { return }
            faults[id] = fault
        }
    }

    /// Within one operation the left operand's use comes first.
    fileprivate var lostAtForks: Set<BackwardFaults.Use> {
        tape.lost(of: tape.allIDs, result: result) { ForkUnit.use($1) }
    }
}

/// What counts as one use of a tensor at a fork.
private enum ForkUnit: Hashable {
    case use(BackwardFaults.Use)
    case operation(Tape.ID)
    /// All uses of a parameter in one time step of a recurrent layer.
    case step(LayerID, Int?)
    /// All operations of a layer, or those that split a tensor into parts, which is no fork.
    case layer(LayerID)
}

extension Tape {
    /// The uses that are lost where each tensor keeps only the first in the order of the forward pass.
    fileprivate func lost(
        of tensors: [ID], result: ID, _ unit: (_ tensor: ID, _ use: BackwardFaults.Use) -> ForkUnit
    ) -> Set<BackwardFaults.Use> {
        let isUsed = upstream(of: result)
        var uses: [ID: [BackwardFaults.Use]] = [:]
        for id in allIDs where isUsed[id.index] {
            guard case .result(let primitive, let operands) = self[id].origin else { continue }
            for (operand, tensor) in operands.enumerated() where primitive.rules.flows(to: operand) {
                uses[tensor, default: []].append(BackwardFaults.Use(id, operand: operand))
            }
        }
        var lost: Set<BackwardFaults.Use> = []
        for tensor in tensors {
            let units = (uses[tensor] ?? []).map { (use: $0, unit: unit(tensor, $0)) }
            guard let kept = units.first?.unit else { continue }
            lost.formUnion(units.filter { $0.unit != kept }.map(\.use))
        }
        return lost
    }
}

extension LoweredProblem {
    /// The same fault at the outputs of some layers that are single operations.
    fileprivate func faults(_ fault: BackwardFaults.Fault, where isMeant: (LoweredLayer) -> Bool) -> BackwardFaults {
        BackwardFaults(faults: Dictionary(layers.flattened.filter(isMeant).map { ($0.output, fault) }) { first, _ in first })
    }

    private var layersByID: [LayerID: LoweredLayer] { Dictionary(uniqueKeysWithValues: layers.flattened.map { ($0.id, $0) }) }

    /// Forks are the input, the layers' outputs, the states of recurrent layers, and the parameters: those of recurrent layers have one use
    /// a step, and weights with a penalty one more.
    fileprivate var lostAtForks: Set<BackwardFaults.Use> {
        let layers = layersByID
        let forks = tape.allIDs.filter { id in
            switch role(of: id) {
            case .input, .parameter, .given: true
            case .part(let part, _, _): part == .output || part == .hidden || part == .cell || layers.values.contains { $0.output == id }
            case .targets, .loss, .dataLoss, .penalty: false
            }
        }
        return tape.lost(of: forks, result: loss) { tensor, use in
            guard let id = role(of: use.operation).layer, let layer = layers[id] else { return .use(use) }
            if case .result(.copying, _) = tape[use.operation].origin { return .layer(id) }
            // All uses in any other layer count as one.
            guard layer.layer.kind.rules.hasSeveralUses else { return .layer(id) }
            if case .parameter = role(of: tensor) { return .step(id, role(of: use.operation).step) }
            return .operation(use.operation)
        }
    }

    fileprivate var lostSkips: Set<BackwardFaults.Use> {
        layers.flattened.reduce(into: []) { lost, layer in
            guard case .residual = layer.layer.kind else { return }
            if let projected = id(of: .projected, layer) {
                lost.insert(BackwardFaults.Use(projected, operand: 0))
            } else if case .result(_, let operands) = tape[layer.output].origin, let skipped = operands.firstIndex(of: layer.input) {
                lost.insert(BackwardFaults.Use(layer.output, operand: skipped))
            }
        }
    }

    /// Dense layers whose weight is square.
    fileprivate var transposedWeights: BackwardFaults {
        faults(.transposed) { layer in
            guard case .dense = layer.layer.kind, let weight = layer.parameters[.weight] else { return false }
            return tape[weight].shape[0] == tape[weight].shape[1]
        }
    }

    /// The statistics of a normalization.
    fileprivate var lostStatistics: Set<BackwardFaults.Use> {
        let layers = layersByID
        return tape.allIDs.reduce(into: []) { lost, id in
            guard let layer = role(of: id).layer.flatMap({ layers[$0] }), case .normalization = layer.layer.kind,
                case .result(_, let operands) = tape[id].origin, let part = role(of: id).part, part != .normalized, part != .output
            else { return }
            lost.formUnion(operands.indices.map { BackwardFaults.Use(id, operand: $0) })
        }
    }

    /// Every softmax except the one inside a loss.
    fileprivate var softmaxes: [Tape.ID: BackwardFaults.Fault] {
        tape.allIDs.reduce(into: [:]) { faults, id in if case .result(.softmax, _) = tape[id].origin { faults[id] = .diagonal } }
    }
}
