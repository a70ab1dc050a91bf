import Autodiff
import NeuralNetworks
package import Notation
import Traces

extension Storyteller {
    /// What a reader must know to redo the numbers, one row each: ½ or not, mean or sum, relu′(0), the order of
    /// indices, biases.
    package var conventions: [Formula] {
        guard let lowered = trace.lowered else {
            return kinks + [
                .words("Each operation on two scalars is one node; a number written twice counts twice."), digits,
            ]
        }
        var rows = ofResult
        if let weight = lowered.parameters.first(where: {
            ($0.key == .weight || $0.key == .projection) && trace.tape[$0.id].shape.count == 2
        }) {
            rows.append(indexRow(weight.id))
        }
        if lowered.parameters.contains(where: { $0.key == .inputWeight }) {
            rows.append(
                .row([
                    .sup("w", "x"), .words(" from the input, "), .sup("w", "h"),
                    .words(" from the state before; below: the gate, then to, from"),
                ]))
        }
        rows += ofOperations
        if let order = lowered.gateOrder { rows.append(.words(order)) }
        rows.append(.words(biases(lowered)))
        if symbols.notation == .nielsen {
            rows.append(.row([.sup("δ", "l"), .words(" = "), .inlinePartial("C", over: .sup("z", "l")), .words("; the input is layer 1")]))
        }
        return rows + [digits]
    }

    private var digits: Formula {
        .words("Numbers have the digits that a reader needs to redo the step’s lines, so one may show more of them in another step")
    }

    /// The first of them, as a picture has room for: the loss, the penalty, the derivatives at kinks.
    package var ofResult: [Formula] {
        guard let lowered = trace.lowered else { return kinks }
        return [loss(lowered)] + (penalty(lowered).map { [$0] } ?? []) + kinks
    }

    /// On one line: "Loss: ½ ∑ (o − t)², summed over the outputs · ReLU′(0) = 0."
    package var strip: String { ofResult.map(\.plainText).joined(separator: " · ") + "." }

    private func loss(_ lowered: LoweredProblem) -> Formula {
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

    /// In alphabetical order, whatever the order of the layers.
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

    /// The derivative that is taken where a function has two: of each kind of kink, with every slope that it has here.
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
                // One slope needs no layer to tell it by.
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

    private func biases(_ lowered: LoweredProblem) -> String {
        let biases = lowered.parameters.filter { $0.key.kind == .bias }
        if biases.isEmpty { return "No biases" }
        guard lowered.problem.optimizer != nil else { return "Biases have gradients like weights" }
        let frozen = biases.filter { lowered.problem.frozen.contains($0.name) }
        if frozen.count == biases.count { return "Biases are left out of the update" }
        return frozen.isEmpty ? "Biases are updated too" : "Some biases are left out of the update"
    }
}

extension LoweredProblem {
    /// The layer whose part an entry is.
    fileprivate func layer(of id: Tape.ID) -> LoweredLayer? {
        guard let layer = role(of: id).layer else { return nil }
        return layers.flattened.first { $0.id == layer }
    }
}

extension LoweredProblem {
    fileprivate var gateOrder: String? { layers.lazy.compactMap(\.gateOrder).first }
}

extension LoweredLayer {
    fileprivate var gateOrder: String? {
        guard case .states(let recurrent) = rules.result else { return inner.lazy.compactMap(\.gateOrder).first }
        switch recurrent.cell {
        case .rnn: return "The first state is 0"
        case .lstm: return "Gates in the order input, forget, cell, output; the first state and cell are 0"
        case .gru: return "Gates in the order reset, update, new; the first state is 0; h = (1 − z)n + zh"
        }
    }
}
