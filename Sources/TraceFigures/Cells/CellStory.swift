import Autodiff
import NeuralNetworks
import Notation
import Telling
import Traces

/// The words and the lines of mathematics around a cell, all made from its trace.
struct CellStory {
    let circuit: CellCircuit
    let texts: CellTexts

    typealias Line = [(formula: Formula, caption: Formula?)]

    private var resultName: Formula { Symbols(circuit.trace, notation: circuit.notation).resultName }
    private var step: Int { circuit.place.step }

    private func symbol(_ wire: CellWire) -> Formula { circuit.symbol(wire) ?? .row([]) }

    private func numeral(value wire: CellWire) -> Formula { .number(texts.value(wire) ?? Numeral(.nan)) }

    /// ∂L/∂f₂ as a fraction.
    private func gradient(_ wire: CellWire) -> Formula { .partial(resultName, over: symbol(wire)) }

    /// "an LSTM".
    var kind: String {
        switch circuit.recurrent.cell {
        case .rnn: "a plain recurrent layer"
        case .lstm: "an LSTM"
        case .gru: "a GRU"
        }
    }

    // MARK: What was found

    var headline: Formula {
        if let broken { return broken }
        let (start, end) = (circuit.lineStart, circuit.lineEnd)
        guard let arriving = circuit.signals[end]?.gradient, arriving != 0 else {
            return .row([.words("No gradient reaches "), symbol(end), .words(": this step has nothing to hand back")])
        }
        switch circuit.recurrent.cell {
        case .lstm: return share(of: .forget, "", from: end, to: start)
        case .gru: return share(of: .update, ", crossing no weight", from: end, to: start)
        case .rnn:
            guard circuit.recurrent.units == 1 else {
                return .row([
                    .words("From "), symbol(end), .words(" back to "), symbol(start), .words(" every way leads through the weights"),
                ])
            }
            let leaving = circuit.signals[start]?.gradient ?? 0
            let verb =
                leaving == 0
                ? "stops" : abs(leaving) < abs(arriving) ? "shrinks" : abs(leaving) > abs(arriving) ? "grows" : "keeps its size"
            return .row([
                .words("Back from "), symbol(end), .words(" to "), symbol(start), .words(" the gradient \(verb): "),
                .number(texts.gradient(end) ?? Numeral(arriving)), .sign(.maps), .number(texts.gradient(start) ?? Numeral(leaving)),
            ])
        }
    }

    /// "The forget gate passes f₂ = 0.6784 of the gradient from c₂ back to c₁".
    private func share(of gate: CellGate, _ way: String, from: CellWire, to: CellWire) -> Formula {
        let told: [Formula] = [
            .words("The \(gate.words) passes "), symbol(.gate(gate)), .sign(.equals), numeral(value: .gate(gate)),
            .words(" of the gradient from "), symbol(from), .words(" back to "), symbol(to),
        ]
        let whole = Formula.row(told + [.words(way)])
        return whole.plainText.count <= ToldTraceFinding.mostCharacters ? whole : .row(told)
    }

    /// The first value or gradient that is not finite.
    private var broken: Formula? {
        func named(_ number: Double, _ symbol: [Formula]) -> Formula {
            .row([.words(number.isNaN ? "Not a number: " : "Overflow: ")] + symbol + [.sign(.equals), .number(number)])
        }
        for entry in circuit.told {
            guard let value = circuit.signals[entry.wire]?.value, !value.isFinite else { continue }
            return named(value, [circuit.symbol(entry.wire) ?? .words(entry.words)])
        }
        for entry in circuit.told {
            guard let gradient = circuit.signals[entry.wire]?.gradient, !gradient.isFinite else { continue }
            return named(gradient, circuit.symbol(entry.wire).map { [.inlinePartial(resultName, over: $0)] } ?? [.words("a gradient")])
        }
        return nil
    }

    // MARK: What is shown

    var subtitle: [Formula] {
        let units = circuit.recurrent.units
        let batch = circuit.trace.lowered?.problem.inputs.shape[0] ?? 1
        let layers = circuit.trace.lowered?.problem.network.unrolledLayers.count ?? 1
        let name = layers > 1 ? ", layer \(circuit.layer.layer.name)," : ""
        var place = "\(English.capitalized(kind))\(name) at step \(step) of \(circuit.time)"
        if units > 1 { place += ", unit \(circuit.place.unit + 1) of \(units)" }
        if batch > 1 { place += ", sample \(circuit.sample + 1) of \(batch)" }
        let back = circuit.line.isEmpty ? "" : "; the thick line is its way back"
        var lines: [Formula] = [
            .row([.words(place + ";  "), resultName, .sign(.equals), .role(.value, .number(circuit.trace.loss))]),
            .row([
                .role(.value, .words("Blue")), .words(": a wire’s value, along the arrow. "), .role(.gradient, .words("Orange")),
                .words(": the loss’s gradient, against it\(back)."),
            ]),
        ]
        if let shown { lines.append(.words(shown)) }
        return lines
    }

