import Autodiff
package import NeuralNetworks
package import Notation
import Traces

extension Storyteller {
    /// What a reader must know to reproduce the numbers, one row each: ½ or not, mean or sum, relu′(0), the order of indices, biases.
    package var conventions: [Formula] {
        guard let lowered = trace.lowered else {
            return kinks + [
                .words("Each operation on two scalars is one node; a number written twice counts twice."), digits,
            ]
        }
        var rows = ofResult
        if let weight = lowered.parameters.first(where: {
            ($0.key == .weight || $0.key == .projection) && trace.tape[$0.id].shape.count == 2 && !isTable($0.id)
        }) {
            rows.append(indexRow(weight.id))
        }
        if lowered.parameters.contains(where: { $0.key == .inputWeight }) {
            rows.append(
                .row([
                    .sup("w", "x"), .words(" from the input, "), .sup("w", "h"),
                    .words(" from the state before; below: \(lowered.hasGates ? "the gate, then " : "")to, from"),
                ]))
        }
        rows += ofOperations
        if let order = lowered.gateOrder { rows.append(.words(order)) }
        if lowered.parameters.allSatisfy({ $0.key.kind != .bias }) { rows.append(.words("No biases")) }
        if symbols.notation == .nielsen {
            rows.append(
                .row([
                    .sup("δ", .parenthesized("l")), .words(" = "), .inlinePartial("C", over: .sup("z", .parenthesized("l"))),
                    .words("; the input is layer 1"),
                ]))
        }
        return rows + [digits]
    }

    /// Whether a parameter has a row for each token or position rather than for each unit.
    private func isTable(_ id: Tape.ID) -> Bool {
        uses(of: id).contains { use in
            switch trace.tape[use].origin {
            case .result(.embedding, _), .result(.addToEachSample, _): true
            case .source, .result: false
            }
        }
    }

    var digits: Formula {
        .words("Numbers have the digits that a reader needs to redo the step’s lines, so one may show more of them in another step")
    }

    /// The conventions that fit in a picture: the loss and its probabilities, the penalty, the update, and the derivatives at kinks.
    package var ofResult: [Formula] { ofResult(tellsLossAfter: true) }

    private func ofResult(tellsLossAfter: Bool) -> [Formula] {
        guard let lowered = trace.lowered else { return kinks }
        let samples =
            lowered.problem.inputs.shape[0] > 1 ? Formula.row([.words("Above a letter, in brackets: the sample")]) : nil
        return [lossConvention(lowered)]
            + [probabilityRule, penalty(lowered), clipping(lowered), update(lowered, tellsLoss: tellsLossAfter), frozenNote, samples]
            .compactMap(\.self)
            + kinks
    }

    /// The same on one line: "Loss: ½ ∑ (o − t)², summed over the outputs · ReLU′(0) = 0."
    package var strip: Formula { strip(tellsLossAfter: true) }

    /// - Parameter tellsLossAfter: whether it says what the loss is after the update.
    package func strip(tellsLossAfter: Bool) -> Formula {
        .row(Array(ofResult(tellsLossAfter: tellsLossAfter).map(\.parts).joined(separator: [.words(" · ")])) + [.words(".")])
    }

    /// "Loss: ½ ∑ (y − t)², summed over the outputs".
    package func lossConvention(_ lowered: LoweredProblem) -> Formula {
        let n = lowered.problem.inputs.shape[0]
        let loss = lowered.problem.loss
        return loss.told.convention(
            ConventionTexts(
                y: symbols.letter(lowered.output), t: lowered.targets.map(symbols.letter) ?? .row([]),
                over: over(loss, n, hasSteps: trace.tape[lowered.output].shape.count > 2)))
    }

    /// What a loss is summed or averaged over: ", mean over 3 samples".
    private func over(_ loss: Loss, _ n: Int, hasSteps: Bool) -> String {
        let samples = n > 1 ? " of \(n) samples" : ""
        let mean = n > 1 ? ", mean over \(n) samples" : ""
        switch (loss.reduction, loss.measure.isOfRows) {
        case (.sum, false): return ", summed over all outputs\(samples)"
        case (.mean, false): return ", mean over all outputs\(samples)"
        case (.meanOverSamples, false): return ", summed over the outputs\(mean)"
        case (.sum, true): return hasSteps ? ", summed over all time steps\(samples)" : n > 1 ? ", summed over \(n) samples" : ""
        case (.mean, true): return hasSteps ? ", mean over all time steps\(samples)" : mean
        case (.meanOverSamples, true): return (hasSteps ? ", summed over the time steps" : "") + mean
        }
    }

