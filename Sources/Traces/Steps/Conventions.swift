import Autodiff
import NeuralNetworks
package import Notation

extension Storyteller {
    /// What a reader must know to redo the numbers, one row each: ½ or not, mean or sum, relu′(0), the order of
    /// indices, biases.
    package var conventions: [Formula] {
        guard let lowered = trace.lowered else {
            return kinks(in: trace.tape) + [
                .words("Each operation on two scalars is one node; a number written twice counts twice."), digits,
            ]
        }
        var rows = [lossConvention(lowered)]
        let problem = lowered.problem
        if problem.l2 > 0 {
            rows.append(
                .row([
                    .words("Penalty: "), .fraction("λ", "2"), .large(.sum, below: nil, above: nil), .sup("w", "2"), .words(", λ = "),
                    .number(problem.l2), .words(", over weights and projections only"),
                ]))
        }
        rows += kinks(in: trace.tape)
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
        if trace.tape.contains(.convolution) {
            rows.append(.words("Convolution is cross-correlation: the kernel is not turned over; zeros beyond the edge"))
        }
        if trace.tape.contains(.variance) { rows.append(.words("Variance: biased, divided by the group's size")) }
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

    private func lossConvention(_ lowered: LoweredProblem) -> Formula {
        let n = lowered.problem.inputs.shape[0]
        let outputs = trace.tape[lowered.output].shape.dropFirst().reduce(1, *)
        let overBatch = n == 1 ? "one sample" : "mean over the batch of \(n)"
        let output = symbols.letter(lowered.output)
        let squares = Formula.row([
            .large(.sum, below: nil, above: nil), .sup(.parenthesized(output - symbols.letter(lowered.targets)), "2"),
        ])
        switch lowered.problem.loss {
        case .halfSquaredError:
            return .row([.words("Loss: with ½, "), .fraction("1", "2"), squares, .words("; sum over the outputs, \(overBatch)")])
        case .meanSquaredError:
            return .row([
                .words("Loss: without ½, "), .fraction("1", .name(String(n * outputs))), squares, .words("; mean over outputs and batch"),
            ])
        case .crossEntropy: return .words("Loss: −ln of softmax at the right class, \(overBatch); softmax is part of the loss")
        case .binaryCrossEntropy:
            return .row([
                .words("Loss: cross-entropy of "), .name("σ")(output),
                .words(", mean over outputs and batch; the sigmoid is part of the loss"),
            ])
        }
    }

    private func kinks(in tape: Tape) -> [Formula] {
        var rows: [Formula] = []
        var seen: Set<Pointwise> = []
        for entry in tape.entries {
            guard case .result(.pointwise(let function), _) = entry.origin, seen.insert(function).inserted else { continue }
            for kink in function.row.kinks {
                rows.append(.row([.prime(function.row.name), .parenthesized(.number(kink.x)), .sign(.equals), .number(kink.derivative)]))
            }
        }
        return rows
    }

    private func indexRow(_ weight: Tape.ID) -> Formula {
        let shape = trace.tape[weight].shape
        if case .numbered = symbols.namings[weight.index]?.index {
            return .row([
                .words("Weights are numbered layer by layer, unit by unit, those that lead to a unit together: "),
                symbols(ScalarID(weight, 0)), .words(" leads to unit 1 from unit 1"),
            ])
        }
        return .row([
            indexOrder(weight), .words(shape.count == 2 && symbols.namings[weight.index]?.above != nil ? " Above: the layer" : ""),
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

extension Tape {
    fileprivate enum Sort { case convolution, variance }

    fileprivate func contains(_ sort: Sort) -> Bool {
        entries.contains { entry in
            switch (sort, entry.origin) {
            case (.convolution, .result(.convolution, _)), (.variance, .result(.variance, _)): true
            default: false
            }
        }
    }
}

extension LoweredProblem {
    fileprivate var gateOrder: String? { layers.lazy.compactMap(\.gateOrder).first }
}

extension LoweredLayer {
    fileprivate var gateOrder: String? {
        guard case .recurrent(let recurrent) = layer.kind else { return inner.lazy.compactMap(\.gateOrder).first }
        switch recurrent.cell {
        case .rnn: return "The first state is 0"
        case .lstm: return "Gates in the order input, forget, cell, output; the first state and cell are 0"
        case .gru: return "Gates in the order reset, update, new; the first state is 0; h = (1 − z)n + zh"
        }
    }
}