    /// Which of the numbers of a wire is shown, if it carries several.
    private var shown: String? {
        let (units, features) = (circuit.recurrent.units, circuit.features)
        guard units > 1 || features > 1 else { return nil }
        let unit = "of the \(units) units on each wire unit \(circuit.place.unit + 1) is shown"
        let feature = "of the input’s \(features) features feature \(circuit.place.feature + 1)"
        let text = units == 1 ? feature + " is shown" : features == 1 ? unit : "\(unit), \(feature)"
        return English.capitalized(text) + "; the weights sum over all of them, both ways."
    }

    // MARK: Mathematics

    /// The sums at the picture's forks and the products along its line.
    var panels: [Line] {
        guard broken == nil else { return [] }
        var lines: [Line] = []
        switch circuit.recurrent.cell {
        case .rnn: lines = [sum(of: .hidden), plain].compactMap(\.self)
        case .lstm: lines = [sum(of: .cell), product(.forget), sum(of: .hiddenBefore)].compactMap(\.self)
        case .gru: lines = [sum(of: .hidden), product(.update), sum(of: .hiddenBefore)].compactMap(\.self)
        }
        return lines
    }

    /// ∂L/∂c₂ as the sum of the gradients along its branches; nil if fewer than two are nonzero.
    private func sum(of wire: CellWire) -> Line? {
        guard let signal = circuit.signals[wire], let fork = circuit.forks.first(where: { $0.wire == wire }),
            fork.branches.count(where: { circuit.signals[$0]?.gradient != 0 }) > 1
        else { return nil }
        let line = texts.precision.line(
            .sum(fork.branches.map { circuit.leaf(gradient: $0) }), result: signal.gradient, key: signal.gradientKey)
        // If the layer returns its states, a state's gradient has terms beyond this step.
        let isWhole = wire != .hiddenBefore || circuit.bringsAllBefore
        var row: Line = [(.row([gradient(wire), .sign(isWhole ? .equals : .assigned), .row([])]), nil)]
        for (index, (branch, numeral)) in zip(fork.branches, line.numerals).enumerated() {
            if index > 0 { row.append((.sign(.plus), nil)) }
            let number = Formula.role(.gradient, .number(numeral))
            row.append((index > 0 && numeral.isNegative ? .parenthesized(number) : number, way(along: branch)))
        }
        return row + [(.sign(line.relation), nil), (.role(.result, .number(line.result)), nil)]
    }

    /// What a branch leads through.
    private func way(along branch: CellWire) -> Formula? {
        switch branch {
        case .cellToTanh: .row([.words("through "), symbol(.hidden)])
        case .cellOnward, .hiddenOnward: .words("from step \(step + 1)")
        case .hiddenOut: .words("from beyond the layer")
        case .stateAlong: .words("along the line")
        case .stateToGates: .words("through the gates")
        case .stateBranch(let gate): .row([.words("through "), symbol(.gate(gate))])
        case .updateToKept, .updateToShare, .inputBranch, .input, .cellBefore, .cell, .squashed, .fromState, .fromInput, .sum, .gate, .kept,
            .written, .share, .resetState, .hidden, .hiddenBefore:
            nil
        }
    }

    /// The line's gradient times the gate that it passes.
    private func product(_ gate: CellGate) -> Line? {
        let end = circuit.isLSTM ? CellWire.cellBefore : .stateAlong
        guard let signal = circuit.signals[end] else { return nil }
        let line = texts.precision.line(
            circuit.leaf(gradient: .kept) * circuit.leaf(value: .gate(gate)), result: signal.gradient, key: signal.gradientKey)
        guard line.numerals.count == 2 else { return nil }
        return [
            (.row([gradient(circuit.lineEnd), .sign(.dot), .role(.local, symbol(.gate(gate))), .sign(.equals), .row([])]), nil),
            (.role(.gradient, .number(line.numerals[0])), .row([.words("at "), symbol(circuit.lineEnd)])), (.sign(.times), nil),
            (.role(.local, .number(line.numerals[1])), .words(gate.words)), (.sign(line.relation), nil),
            (.role(.result, .number(line.result)), .row([.words("back to "), symbol(end)])),
        ]
    }

