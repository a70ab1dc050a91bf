import Autodiff
import NeuralNetworks
import Notation
package import Traces

/// How finely a trace is explained.
package enum Granularity: String, Hashable, Sendable, CaseIterable {
    /// One step for each scalar.
    case weight
    /// One step for each unit: the weights that lead to it together.
    case unit
    /// One step for each tensor.
    case layer
}

extension Trace {
    /// The explanation of the trace: forward, the loss, backward, and the update if there is one.
    /// - Parameters:
    ///   - granularity: nil for the finest with at most 60 steps.
    ///   - sample: the sample of the batch whose units are explained, from 0; parameters sum over all samples. If the batch is
    ///     normalized together, all samples are explained.
    ///   - only: the units explained one by one; nil for all.
    package func steps(
        by granularity: Granularity? = nil, sample: Int = 0, notation: NotationStyle = .automatic,
        only chosen: UnitSelection? = nil
    ) -> [Step] {
        sequence(by: granularity, sample: sample, Storyteller(self, notation: notation, only: chosen)).steps()
    }

    /// How many steps that makes, in much less time.
    package func stepCount(by granularity: Granularity? = nil, sample: Int = 0, only chosen: UnitSelection? = nil) -> Int {
        sequence(by: granularity, sample: sample, Storyteller(self, only: chosen)).count
    }

    private func sequence(by granularity: Granularity?, sample: Int, _ teller: Storyteller) -> StepSequence {
        if let granularity { return StepSequence(teller, granularity, sample) }
        let most = 60
        for finest in [Granularity.weight, .unit] {
            let sequence = StepSequence(teller, finest, sample)
            if sequence.count <= most { return sequence }
        }
        return StepSequence(teller, .layer, sample)
    }
}

/// The order of the steps, and which scalars share a step.
struct StepSequence {
    private let teller: Storyteller
    private let granularity: Granularity
    private let sample: Int
    private let tellsAllSamples: Bool
    /// The number of scalars that a step explains one by one.
    private let mostFindings = 6

    init(_ teller: Storyteller, _ granularity: Granularity, _ sample: Int) {
        self.teller = teller
        self.granularity = granularity
        self.sample = sample
        tellsAllSamples = teller.trace.lowered?.layers.contains(where: \.mixesSamples) ?? true
    }
}

extension StepSequence {
    private var trace: Trace { teller.trace }
    private var tape: Tape { trace.tape }

    private enum Part: Hashable {
        case value, gradient, clipping
        case memory(Optimizer.Memory)
        case update
    }

    /// The tensors in the order of their steps.
    private func plan() -> [(part: Part, tensor: Tape.ID)] {
        let results = tape.allIDs.filter {
            guard case .result = tape[$0].origin else { return false }
            return !teller.isNamelessCopy($0)
        }
        var plan: [(Part, Tape.ID)] = results.map { (.value, $0) }
        for id in backwardOrder() { plan.append((.gradient, id)) }
        if trace.rule.clipping != nil { plan += trace.parameters.map { (.clipping, $0) } }
        for id in trace.parameters where trace.place(ofUpdated: id) != nil {
            plan += teller.toldMemories.map { (.memory($0), id) }
            plan.append((.update, id))
        }
        return plan
    }

    /// The number of steps, without making them.
    var count: Int { plan().reduce(teller.clipsByNorm ? 1 : 0) { $0 + groupCount($1.part, $1.tensor) } }

    private func groupCount(_ part: Part, _ id: Tape.ID) -> Int {
        guard teller.chosen == nil else { return groups(part, id).count }
        let scalars = scalars(id).count
        if scalars == 0 { return 0 }
        if part == .clipping || granularity == .layer { return 1 }
        let shape = tape[id].shape
        return granularity == .unit && isParameter(id) && shape.count > 1 ? shape[0] : scalars
    }

    private func isParameter(_ id: Tape.ID) -> Bool { tape[id].origin == .source(.parameter) }

    /// The scalars of a tensor that are explained; in a batch, those of one sample.
    private func scalars(_ id: Tape.ID) -> Range<Int> {
        let shape = tape[id].shape
        let count = shape.reduce(1, *)
        guard !isParameter(id), !tellsAllSamples, let batch = trace.lowered?.problem.inputs.shape[0], batch > 1,
            shape.first == batch, !isShared(id)
        else { return 0..<count }
        let each = count / batch
        return sample * each..<(sample + 1) * each
    }

    /// Whether it is an initial state that all samples share.
    private func isShared(_ id: Tape.ID) -> Bool {
        if case .given = trace.role(of: id) { tape[id].shape.count == 1 } else { false }
    }

