import Autodiff
import NeuralNetworks
import Notation

extension Symbols {
    mutating func nameNetwork(_ lowered: LoweredProblem) {
        var naming = NetworkNaming(lowered, notation)
        naming.name(lowered)
        if naming.needsLevels {
            naming = NetworkNaming(lowered, notation, hasLevels: true)
            naming.name(lowered)
        }
        namings = naming.namings
    }
}

/// Gives the tensors of a network their letters.
private struct NetworkNaming {
    let tape: Tape
    let output: Tape.ID
    let isNumbered: Bool
    let hasLevels: Bool
    let isNielsen: Bool
    let hasSamples: Bool
    var namings: [Int: Symbols.Naming] = [:]
    /// How many scalars bear a letter so far.
    private var counts: [String: Int] = [:]
    private var level = 0
    /// The letters that the level has, so that none stands for two tensors.
    private var taken: Set<String> = []
    /// Whether a letter came twice, which only a level tells apart.
    private(set) var needsLevels = false

    init(_ lowered: LoweredProblem, _ notation: NotationStyle, hasLevels: Bool = false) {
        tape = lowered.tape
        output = lowered.output
        let weights = lowered.parameters.reduce(0) { $0 + lowered.tape[$1.id].shape.reduce(1, *) }
        let isPlain = lowered.layers.allSatisfy { $0.layer.isPlain && $0.inner.allSatisfy { $0.layer.isPlain } }
        switch notation {
        case .automatic, .cs231n: isNumbered = weights <= 40 && lowered.problem.inputs.shape[0] == 1 && isPlain
        case .numbered: isNumbered = true
        case .layered, .nielsen: isNumbered = false
        }
        isNielsen = notation == .nielsen
        hasSamples = lowered.problem.inputs.shape[0] > 1
        self.hasLevels = hasLevels || lowered.layers.levels > 1 || notation == .layered || notation == .nielsen
        if isNielsen { level = 1 }
    }

    mutating func name(_ lowered: LoweredProblem) {
        value(lowered.input, "x", counted: false)
        value(lowered.targets, isNielsen ? "y" : "t", counted: false)
        let cost: Formula = isNielsen ? "C" : "L"
        single(lowered.loss, cost)
        if let data = tape.id(named: "loss.data") { single(data, .sub(cost, .words("data"))) }
        if let penalty = tape.id(named: "loss.penalty") { single(penalty, "R") }
        for layer in lowered.layers { name(layer) }
    }