    /// In alphabetical order, independent of the order of the layers.
    private var ofOperations: [Formula] {
        let told = trace.tape.allIDs.compactMap { operation(behind: $0)?.telling.convention }
        return Set(told).sorted().map { .words($0) }
    }

    private func penalty(_ lowered: LoweredProblem) -> Formula? {
        guard lowered.problem.l2 > 0 else { return nil }
        return .row([
            .words("Penalty: λ/2"), .large(.sum, below: nil, above: nil), .sup("w", "2"), .words(" over weights and projections, λ = "),
            .number(lowered.problem.l2),
        ])
    }

    /// The derivatives used at kinks: one row for each kind of kink, with every slope that occurs here.
    package var kinks: [Formula] {
        var atZero: [(name: Formula, slopes: [(slope: Double, layers: [String])])] = []
        var ties: [String] = []
        for id in trace.tape.allIDs {
            guard let operation = operation(behind: id)?.telling else { continue }
            if let tie = operation.tie, !ties.contains(tie) { ties.append(tie) }
            guard let (name, slope) = operation.kink else { continue }
            let layer = trace.lowered?.layer(of: id)?.layer.name
            let kink = atZero.firstIndex { $0.name == name } ?? atZero.endIndex
            if kink == atZero.endIndex { atZero.append((name, [])) }
            let place = atZero[kink].slopes.firstIndex { $0.slope == slope } ?? atZero[kink].slopes.endIndex
            if place == atZero[kink].slopes.endIndex { atZero[kink].slopes.append((slope, [])) }
            if let layer, !atZero[kink].slopes[place].layers.contains(layer) { atZero[kink].slopes[place].layers.append(layer) }
        }
        let rows = atZero.map { name, slopes -> Formula in
            var row: [Formula] = [.prime(name), .parenthesized("0"), .sign(.equals)]
            for (index, slope) in slopes.enumerated() {
                if index > 0 { row.append(.words(", ")) }
                row.append(.number(slope.slope))
                // A single slope applies to all layers.
                if slopes.count > 1 { row.append(.words(" in \(slope.layers.joined(separator: " and "))")) }
            }
            return .row(row)
        }
        return rows + ties.map { .words($0) }
    }

    private func indexRow(_ weight: Tape.ID) -> Formula {
        let shape = trace.tape[weight].shape
        if symbols.numbersThrough(weight) {
            return .row([
                .words("Weights are numbered layer by layer, then by the unit that they lead to: "),
                symbols(ScalarID(weight, 0)), .words(" leads to unit 1 from unit 1"),
            ])
        }
        return .row([
            indexOrder(weight), .words(shape.count == 2 && symbols.showsLayer(of: weight) ? " Above: the layer" : ""),
        ])
    }

    private func clipping(_ lowered: LoweredProblem) -> Formula? {
        guard let clipping = lowered.problem.clipping else { return nil }
        let gradients = "the picture’s gradients are those before clipping"
        switch clipping {
        case .norm(let limit):
            let norm = lowered.gradientNorm(trace.pass)
            let start: [Formula] = [
                .words("Clipping to norm "), .number(limit), .words(": "), .norm(.symbol("g", .bold)), .sign(.equals), .number(norm),
            ]
            guard norm > limit else { return .row(start + [.words(", so nothing changes")]) }
            return .row(start + [.words(", so every gradient is multiplied by "), .number(limit / norm), .words("; \(gradients)")])
        case .value(let limit):
            return .row([.words("Clipping: each gradient is held within ±"), .number(limit), .words("; \(gradients)")])
        }
    }