    /// ∂L/∂h₂ · f′ · w in a layer with one unit.
    private var plain: Line? {
        guard let way = circuit.plainWay, let signal = circuit.signals[.stateBranch(.state)]
        else { return nil }
        let line = texts.precision.line(way, result: signal.gradient, key: signal.gradientKey)
        guard line.numerals.count == 3, case .rnn(let activation) = circuit.recurrent.cell else { return nil }
        let prime = Formula.prime(.name(activation.derivativeLetter))
        func factor(_ numeral: Numeral, _ role: Formula.Role) -> Formula {
            let number = Formula.role(role, .number(numeral))
            return numeral.isNegative ? .parenthesized(number) : number
        }
        return [
            (
                .row([
                    gradient(.hidden), .sign(.dot), .role(.local, prime), .sign(.dot), .role(.local, "w"), .sign(.equals),
                    .row([]),
                ]), nil
            ), (.role(.gradient, .number(line.numerals[0])), .row([.words("at "), symbol(.hidden)])), (.sign(.times), nil),
            (factor(line.numerals[1], .local), .words("its slope")), (.sign(.times), nil),
            (factor(line.numerals[2], .local), .words("its weight")), (.sign(line.relation), nil),
            (.role(.result, .number(line.result)), .row([.words("back to "), symbol(.hiddenBefore)])),
        ]
    }

    /// The equations of the cell, and the conventions of the loss.
    var notes: [Formula] {
        let (h, before) = (symbol(.hidden), symbol(.hiddenBefore))
        func gate(_ gate: CellGate) -> Formula { symbol(.gate(gate)) }
        let end = Formula.words(".")
        let comma = Formula.words(",  ")
        /// "f₂ = σ(W_xf x₂ + W_hf h₁ + b_hf)".
        func made(_ own: CellGate) -> [Formula] {
            let function: Formula = own == .candidate ? .symbol("tanh", .upright) : "σ"
            let state = texts.affine(.state, own)
            let resets = own == .candidate && !circuit.isLSTM
            let remembered =
                !resets
                ? state
                : circuit.resetsBefore
                    ? [state[0], .parenthesized(.row([gate(.reset), .sign(.dot), state[1]]))] + state.dropFirst(2)
                    : [gate(.reset), .sign(.dot), .parenthesized(.row(state))]
            return [gate(own), .sign(.equals), function]
                + [
                    .parenthesized(
                        .row(texts.affine(.input, own) + [.sign(.plus)] + remembered)), comma,
                ]
        }
        let gates = circuit.gates.flatMap(made)
        let equations: Formula
        switch circuit.recurrent.cell {
        case .rnn(let activation):
            equations = .row([
                h, .sign(.equals), .name(activation.letter),
                .parenthesized(.row(texts.affine(.input, .state) + [.sign(.plus)] + texts.affine(.state, .state))), end,
            ])
        case .lstm:
            equations = .row(
                gates + [
                    symbol(.cell), .sign(.equals), gate(.forget), .sign(.dot), symbol(.cellBefore), .sign(.plus), gate(.input), .sign(.dot),
                    gate(.candidate), comma, h, .sign(.equals), gate(.output), .sign(.dot), .symbol("tanh", .upright), symbol(.cell), end,
                ])
        case .gru:
            equations = .row(
                gates + [
                    h, .sign(.equals), .parenthesized(.row(["1", .sign(.minus), gate(.update)])), .sign(.dot), gate(.candidate),
                    .sign(.plus),
                    gate(.update), .sign(.dot), before, end,
                ])
        }
        return [equations] + slopes + convention + [Storyteller(circuit.trace, notation: circuit.notation).strip]
    }

    /// The convention for the update gate, which texts differ in.
    private var convention: [Formula] {
        guard case .gru = circuit.recurrent.cell else { return [] }
        return [.row([.words("Here "), "z", .words(" is the part of the old state that is kept; in some texts it is the new part.")])]
    }

    /// "σ′ = σ(1 − σ),  tanh′ = 1 − tanh²", from which the printed slopes can be recomputed.
    private var slopes: [Formula] {
        let used: [Activation]
        switch circuit.recurrent.cell {
        case .rnn(let activation): used = [activation]
        case .lstm, .gru: used = [.sigmoid, .tanh]
        }
        var rules: [Formula] = []
        for function in used {
            guard let slope = function.row.slopeByValue else { continue }
            rules.append(.row([.prime(function.row.name), .sign(.equals), slope.formula]))
        }
        return rules.isEmpty ? [] : [.row(Array(rules.map { [$0] }.joined(separator: [.words(",  ")])) + [.words(".")])]
    }

    // MARK: In words

    var alternative: String {
        "Diagram of \(kind)’s cell at step \(step) of \(circuit.time), with the value and the gradient on each wire. \(headline.plainText)."
    }

    /// One line for each wire.
    var description: String {
        ([subtitle[0].plainText + "."] + (shown.map { [$0] } ?? [])
            + circuit.told.compactMap { entry in
                guard let value = texts.value(entry.wire), let gradient = texts.gradient(entry.wire) else { return nil }
                return entry.isBranch
                    ? "\(entry.words): gradient \(gradient.text)." : "\(entry.words): \(value.text), gradient \(gradient.text)."
            } + notes.map(\.plainText)).joined(separator: "\n")
    }
}
