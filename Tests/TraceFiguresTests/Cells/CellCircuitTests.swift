import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import Testing
import Traces
import Typesetting

@testable import TraceFigures

@Suite("What flows in a recurrent cell") struct CellCircuitTests {
    private func circuit(_ example: CellExample) throws -> CellCircuit {
        try #require(CellCircuit(example.trace, at: example.place, sample: example.sample))
    }

    private func agree(_ a: Double, _ b: Double) -> Bool { a == b || abs(a - b) <= 1e-12 * max(abs(a), abs(b)) + 1e-300 }

    @Test("There are 40 examples") func present() { #expect(CellExample.all.count == 40) }

    @Test("The branches of a wire that forks bring back what adds up to its gradient", arguments: CellExample.all)
    func forks(_ example: CellExample) throws {
        let circuit = try circuit(example)
        #expect(!circuit.forks.isEmpty)
        for fork in circuit.forks {
            let whole = try #require(circuit.signals[fork.wire])
            let branches = try fork.branches.map { try #require(circuit.signals[$0]) }
            #expect(branches.allSatisfy { $0.value == whole.value })
            // Branches may cancel; what is left is as exact as the largest.
            let largest = branches.map { abs($0.gradient) }.max() ?? 0
            #expect(abs(branches.reduce(0) { $0 + $1.gradient } - whole.gradient) <= 1e-12 * largest, "\(fork.wire)")
        }
    }

    @Test(
        "What forks inside the step has the trace's gradient; the state before has it where nothing else uses it",
        arguments: CellExample.all)
    func whole(_ example: CellExample) throws {
        let circuit = try circuit(example)
        func gradient(_ signal: CellCircuit.Signal) -> Double {
            example.trace.pass.gradient(signal.scalar.tensor).scalars[signal.scalar.index]
        }
        for wire in circuit.forks.map(\.wire) where wire != .stateToGates && (wire != .hiddenBefore || circuit.bringsAllBefore) {
            let signal = try #require(circuit.signals[wire])
            #expect(abs(signal.gradient - gradient(signal)) <= 1e-9 * abs(gradient(signal)) + 1e-18, "\(wire)")
        }
    }

    @Test("Values and gradients of the wires fulfil the cell's equations", arguments: CellExample.all)
    func equations(_ example: CellExample) throws {
        let circuit = try circuit(example)
        func v(_ wire: CellWire) throws -> Double { try #require(circuit.signals[wire]).value }
        func g(_ wire: CellWire) throws -> Double { try #require(circuit.signals[wire]).gradient }
        switch circuit.recurrent.cell {
        case .rnn:
            #expect(agree(try v(.sum(.state)), try v(.fromState(.state)) + v(.fromInput(.state))))
        case .lstm:
            let (f, i, c, o) = (try v(.gate(.forget)), try v(.gate(.input)), try v(.gate(.candidate)), try v(.gate(.output)))
            #expect(agree(try v(.cell), try f * v(.cellBefore) + i * c))
            #expect(agree(try g(.cellBefore), try f * g(.cell)))
            #expect(agree(try g(.gate(.forget)), try v(.cellBefore) * g(.cell)))
            #expect(agree(try g(.gate(.input)), try c * g(.cell)))
            #expect(agree(try g(.gate(.candidate)), try i * g(.cell)))
            #expect(agree(try g(.squashed), try o * g(.hidden)))
            #expect(agree(try g(.sum(.forget)), try g(.gate(.forget)) * f * (1 - f)))
            #expect(agree(try g(.cellToTanh), try g(.squashed) * (1 - v(.squashed) * v(.squashed))))
        case .gru:
            let (z, r, n) = (try v(.gate(.update)), try v(.gate(.reset)), try v(.gate(.candidate)))
            #expect(agree(try v(.hidden), try (1 - z) * n + z * v(.hiddenBefore)))
            #expect(agree(try g(.stateAlong), try z * g(.hidden)))
            #expect(agree(try g(.gate(.candidate)), try (1 - z) * g(.hidden)))
            if circuit.resetsBefore {
                #expect(agree(try v(.resetState), try r * v(.hiddenBefore)))
                #expect(agree(try g(.gate(.reset)), try v(.hiddenBefore) * g(.resetState)))
                #expect(agree(try g(.fromState(.candidate)), try g(.sum(.candidate))))
            } else {
                #expect(agree(try g(.gate(.reset)), try v(.fromState(.candidate)) * g(.sum(.candidate))))
                #expect(agree(try g(.fromState(.candidate)), try r * g(.sum(.candidate))))
            }
        }
    }

    @Test("Of one unit, what comes back to the state along a branch is the sum's gradient times the weight")
    func weights() throws {
        for kind in CellExample.kinds {
            let circuit = try #require(
                CellCircuit(try CellExample.trace(kind.cell), at: CellPlace(layer: "cell", step: 2), sample: 0))
            for gate in circuit.gates {
                let weight = try #require(circuit.box(.state, gate)).weight.value
                let part = try #require(circuit.signals[.fromState(gate)]).gradient
                // The reset gate stands between the state and its weight where it resets before.
                let reset = circuit.resetsBefore && gate == .candidate ? try #require(circuit.signals[.gate(.reset)]).value : 1
                #expect(agree(try #require(circuit.signals[.stateBranch(gate)]).gradient, part * weight * reset), "\(kind.name) \(gate)")
            }
        }
    }

    @Test("After the last step nothing comes back from the next one") func last() throws {
        for kind in CellExample.kinds {
            let circuit = try #require(CellCircuit(try CellExample.trace(kind.cell), at: CellPlace(layer: "cell", step: 3), sample: 0))
            #expect(circuit.signals[.hiddenOnward]?.gradient == 0)
            #expect(circuit.signals[.cellOnward].map { $0.gradient == 0 } ?? true)
            #expect(circuit.signals[.hiddenOut]?.gradient == circuit.signals[.hidden]?.gradient)
        }
    }

    @Test(
        "A place that the trace doesn't have has no picture",
        arguments: [
            CellPlace(layer: "output", step: 1), CellPlace(layer: "nowhere", step: 1), CellPlace(layer: "cell", step: 0),
            CellPlace(layer: "cell", step: 4), CellPlace(layer: "cell", step: 1, unit: 1), CellPlace(layer: "cell", step: 1, feature: 1),
            CellPlace(layer: "cell", step: 1, sample: 1), CellPlace(layer: "cell", step: 1, unit: -1),
        ])
    func nowhere(place: CellPlace) throws {
        #expect(CellCircuit(try CellExample.trace(.lstm(forgetBias: 0)), at: place, sample: 0) == nil)
    }
}

@Suite("Every number of a cell can be redone from those beside it") struct CellHonestyTests {
    private static let typesetter: Typesetter? = (try? FontBook(preferring: .fallback)).map {
        Typesetter(measurer: CairoTextMeasurer($0))
    }

    /// What a reader's calculator gives for the printed numbers.
    private func redone(_ arithmetic: Arithmetic, _ numerals: inout ArraySlice<Numeral>) -> Double {
        switch arithmetic {
        case .leaf: return numerals.popFirst()?.value ?? .nan
        case .sum(let parts): return parts.reduce(0) { $0 + redone($1, &numerals) }
        case .product(let parts): return parts.reduce(1) { $0 * redone($1, &numerals) }
        case .quotient(let a, let b):
            let dividend = redone(a, &numerals)
            return dividend / redone(b, &numerals)
        case .negation(let a): return -redone(a, &numerals)
        case .power, .function(_, []): return .nan
        case .function(let function, let parts): return function(parts.map { redone($0, &numerals) })
        }
    }

    private func agrees(_ value: Double, _ numeral: Numeral) -> Bool {
        let half = (0..<abs(numeral.lastPlace)).reduce(0.5) { unit, _ in numeral.lastPlace < 0 ? unit / 10 : unit * 10 }
        return abs(value - numeral.value) <= half * (1 + 1e-6) || value == numeral.value
    }

    @Test("Sums, products, gates and forks hold for the printed digits", arguments: CellExample.all)
    func relations(_ example: CellExample) throws {
        let circuit = try #require(CellCircuit(example.trace, at: example.place, sample: example.sample))
        let texts = CellTexts(circuit, typesetter: try #require(Self.typesetter))
        #expect(circuit.relations.count >= 3)
        var unsettled = 0
        for relation in circuit.relations {
            let line = texts.precision.line(relation.arithmetic, result: relation.result, key: relation.key)
            guard line.relation == .equals, relation.result.isFinite else {
                unsettled += 1
                continue
            }
            // The digits are those of the picture.
            for (leaf, numeral) in zip(relation.arithmetic.leaves, line.numerals) {
                if let key = leaf.key { #expect(numeral == texts.precision.numeral(leaf.value, key: key)) }
            }
            #expect(line.result == texts.precision.numeral(relation.result, key: relation.key))
            var numerals = line.numerals[...]
            #expect(agrees(redone(relation.arithmetic, &numerals), line.result), "\(relation.key): \(line.formula.plainText)")
        }
        // Eight digits may not do where a sum cancels.
        #expect(unsettled <= 2, "\(unsettled) of \(circuit.relations.count)")
    }

    static let functions: [Activation] = [
        .identity, .sigmoid, .tanh, .relu, .leakyReLU(slope: 0.1), .elu(alpha: 1), .elu(alpha: 0.7), .swish(beta: 1), .swish(beta: 1.5),
        .gelu, .softplus, .mish, .selu, .softsign,
    ]

    @Test("Every activation's value follows from the printed number that it is of", arguments: functions)
    func activations(_ activation: Activation) throws {
        for step in 1...3 {
            let trace = try CellExample.trace(.rnn(activation))
            let circuit = try #require(CellCircuit(trace, at: CellPlace(layer: "cell", step: step), sample: 0))
            let texts = CellTexts(circuit, typesetter: try #require(Self.typesetter))
            let hidden = try #require(circuit.signals[.hidden])
            let relation = try #require(circuit.relations.first { $0.key == hidden.valueKey })
            let line = texts.precision.line(relation.arithmetic, result: relation.result, key: relation.key)
            #expect(line.relation == .equals, "\(line.formula.plainText)")
            let argument = try #require(texts.value(.sum(.state)))
            #expect(line.result == texts.value(.hidden) && line.numerals.contains(argument))
        }
    }
}