    private func update(_ lowered: LoweredProblem, tellsLoss: Bool) -> Formula? {
        guard let optimizer = lowered.problem.optimizer, let after = trace.update.lossAfter else { return nil }
        let loss: [Formula] = tellsLoss ? [.words("; after it the loss is "), .number(after)] : []
        return .row(
            [.words("Update: \(optimizer.kind.name), "), "η", .sign(.equals), .number(optimizer.learningRate)] + loss)
    }
}

extension Storyteller {
    /// The parameters that the update does not change; nil if it changes all of them, or if there is no update.
    var frozen: TraceFinding.Frozen? {
        guard let lowered = trace.lowered, lowered.problem.optimizer != nil, !lowered.problem.frozen.isEmpty else { return nil }
        let names = lowered.problem.frozen
        func isFrozen(_ layer: LoweredLayer) -> Bool {
            let own = lowered.parameters.filter { parameter in layer.parameters.values.contains(parameter.id) }
            return !own.isEmpty && own.allSatisfy { names.contains($0.name) }
        }
        let (frozen, trained) = (
            lowered.parameters.filter { names.contains($0.name) }, lowered.parameters.filter { !names.contains($0.name) }
        )
        if trained.isEmpty { return .everything }
        if frozen.count == lowered.parameters.count(where: { $0.key.kind == .bias }), frozen.allSatisfy({ $0.key.kind == .bias }),
            trained.allSatisfy({ $0.key.kind == .weight })
        {
            return .biases
        }
        let owners = lowered.layers.flattened.filter { !$0.parameters.isEmpty }
        let whole = owners.filter(isFrozen)
        if whole.reduce(0, { $0 + $1.parameters.count }) == names.count {
            return .named(whole.map(\.layer.name), trained: owners.filter { !isFrozen($0) }.map(\.layer.name))
        }
        return .named(frozen.map(\.name), trained: trained.map(\.name))
    }

    package var frozenNote: Formula? { frozen.map { .words($0.sentence(most: 12)) } }
}

extension TraceFinding.Frozen {
    /// "hidden is frozen: the update changes only output".
    /// - Parameter most: the longest list of names; of a longer one only the count is given.
    func sentence(most: Int) -> String {
        switch self {
        case .everything: return "Every parameter is frozen: the update changes nothing"
        case .biases: return "The biases are frozen: the update changes only the weights"
        case .named(let names, let trained):
            let isOne = names.count == 1
            guard names.count <= most else { return "\(names.count) of \(names.count + trained.count) parameters are frozen" }
            return "\(English.list(names)) \(isOne ? "is" : "are") frozen: the update "
                + (trained.count <= most ? "changes only \(English.list(trained))" : "leaves \(isOne ? "it" : "them") alone")
        }
    }
}

extension LoweredProblem {
    /// The layer that an entry belongs to.
    fileprivate func layer(of id: Tape.ID) -> LoweredLayer? {
        guard let layer = role(of: id).layer else { return nil }
        return layers.flattened.first { $0.id == layer }
    }
}

extension LoweredProblem {
    fileprivate var gateOrder: String? { layers.lazy.compactMap { $0.gateOrder(in: self) }.first }

    fileprivate var hasGates: Bool {
        layers.flattened.contains {
            guard case .states(let recurrent) = $0.rules.result else { return false }
            return recurrent.cell.gates.count > 1
        }
    }
}

extension LoweredLayer {
    fileprivate func gateOrder(in problem: LoweredProblem) -> String? {
        guard case .states(let recurrent) = rules.result else { return inner.lazy.compactMap { $0.gateOrder(in: problem) }.first }
        let isGiven = problem.id(of: .given(.initialState, id)) != nil
        let state = isGiven ? "the first state is given" : "the first state is 0"
        switch recurrent.cell {
        case .rnn: return English.capitalized(state)
        case .lstm:
            let hasCell = problem.id(of: .given(.initialCell, id)) != nil
            let start =
                isGiven == hasCell
                ? "the first state and cell are \(isGiven ? "given" : "0")" : "\(state), the first cell is \(hasCell ? "given" : "0")"
            return "Gates in the order input, forget, cell, output; \(start)"
        case .gru(_, let resetsBefore):
            let order = resetsBefore ? " (reset before the weights)" : ""
            return "Gates in the order reset\(order), update, new; \(state); h = (1 − z)n + zh"
        }
    }
}
