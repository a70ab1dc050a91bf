package import Autodiff

/// The gradients, the update and the loss after it, with a mistake or without.
package struct MistakenRun: Hashable, Sendable {
    /// Of the trainables in the last step, before clipping.
    package let gradients: [Tensor]
    /// The same after clipping.
    package let clipped: [Tensor]
    /// Nil without an optimizer.
    package let updated: [Tensor]?
    /// The optimizer's state before the last step and after it.
    package let before, after: GradientTransform.State?
    /// By a correct forward pass.
    package let lossAfter: Double?
    /// The largest number that rounding may make of a gradient that is 0 in exact arithmetic.
    package let noise: Double
}

extension MistakenRun {
    /// - Parameter watch: sees the pass of each step, the first first; its contributions are as wrong as its gradients.
    /// - Returns: nil where one of the mistakes has no place in the network, or where they cannot be made together.
    package init?(_ lowered: LoweredProblem, _ mistakes: Set<Mistake>, watching watch: ((Pass) -> Void)? = nil) {
        let rule = lowered.problem.rule
        guard let faults = Self.faults(of: mistakes, rule, { $0.faults(in: lowered) }) else { return nil }
        var isByLayer = false
        if mistakes.contains(.updatedWeights) {
            if case .norm = rule.clipping { return nil }
            // Layer by layer the operations follow their rules.
            guard faults == BackwardFaults() else { return nil }
            isByLayer = true
        }
        let blocks = isByLayer ? lowered.blocks : []
        self.init(rule, lowered.trainables, lowered.tape, lowered.sources(), lowered.loss, mistakes, faults, watch) { values, stepper in
            isByLayer
                ? lowered.gradients(updating: blocks, values, &stepper)
                : (lowered.tape.gradients(of: lowered.loss, values: values, faults: faults), nil)
        }
    }

    /// - Returns: nil where one of the mistakes has no place in the expression, or where they cannot be made together.
    package init?(_ lowered: LoweredProgram, _ rule: UpdateRule, _ mistakes: Set<Mistake>, watching watch: ((Pass) -> Void)? = nil) {
        guard !mistakes.contains(.updatedWeights), let faults = Self.faults(of: mistakes, rule, { $0.faults(in: lowered) }) else {
            return nil
        }
        self.init(rule, lowered.trainables, lowered.tape, lowered.sources, lowered.result, mistakes, faults, watch) { values, _ in
            (lowered.tape.gradients(of: lowered.result, values: values, faults: faults), nil)
        }
    }

    /// Where the backward pass is wrong with all of the mistakes; nil where one has no place, or where two contradict each other.
    private static func faults(of mistakes: Set<Mistake>, _ rule: UpdateRule, _ faults: (Mistake) -> BackwardFaults?) -> BackwardFaults? {
        var all: BackwardFaults? = BackwardFaults()
        for mistake in mistakes {
            let own = faults(mistake)
            guard hasPlace(mistake, own, rule) else { return nil }
            all = own.map { all?.joined(with: $0) } ?? all
        }
        return all
    }

    private static func hasPlace(_ mistake: Mistake, _ faults: BackwardFaults?, _ rule: UpdateRule) -> Bool {
        switch mistake {
        case .wrongSign, .updatedWeights: rule.optimizer != nil
        case .accumulatedGradients: rule.steps > 1
        case .missingActivationDerivative, .derivativeAtOutput, .overwriteAtForks, .missingSkip, .transposedWeight, .constantStatistics,
            .softmaxElementwise, .sumForMean, .missingTwo, .undroppedBackward:
            faults != nil
        }
    }

    /// - Parameter differentiate: from the values of a forward pass, the gradients of all tensors, and, where the step is taken during the
    ///   backward pass, the trainables after it.
    private init(
        _ rule: UpdateRule, _ trainables: [Trainable], _ tape: Tape, _ given: [Tape.ID: Tensor], _ result: Tape.ID,
        _ mistakes: Set<Mistake>, _ faults: BackwardFaults, _ watch: ((Pass) -> Void)?,
        _ differentiate: ([Tensor], inout Stepper) -> (gradients: [Tensor], updated: [Tensor]?)
    ) {
        var stepper = Stepper(rule, trainables, tape)
        stepper.isReversed = mistakes.contains(.wrongSign)
        var sources = given
        var gradients: [Tensor] = []
        var (clipped, updated): ([Tensor], [Tensor]?) = ([], nil)
        var before: GradientTransform.State?
        var noise = 0.0
        for _ in 0..<max(rule.steps, 1) {
            let values = tape.evaluate(sources)
            before = stepper.state
            let found = differentiate(values, &stepper)
            let own = trainables.map { found.gradients[$0.id.index] }
            noise = max(noise, tape.noise(of: found.gradients, result: result))
            if let watch {
                var faults = faults
                for (trainable, value) in zip(trainables, found.updated ?? []) { faults.seen[trainable.id] = value }
                watch(Pass(tape, values: values, gradients: found.gradients, faults: faults, result: result))
            }
            if mistakes.contains(.accumulatedGradients), !gradients.isEmpty {
                for place in own.indices { gradients[place].add(own[place]) }
            } else {
                gradients = own
            }
            if found.updated == nil {
                (clipped, updated) = stepper.step(from: trainables.map { values[$0.id.index] }, gradients: gradients)
            } else {
                (clipped, updated) = (rule.clipping?.applied(to: gradients) ?? gradients, found.updated)
            }
            guard let updated else { break }
            for (trainable, value) in zip(trainables, updated) { sources[trainable.id] = value }
        }
        (self.gradients, self.clipped, self.updated) = (gradients, clipped, updated)
        (self.before, after, self.noise) = (before, stepper.state, noise)
        lossAfter = updated.map { _ in tape.evaluate(sources)[result.index].scalars[0] }
    }
}

extension LoweredProblem {
    /// The runs of neighbouring operations that belong to one layer, last first.
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

    /// Updates each layer's parameters as soon as their gradients are known; gradients for the layers below are propagated through the
    /// updated weights.
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