    /// From the result back; a parameter follows the first of the operations that use it.
    private func backwardOrder() -> [Tape.ID] {
        var after: [Int: [Tape.ID]] = [:]
        var unused: [Tape.ID] = []
        for id in trace.differentiable {
            if let first = teller.uses(of: id).first { after[first.index, default: []].append(id) } else { unused.append(id) }
        }
        var order: [Tape.ID] = []
        for id in tape.allIDs.reversed() {
            guard case .result = tape[id].origin else { continue }
            if id != trace.pass.result, !teller.isNamelessCopy(id) { order.append(id) }
            order += after[id.index] ?? []
        }
        return order + unused
    }

    /// The scalars of a tensor, grouped by step.
    private func groups(_ part: Part, _ id: Tape.ID) -> [[ScalarID]] {
        let shape = tape[id].shape
        let all = scalars(id).map { ScalarID(id, $0) }.filter(teller.isTold)
        if part == .clipping { return all.isEmpty ? [] : [all] }
        switch granularity {
        case .weight: return all.map { [$0] }
        case .layer: return all.isEmpty ? [] : [all]
        case .unit:
            guard isParameter(id), shape.count > 1 else { return all.map { [$0] } }
            let row = shape.dropFirst().reduce(1, *)
            // The scalars are in order, so that those of a unit are neighbours.
            return all.reduce(into: [[ScalarID]]()) { units, scalar in
                if let last = units.last?.last, last.index / row == scalar.index / row {
                    units[units.count - 1].append(scalar)
                } else {
                    units.append([scalar])
                }
            }
        }
    }
}

extension StepSequence {
    func steps() -> [Step] {
        var toldNorm = false
        var toldParts: Set<Part> = []
        return plan().flatMap { part, tensor in
            let groups = groups(part, tensor)
            // What holds for the whole tensor is said with its last scalar, the reason with the first.
            var steps = groups.enumerated().compactMap { index, group in
                let speaksOfAll = part != .value && part != .gradient
                let isFirst = speaksOfAll ? toldParts.insert(part).inserted : index == 0
                return step(part, group, isFirst: isFirst, isLast: index == groups.count - 1)
            }
            if part == .clipping, !toldNorm, let norm = teller.normStep {
                steps.insert(norm, at: 0)
                toldNorm = true
            }
            return steps
        }
    }

    private func step(_ part: Part, _ group: [ScalarID], isFirst: Bool, isLast: Bool) -> Step? {
        guard let first = group.first else { return nil }
        let told = group.count > mostFindings ? group.prefix(mostFindings - 1) : group[...]
        let isGroup = group.count > 1
        switch part {
        case .value:
            return Step(
                phase: isLoss(first.tensor) ? .loss : .forward,
                question: teller.question(value: group), findings: told.map(teller.finding),
                omitted: group.count - told.count, tensor: first.tensor,
                matrixForm: isLast ? teller.matrixForm(value: first.tensor) : nil, notation: teller.symbols.notation,
                sentence: { teller.sentence(value: first, isFirst: isFirst, isGroup: isGroup, $0) })
        case .gradient:
            return Step(
                phase: .backward, question: teller.question(gradient: group),
                findings: told.map(teller.gradientFinding), omitted: group.count - told.count, tensor: first.tensor,
                matrixForm: isLast ? teller.matrixForm(gradient: first.tensor) : nil, notation: teller.symbols.notation,
                sentence: { _ in teller.sentence(gradient: first, isFirst: isFirst) })
        case .clipping:
            return Step(
                phase: .backward, question: teller.question(clipped: group),
                findings: told.compactMap(teller.clippedFinding), omitted: group.count - told.count, tensor: first.tensor,
                notation: teller.symbols.notation, sentence: { _ in teller.clippingSentence(first.tensor, isFirst: isFirst) })
        case .memory(let memory):
            return Step(
                phase: .update, question: teller.question(memory, of: group),
                findings: told.compactMap { teller.finding(memory, of: $0) }, omitted: group.count - told.count, tensor: first.tensor,
                notation: teller.symbols.notation, sentence: { _ in teller.sentence(memory, of: first.tensor, isFirst: isFirst) })
        case .update:
            return Step(
                phase: .update, question: teller.question(update: group),
                findings: told.compactMap(teller.updateFinding), omitted: group.count - told.count, tensor: first.tensor,
                notation: teller.symbols.notation,
                sentence: { _ in
                    isFirst || isGroup ? teller.updateSentence(of: first.tensor, isFirst: isFirst) : teller.updateSentence(first)
                })
        }
    }

    /// The loss, and the tensors that only the loss depends on.
    private func isLoss(_ id: Tape.ID) -> Bool {
        // The result of an expression has a name of its own and is not a loss.
        guard trace.lowered != nil else { return false }
        if id == trace.pass.result { return true }
        return teller.operation(behind: id)?.telling.isOfLoss ?? false
    }
}

extension LoweredLayer {
    /// Whether the output for one sample depends on the other samples of the batch.
    fileprivate var mixesSamples: Bool { rules.mixesSamples || inner.contains(where: \.mixesSamples) }
}
