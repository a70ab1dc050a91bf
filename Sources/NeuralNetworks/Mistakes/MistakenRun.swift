package import Autodiff

/// What the gradients, the update and the loss after it are with a mistake, or without one.
package struct MistakenRun: Hashable, Sendable {
    /// Of the last step's trainables, before clipping.
    package let gradients: [Tensor]
    /// Nil without an optimizer.
    package let updated: [Tensor]?
    /// By the right forward pass.
    package let lossAfter: Double?
}

extension MistakenRun {
    /// - Returns: nil where the mistake has no place in the network.
    package init?(_ lowered: LoweredProblem, _ mistake: Mistake?) {
        guard let run = Self.withPass(lowered, mistake)?.run else { return nil }
        self = run
    }

    /// - Returns: nil where the mistake has no place in the expression.
    package init?(_ lowered: LoweredProgram, _ rule: UpdateRule, _ mistake: Mistake?) {
        guard let run = Self.withPass(lowered, rule, mistake)?.run else { return nil }
        self = run
    }

    /// With the last step's pass, whose contributions are as wrong as its gradients.
    package static func withPass(_ lowered: LoweredProblem, _ mistake: Mistake?) -> (run: MistakenRun, pass: Pass)? {
        let rule = lowered.problem.rule
        let faults = mistake.flatMap { $0.faults(in: lowered) }
        guard hasPlace(mistake, faults, rule) else { return nil }
        var isByLayer = false
        if mistake == .updatedWeights {
            if case .norm = rule.clipping { return nil }
            isByLayer = true
        }
        let blocks = isByLayer ? lowered.blocks : []
        return run(rule, lowered.trainables, lowered.tape, lowered.sources(), lowered.loss, mistake, faults) { values, stepper in
            isByLayer
                ? lowered.gradients(updating: blocks, values, &stepper)
                : (lowered.tape.gradients(of: lowered.loss, values: values, faults: faults), nil)
        }
    }

    package static func withPass(_ lowered: LoweredProgram, _ rule: UpdateRule, _ mistake: Mistake?) -> (run: MistakenRun, pass: Pass)? {
        let faults = mistake.flatMap { $0.faults(in: lowered) }
        guard mistake != .updatedWeights, hasPlace(mistake, faults, rule) else { return nil }
        return run(rule, lowered.trainables, lowered.tape, lowered.sources, lowered.result, mistake, faults) { values, _ in
            (lowered.tape.gradients(of: lowered.result, values: values, faults: faults), nil)
        }
    }

    private static func hasPlace(_ mistake: Mistake?, _ faults: BackwardFaults?, _ rule: UpdateRule) -> Bool {
        switch mistake {
        case nil: true
        case .wrongSign, .updatedWeights: rule.optimizer != nil
        case .accumulatedGradients: rule.steps > 1
        case .missingActivationDerivative, .derivativeAtOutput, .overwriteAtForks, .missingSkip, .transposedWeight, .constantStatistics,
            .softmaxElementwise, .sumForMean, .missingTwo, .undroppedBackward:
            faults != nil
        }
    }

    /// - Parameter differentiate: from the values of a forward pass, the gradients of all tensors; and the trainables after the step where that
    ///   is taken on the way.
    private static func run(
        _ rule: UpdateRule, _ trainables: [Trainable], _ tape: Tape, _ given: [Tape.ID: Tensor], _ result: Tape.ID, _ mistake: Mistake?,
        _ faults: BackwardFaults?, _ differentiate: ([Tensor], inout Stepper) -> (gradients: [Tensor], updated: [Tensor]?)
    ) -> (run: MistakenRun, pass: Pass)? {
        var stepper = Stepper(rule, trainables, tape)
        stepper.isReversed = mistake == .wrongSign
        var sources = given
        var gradients: [Tensor] = []
        var updated: [Tensor]?
        var pass: Pass?
        for step in 1...max(rule.steps, 1) {
            let values = tape.evaluate(sources)
            let found = differentiate(values, &stepper)
            let own = trainables.map { found.gradients[$0.id.index] }
            if mistake == .accumulatedGradients, !gradients.isEmpty {
                for place in own.indices { gradients[place].add(own[place]) }
            } else {
                gradients = own
            }
            updated = found.updated ?? stepper.step(from: trainables.map { values[$0.id.index] }, gradients: gradients).values
            if step == max(rule.steps, 1) {
                let early = found.updated.map { BackwardFaults(seen: Dictionary(zip(trainables.map(\.id), $0)) { first, _ in first }) }
                pass = Pass(tape, values: values, gradients: found.gradients, faults: faults ?? early, result: result)
            }
            guard let updated else { break }
            for (trainable, value) in zip(trainables, updated) { sources[trainable.id] = value }
        }
        let after = updated.map { _ in tape.evaluate(sources)[result.index].scalars[0] }
        return pass.map { (MistakenRun(gradients: gradients, updated: updated, lossAfter: after), $0) }
    }
}

extension LoweredProblem {
    /// The runs of neighbouring operations that belong to one layer, the last first.
    fileprivate var blocks: [(layer: LayerID?, range: Range<Int>)] {
        var blocks: [(layer: LayerID?, range: Range<Int>)] = []
        for index in (0...loss.index).reversed() {
            let id = Tape.ID(index: index)
            guard case .result = tape[id].origin else { continue }
            let layer = role(of: id).layer
            if let last = blocks.last, last.layer == layer {
                blocks[blocks.count - 1].range = index..<last.range.upperBound
            } else {
                blocks.append((layer, index..<index + 1))
            }
        }
        return blocks
    }

    /// Each layer's parameters are updated as soon as their gradients are known; what goes on to the layers below goes through the weights of then.
    fileprivate func gradients(
        updating blocks: [(layer: LayerID?, range: Range<Int>)], _ values: [Tensor], _ stepper: inout Stepper
    ) -> (gradients: [Tensor], updated: [Tensor]?) {
        var values = values
        var gradients = [Tensor?](repeating: nil, count: tape.entries.count)
        gradients[loss.index] = Tensor(1)
        stepper.begin()
        for block in blocks {
            let own = Set(parameters.filter { role(of: $0.id).layer == block.layer && block.layer != nil }.map(\.id))
            let before = gradients
            tape.differentiate(block.range, values: values, into: &gradients)
            guard !own.isEmpty else { continue }
            let found = own.map { ($0, gradients[$0.index]) }
            for (id, gradient) in found {
                guard let place = parameters.firstIndex(where: { $0.id == id }) else { continue }
                values[id.index] = stepper.step(place, from: values[id.index], gradient: gradient ?? .zeros(tape[id].shape))
            }
            gradients = before
            tape.differentiate(block.range, values: values, into: &gradients)
            for (id, gradient) in found { gradients[id.index] = gradient }
        }
        return (entriesOrZeros(gradients), parameters.map { values[$0.id.index] })
    }

    private func entriesOrZeros(_ gradients: [Tensor?]) -> [Tensor] {
        gradients.enumerated().map { $1 ?? .zeros(tape.entries[$0].shape) }
    }
}
