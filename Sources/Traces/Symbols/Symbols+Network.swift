import Autodiff
package import NeuralNetworks
import Notation

extension Symbols {
    mutating func nameNetwork(_ lowered: LoweredProblem) {
        var naming = NetworkNaming(lowered, notation)
        naming.name()
        if naming.needsLevels {
            naming = NetworkNaming(lowered, notation, hasLevels: true)
            naming.name()
        }
        namings = naming.namings
    }
}

/// Assigns letters to the tensors of a network.
private struct NetworkNaming {
    let lowered: LoweredProblem
    let isNumbered: Bool
    let hasLevels: Bool
    let isNielsen: Bool
    var namings: [Int: Symbols.Naming] = [:]
    /// The number of scalars that have each letter so far.
    private var counts: [String: Int] = [:]
    private var level = 0
    /// The letters used on the level, so that no two tensors share one.
    private var taken: Set<String> = []
    /// Whether a letter was needed twice, so that only levels can tell the tensors apart.
    private(set) var needsLevels = false

    init(_ lowered: LoweredProblem, _ notation: NotationStyle, hasLevels: Bool = false) {
        self.lowered = lowered
        let weights = lowered.parameters.reduce(0) { $0 + lowered.tape[$1.id].shape.reduce(1, *) }
        let isPlain = lowered.layers.allSatisfy { $0.rules.isNumberable && $0.inner.allSatisfy(\.rules.isNumberable) }
        switch notation {
        case .automatic, .cs231n, .chain: isNumbered = weights <= 40 && isPlain
        case .numbered: isNumbered = true
        case .layered, .nielsen: isNumbered = false
        }
        isNielsen = notation == .nielsen
        self.hasLevels = hasLevels || lowered.layers.levels > 1 || notation == .layered || notation == .nielsen
        if isNielsen { level = 1 }
    }

    private var tape: Tape { lowered.tape }
    private var output: Tape.ID { lowered.output }

    mutating func name() {
        value(lowered.input, "x", counted: false)
        if let targets = lowered.targets { value(targets, isNielsen ? "y" : "t", counted: false) }
        let cost: Formula = isNielsen ? "C" : "L"
        single(lowered.loss, cost)
        if let data = lowered.id(of: .dataLoss) { single(data, .sub(cost, .words("data"))) }
        if let penalty = lowered.id(of: .penalty) { single(penalty, "R") }
        for layer in lowered.layers { name(layer) }
    }

