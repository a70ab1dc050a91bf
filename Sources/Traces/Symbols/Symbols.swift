package import Autodiff
import NeuralNetworks
package import Notation

/// How indices and gradients are written.
package enum NotationStyle: String, Hashable, Sendable, CaseIterable {
    /// Numbered consecutively if that stays readable, otherwise layered.
    case automatic
    /// w⁽¹⁾₁₂: layer, to, from.
    case layered
    /// w₁…w₈, as in Mazur's example.
    case numbered
    /// As in Nielsen's book: a for activations, C for the cost, δ for ∂C/∂z, and the input is layer 1.
    case nielsen
    /// Automatic indices, and the words of Stanford's CS231n: upstream, local and downstream gradient.
    case cs231n
    /// Automatic indices, and a weight's gradient as the product of three factors, ∂L/∂o·∂o/∂z·∂z/∂w, rather than reusing ∂L/∂z of the step
    /// before.
    case chain
}

/// The symbol of each scalar of a trace, as a formula.
///
/// Small networks of dense layers are numbered consecutively, as in Mazur's example: w₁…w₈, z₁…z₄. Others have the layer's number as a
/// superscript in parentheses and the position as a subscript, the unit it leads to first: w⁽¹⁾₁₂ leads to unit 1 from unit 2. The sample
/// of a batch is a superscript in brackets, after the layer: h⁽¹⁾⁽²⁾ would be ambiguous. Positions are counted from 1.
package struct Symbols: Sendable {
    /// How the symbols of a tensor's scalars are made.
    struct Naming: Sendable {
        enum Index: Sendable {
            /// Numbered after this many other scalars with the same letter; where `sample` is set, each sample of a batch has the same
            /// numbers.
            case numbered(after: Int, sample: Bool)
            /// By position; where `sample` is set, the first axis is the batch.
            case placed(sample: Bool)
            /// No index: a single scalar.
            case none
            /// At a time step, counted from 1; the first axis is the batch.
            case time(Int)
            /// At a time step as well, but shared by all samples: no axis is the batch.
            case start(Int)
            /// Pre-activations of the gates at a time step: the last axis in blocks of one gate.
            case gatesAt(Int, [String], units: Int)
            /// A recurrent layer's parameter: rows in blocks of one gate.
            case gates([String], units: Int)
        }

        var letter: Formula
        var above: Formula?
        var index: Index
        /// The layer in the symbol of the whole tensor, where `above` does not show it.
        var level: Formula?
        /// Whether the gradient has its own letter, δ.
        var hasDelta = false
    }

    let tape: Tape
    private let result: Tape.ID
    var namings: [Int: Naming] = [:]

    package let notation: NotationStyle

    package init(_ trace: Trace, notation: NotationStyle = .automatic) {
        self.notation = notation
        tape = trace.tape
        result = trace.pass.result
        switch trace.subject {
        case .expression: nameExpression(trace)
        case .network(let lowered): nameNetwork(lowered)
        }
    }
}

extension Symbols {
    /// The symbol of one scalar: h₁.
    /// - Parameter isMean: whether the mean over the batch is meant, which has no sample number.
    package func callAsFunction(_ scalar: ScalarID, isMean: Bool = false) -> Formula {
        let scalar = named(scalar)
        let entry = tape[scalar.tensor]
        guard let naming = namings[scalar.tensor.index] else { return .symbol(entry.name, .upright) }
        let index = entry.shape.index(ofFlat: scalar.index).map { $0 + 1 }
        switch naming.index {
        case .none: return scripted(naming.letter, above: naming.above, sub: [])
        case .numbered(let before, sample: false): return scripted(naming.letter, above: nil, sub: [String(before + scalar.index + 1)])
        case .numbered(let before, sample: true):
            let each = max(entry.shape.dropFirst().reduce(1, *), 1)
            let (row, place) = scalar.index.quotientAndRemainder(dividingBy: each)
            return scripted(
                naming.letter, above: sample(row + 1, of: entry.shape, after: nil, isMean: isMean), sub: [String(before + place + 1)])
        case .placed(sample: false):
            return scripted(naming.letter, above: naming.above, sub: index.map(String.init))
        case .placed(sample: true): return sampled(naming, index, shape: entry.shape, leading: [], isMean: isMean)
        case .time(let step): return sampled(naming, index, shape: entry.shape, leading: [String(step)], isMean: isMean)
        case .start(let step):
            return scripted(
                naming.letter, above: naming.above, sub: [String(step)] + zip(index, entry.shape).filter { $1 > 1 }.map { String($0.0) })
        case .gatesAt(let step, let gates, let units):
            let column = index[index.count - 1] - 1
            let gate = gates.isEmpty ? [] : [gates[min(column / units, gates.count - 1)]]
            // The unit within the gate replaces the index within all gates.
            let within = Array(index.dropLast()) + [column % units + 1]
            return sampled(
                naming, within, shape: Array(entry.shape.dropLast()) + [units], leading: gate + [String(step)], isMean: isMean)
        case .gates(let gates, let units):
            let row = index[0] - 1
            var sub = gates.isEmpty ? [] : [gates[min(row / units, gates.count - 1)]]
            if units > 1 { sub.append(String(row % units + 1)) }
            if index.count > 1, entry.shape[1] > 1 { sub.append(String(index[1])) }
            return scripted(naming.letter, above: naming.above, sub: sub)
        }
    }