    private mutating func name(_ layer: LoweredLayer) {
        let name = layer.layer.name
        switch layer.layer.kind {
        case .dense, .convolution:
            level += 1
            weights(layer)
            if let largest = tape.id(named: "\(name).largest-singular-value") {
                let isFirst = taken.insert("σ₁").inserted
                namings[largest.index] = Symbols.Naming(
                    letter: .sub("σ", "1"), above: isFirst ? nil : .name(String(level)), index: .none)
            }
            if let normalized = tape.id(named: "\(name).normalized-weight") { matrix(normalized, .hat("w")) }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "z")
            namings[layer.output.index]?.hasDelta = isNielsen
        case .flatten: break
        case .activation: value(layer.output, isNielsen ? "a" : layer.output == output ? "o" : "h")
        case .softmax: value(layer.output, "p")
        case .normalization:
            weights(layer)
            statistic("\(name).mean", "μ")
            statistic("\(name).variance", .sup("σ", "2"))
            if let id = tape.id(named: "\(name).normalized") { value(id, .hat("x")) }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "u")
        case .residual:
            let before = level
            for inner in layer.inner { self.name(inner) }
            if let projected = tape.id(named: "\(name).projected") { value(projected, "p") }
            if let projection = layer.parameters["projection"] { matrix(projection, "P") }
            if level == before { level += 1 }
            value(layer.output, layer.output == output && !isNielsen ? "y" : "r")
        case .recurrent(let recurrent):
            level += 1
            self.name(recurrent, layer)
        }
    }

    private mutating func weights(_ layer: LoweredLayer) {
        for (key, letter) in [("weight", "w"), ("bias", "b"), ("scale", "γ"), ("shift", "β")] {
            if let id = layer.parameters[key] { matrix(id, .name(letter)) }
        }
    }

    private mutating func matrix(_ id: Tape.ID, _ letter: Formula) {
        let isScalar = tape[id].shape == [1] && !isNumbered
        set(id, letter, isScalar ? .none : .placed(sample: false), counted: true)
    }

    private mutating func value(_ id: Tape.ID, _ letter: Formula, counted: Bool = true) {
        set(id, letter, .placed(sample: true), counted: counted)
    }

    private mutating func statistic(_ name: String, _ letter: Formula) {
        guard let id = tape.id(named: name) else { return }
        set(id, letter, tape[id].shape.reduce(1, *) == 1 ? .none : .placed(sample: false), counted: true)
    }

    private mutating func single(_ id: Tape.ID, _ letter: Formula) {
        namings[id.index] = Symbols.Naming(letter: letter, above: nil, index: .none)
    }

    private mutating func set(_ id: Tape.ID, _ letter: Formula, _ index: Symbols.Naming.Index, counted: Bool) {
        guard namings[id.index] == nil else { return }
        if counted, !taken.insert("\(max(level, 1)) \(letter.plainText)").inserted {
            // A second of the kind between two layers with weights: it begins a level.
            level = max(level, 1) + 1
            taken.insert("\(level) \(letter.plainText)")
            needsLevels = needsLevels || !hasLevels
        }
        let above: Formula? = counted && hasLevels ? .name(String(max(level, 1))) : nil
        if isNumbered, !hasSamples || tape[id].origin == .source(.parameter) {
            let before = counts[letter.plainText, default: 0]
            counts[letter.plainText] = before + tape[id].shape.reduce(1, *)
            namings[id.index] = Symbols.Naming(
                letter: letter, above: nil, index: .numbered(after: before), level: above)
            return
        }
        namings[id.index] = Symbols.Naming(letter: letter, above: above, index: index)
    }

    /// The parts of a recurrent layer, each at its time step.
    private mutating func name(_ recurrent: RecurrentLayer, _ layer: LoweredLayer) {
        let level: Formula? = hasLevels ? .name(String(self.level)) : nil
        let gates: [String]
        switch recurrent.cell {
        case .rnn: gates = []
        case .lstm: gates = ["i", "f", "c", "o"]
        case .gru: gates = ["r", "z", "n"]
        }
        for (key, letter, side) in [
            ("input-weight", "w", "x"), ("recurrent-weight", "w", "h"), ("input-bias", "b", "x"),
            ("recurrent-bias", "b", "h"),
        ] {
            guard let id = layer.parameters[key] else { continue }
            namings[id.index] = Symbols.Naming(
                letter: .name(letter), above: level.map { .row([$0, .name(side)]) } ?? .name(side),
                index: .gates(gates, units: recurrent.units))
        }
        let isGRU = gates.count == 3
        let letters: [String: Formula] = [
            "input-gate": "i", "forget-gate": "f", "output-gate": "o", "cell": "c", "hidden": "h",
            "candidate": isGRU ? "n" : .accented("c", .tilde), "kept": .row([.words("kept")]),
            "written": .row([.words("written")]), "squashed-cell": .row([.words("squashed")]), "reset-gate": "r",
            "update-gate": "z", "candidate-share": .row([.words("share")]), "reset-state": .row([.words("reset")]),
        ]
        taken.formUnion(letters.values.map { "\(self.level) \($0.plainText)" })
        guard case .sequence(let time, _) = layer.inputShape else { return }
        for step in 0...time {
            let prefix = "\(layer.layer.name).t\(step)."
            for (part, letter) in letters {
                guard let id = tape.id(named: prefix + part) else { continue }
                namings[id.index] = Symbols.Naming(letter: letter, above: level, index: .time(step))
            }
            for (part, side) in [("pre-activation", ""), ("from-input", "x"), ("from-state", "h")] {
                guard let id = tape.id(named: prefix + part) else { continue }
                let above = (level.map { [$0] } ?? []) + (side.isEmpty ? [] : [Formula.name(side)])
                namings[id.index] = Symbols.Naming(
                    letter: "a", above: above.isEmpty ? nil : .row(above),
                    index: .gatesAt(step, gates, units: recurrent.units))
            }
            for (gate, letter) in [("reset-gate", "r"), ("update-gate", "z"), ("candidate", "n")] where isGRU {
                guard let id = tape.id(named: "\(prefix)\(gate)-pre-activation") else { continue }
                namings[id.index] = Symbols.Naming(
                    letter: "a", above: level, index: .gatesAt(step, [letter], units: recurrent.units))
            }
        }
    }
}

extension Layer {
    /// A layer whose scalars can be numbered through.
    fileprivate var isPlain: Bool {
        switch kind {
        case .dense(let dense): !dense.spectralNorm
        case .activation, .softmax, .residual: true
        case .convolution, .flatten, .normalization, .recurrent: false
        }
    }
}

extension [LoweredLayer] {
    /// How many layers have weights.
    fileprivate var levels: Int {
        reduce(0) { count, layer in
            switch layer.layer.kind {
            case .dense, .convolution, .recurrent: count + 1
            case .residual: count + layer.inner.levels
            case .flatten, .activation, .softmax, .normalization: count
            }
        }
    }
}