    private mutating func name(_ layer: LoweredLayer) {
        switch layer.rules.result {
        case .weightedSums:
            level += 1
            weights(layer)
            if let largest = lowered.id(of: .largestSingularValue, layer) {
                let isFirst = taken.insert("σ₁").inserted
                namings[largest.index] = Symbols.Naming(
                    letter: .sub("σ", "1"), above: isFirst ? nil : .level(level), index: .none)
            }
            if let normalized = lowered.id(of: .normalizedWeight, layer) { matrix(normalized, .hat("w")) }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "z")
            namings[layer.output.index]?.hasDelta = isNielsen
        case .entries:
            // Copied entries keep their symbols.
            if case .result(.copying, _) = tape[layer.output].origin { break }
            value(layer.output, "m")
        case .dropped:
            if let mask = lowered.id(of: .given(.mask, layer.id)) {
                set(mask, "m", .placed(sample: tape[mask].shape.count == tape[layer.output].shape.count), counted: true)
            }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "d")
        case .embeddings:
            level += 1
            weights(layer)
            value(layer.output, layer.output == output && !isNielsen ? "y" : "e")
        case .attention:
            level += 1
            for (key, letter, side) in [
                (ParameterKey.queryWeight, "w" as Formula, "q" as Formula), (.keyWeight, "w", "k"), (.valueWeight, "w", "v"),
                (.outputWeight, "w", "o"), (.queryBias, "b", "q"), (.keyBias, "b", "k"), (.valueBias, "b", "v"), (.outputBias, "b", "o"),
            ] {
                guard let id = layer.parameters[key] else { continue }
                namings[id.index] = Symbols.Naming(
                    letter: letter, above: hasLevels ? .row([.name(String(level)), side]) : side, index: .placed(sample: false))
            }
            for (part, letter) in [
                (Part.query, "q" as Formula), (.key, "k"), (.value, "v"), (.scores, "s"), (.weights, "α"), (.context, "c"),
            ] {
                if let id = lowered.id(of: part, layer) { value(id, letter) }
            }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "z")
        case .activation: value(layer.output, isNielsen ? "a" : layer.output == output ? "o" : "h")
        case .probabilities: value(layer.output, "p")
        case .normalized:
            weights(layer)
            statistic(lowered.id(of: .mean, layer), "μ")
            statistic(lowered.id(of: .variance, layer), .sup("σ", "2"))
            statistic(lowered.id(of: .meanSquare, layer), "s")
            if let id = lowered.id(of: .normalized, layer) { value(id, .hat("x")) }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "u")
        case .blockSum:
            let before = level
            for inner in layer.inner { self.name(inner) }
            if let projected = lowered.id(of: .projected, layer) { value(projected, "p") }
            if let projection = layer.parameters[.projection] { matrix(projection, "P") }
            if level == before { level += 1 }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "r")
        case .states(let recurrent):
            level += 1
            self.name(recurrent, layer)
        }
    }

    private mutating func weights(_ layer: LoweredLayer) {
        for (key, letter) in [(ParameterKey.weight, "w" as Formula), (.bias, "b"), (.scale, "γ"), (.shift, "β")] {
            if let id = layer.parameters[key] { matrix(id, letter) }
        }
    }

    private mutating func matrix(_ id: Tape.ID, _ letter: Formula) {
        let isScalar = tape[id].shape == [1] && !isNumbered
        set(id, letter, isScalar ? .none : .placed(sample: false), counted: true)
    }

    private mutating func value(_ id: Tape.ID, _ letter: Formula, counted: Bool = true) {
        set(id, letter, .placed(sample: true), counted: counted)
    }

    private mutating func statistic(_ id: Tape.ID?, _ letter: Formula) {
        guard let id else { return }
        set(id, letter, tape[id].shape.reduce(1, *) == 1 ? .none : .placed(sample: false), counted: true)
    }

    private mutating func single(_ id: Tape.ID, _ letter: Formula) {
        namings[id.index] = Symbols.Naming(letter: letter, above: nil, index: .none)
    }

    private mutating func set(_ id: Tape.ID, _ letter: Formula, _ index: Symbols.Naming.Index, counted: Bool) {
        guard namings[id.index] == nil else { return }
        if counted, !taken.insert("\(max(level, 1)) \(letter.plainText)").inserted {
            // A second tensor of this kind between two layers with weights starts a new level.
            level = max(level, 1) + 1
            taken.insert("\(level) \(letter.plainText)")
            needsLevels = needsLevels || !hasLevels
        }
        let above: Formula? = counted && hasLevels ? .level(max(level, 1)) : nil
        if isNumbered {
            var hasSamples = false
            if case .placed(sample: true) = index { hasSamples = true }
            let before = counts[letter.plainText, default: 0]
            let count = tape[id].shape.reduce(1, *)
            // Every sample of a batch has the same numbers.
            counts[letter.plainText] = before + (hasSamples ? count / max(tape[id].shape.first ?? 1, 1) : count)
            namings[id.index] = Symbols.Naming(
                letter: letter, above: nil, index: .numbered(after: before, sample: hasSamples), level: above)
            return
        }
        namings[id.index] = Symbols.Naming(letter: letter, above: above, index: index)
    }

    /// The parts of a recurrent layer at each time step.
    private mutating func name(_ recurrent: RecurrentLayer, _ layer: LoweredLayer) {
        let level: Formula? = hasLevels ? .level(self.level) : nil
        let gates = recurrent.cell.gates.map { $0.letter(in: recurrent.cell) }
        for (key, letter, side) in [
            (ParameterKey.inputWeight, "w" as Formula, "x" as Formula), (.recurrentWeight, "w", "h"), (.inputBias, "b", "x"),
            (.recurrentBias, "b", "h"),
        ] {
            guard let id = layer.parameters[key] else { continue }
            namings[id.index] = Symbols.Naming(
                letter: letter, above: level.map { .row([$0, side]) } ?? side, index: .gates(gates, units: recurrent.units))
        }
        taken.formUnion(Part.allCases.compactMap { letter($0, of: recurrent.cell) }.map { "\(self.level) \($0.plainText)" })
        guard case .sequence(let time, _) = layer.inputShape else { return }
        for step in 0...time {
            for part in Part.allCases {
                guard let id = lowered.id(of: part, layer, step: step) else { continue }
                if case .result(.copying(.forEachSample), let given) = tape[id].origin {
                    // The state that all samples share has the symbol, not its copies.
                    namings[given[0].index] = letter(part, of: recurrent.cell).map {
                        Symbols.Naming(letter: $0, above: level, index: .start(step))
                    }
                } else {
                    namings[id.index] = naming(of: part, of: recurrent, gates, at: step, level)
                }
            }
        }
    }

    private func naming(
        of part: Part, of recurrent: RecurrentLayer, _ gates: [String], at step: Int, _ level: Formula?
    ) -> Symbols.Naming? {
        func sum(from side: Formula?) -> Symbols.Naming {
            let above = [level, side].compactMap(\.self)
            return Symbols.Naming(
                letter: "a", above: above.isEmpty ? nil : .row(above), index: .gatesAt(step, gates, units: recurrent.units))
        }
        switch part {
        case .fromInput(nil): return sum(from: "x")
        case .fromState(nil): return sum(from: "h")
        case .preActivation(nil): return sum(from: nil)
        case .fromState(let gate?):
            // Otherwise a slice of what all gates share.
            guard case .gru(_, resetsBefore: true) = recurrent.cell, gate == .candidate else { return nil }
            return Symbols.Naming(
                letter: "a", above: .row([level, "h"].compactMap(\.self)),
                index: .gatesAt(step, [gate.letter(in: recurrent.cell)], units: recurrent.units))
        case .preActivation(let gate?):
            // In an LSTM these are slices of what all gates share.
            guard case .gru = recurrent.cell else { return nil }
            return Symbols.Naming(
                letter: "a", above: level, index: .gatesAt(step, [gate.letter(in: recurrent.cell)], units: recurrent.units))
        case .output, .mean, .variance, .meanSquare, .normalized, .largestSingularValue, .normalizedWeight, .query, .key, .value,
            .scores, .weights, .context, .projected, .stepInput, .fromInput,
            .gate, .hidden, .cell, .kept, .written, .squashedCell, .candidateShare, .resetState:
            return letter(part, of: recurrent.cell).map { Symbols.Naming(letter: $0, above: level, index: .time(step)) }
        }
    }

    /// The letter of a whole part of a cell; nil where it gets its letter elsewhere.
    private func letter(_ part: Part, of cell: RecurrentLayer.Cell) -> Formula? {
        switch part {
        case .gate(.candidate):
            if case .gru = cell { "n" } else { .accented("c", .tilde) }
        case .gate(let gate): .name(gate.letter(in: cell))
        case .hidden: "h"
        case .cell: "c"
        case .kept: .row([.words("kept")])
        case .written: .row([.words("written")])
        case .squashedCell: .row([.words("squashed")])
        case .candidateShare: .row([.words("share")])
        case .resetState: .row([.words("reset")])
        case .output, .mean, .variance, .meanSquare, .normalized, .largestSingularValue, .normalizedWeight, .query, .key, .value,
            .scores, .weights, .context, .projected, .stepInput, .fromInput,
            .fromState, .preActivation:
            nil
        }
    }
}

extension Gate {
    /// The gate's letter in an index, for its rows of the weights and its sum.
    package func letter(in cell: RecurrentLayer.Cell) -> String {
        switch self {
        case .input: "i"
        case .forget: "f"
        case .candidate: if case .gru = cell { "n" } else { "c" }
        case .output: "o"
        case .reset: "r"
        case .update: "z"
        }
    }
}

extension [LoweredLayer] {
    /// The number of layers with weights.
    fileprivate var levels: Int { reduce(0) { $0 + ($1.rules.result.isOwnUnits ? 1 : 0) + $1.inner.levels } }
}

extension Formula {
    /// A layer's number as a superscript, in parentheses so that nobody reads it as a power.
    fileprivate static func level(_ number: Int) -> Formula { .parenthesized(.name(String(number))) }
}