    /// ∂L/∂scalar as a fraction, or δ.
    package func gradient(of scalar: ScalarID) -> Formula {
        delta(of: scalar) ?? .partial(resultName, over: self(scalar))
    }

    /// ∂L/∂scalar on one line, or δ.
    package func inlineGradient(of scalar: ScalarID) -> Formula {
        delta(of: scalar) ?? .inlinePartial(resultName, over: self(scalar))
    }

    private func delta(of scalar: ScalarID) -> Formula? {
        guard let naming = namings[scalar.tensor.index], naming.hasDelta,
            case .scripts(_, let sub, let sup) = self(scalar)
        else { return nil }
        return .scripts("δ", sub: sub, sup: sup)
    }

    /// Whether a tensor's scalars have symbols of their own; those of a copy may use the symbols of what it copies.
    package func names(_ id: Tape.ID) -> Bool { namings[id.index] != nil }

    /// Whether a tensor's scalars are numbered consecutively, together with those of other tensors with its letter.
    package func numbersThrough(_ id: Tape.ID) -> Bool { if case .numbered = namings[id.index]?.index { true } else { false } }

    /// Whether a tensor's symbol shows the layer.
    package func showsLayer(of id: Tape.ID) -> Bool { namings[id.index]?.above != nil }

    /// The symbol of the result: L, or the name of an expression's result.
    package var resultName: Formula { self(ScalarID(result, 0)) }

    /// The symbol with an index without the batch axis; the sample is a superscript.
    private func sampled(_ naming: Naming, _ index: [Int], shape: [Int], leading: [String], isMean: Bool) -> Formula {
        let places = zip(index, shape).dropFirst().filter { $1 > 1 }.map { String($0.0) }
        return scripted(
            naming.letter, above: sample(index[0], of: shape, after: naming.above, isMean: isMean), sub: leading + places)
    }

    /// The superscript: the layer, and in a batch the sample in brackets.
    private func sample(_ number: Int, of shape: [Int], after level: Formula?, isMean: Bool) -> Formula? {
        guard shape.first ?? 1 > 1, !isMean else { return level }
        let sample = Formula.fenced(.brackets, .name(String(number)))
        return level.map { .row([$0, sample]) } ?? sample
    }

    private func scripted(_ letter: Formula, above: Formula?, sub: [String]) -> Formula {
        let separator = sub.allSatisfy { $0.count == 1 } ? [] : [Formula.sign(.comma)]
        var below: [Formula] = []
        for part in sub {
            if !below.isEmpty { below += separator }
            below.append(.name(part))
        }
        if below.isEmpty, above == nil { return letter }
        let sub: Formula? = below.isEmpty ? nil : below.count == 1 ? below[0] : .row(below)
        // σ² has an exponent of its own.
        guard case .scripts(let base, let own, let power?) = letter else { return .scripts(letter, sub: sub, sup: above) }
        if above != nil { return .scripts(.parenthesized(letter), sub: sub, sup: above) }
        return .scripts(base, sub: own ?? sub, sup: power)
    }

    /// The scalar whose symbol this one uses: for a copy without symbols, the scalar that it copies.
    package func named(_ scalar: ScalarID) -> ScalarID {
        var scalar = scalar
        while namings[scalar.tensor.index] == nil, case .result(.copying(let copying), let operands) = tape[scalar.tensor].origin {
            let (operand, entry) = copying.source(
                of: scalar.index, first: tape[operands[0]].shape, operands: operands.count)
            scalar = ScalarID(operands[operand], entry)
        }
        return scalar
    }
}
