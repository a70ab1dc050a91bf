import Autodiff
import Testing

@Suite("A pass, forward and backward")
struct PassTests {
    @Test("z·z is two contributions, each with local derivative z")
    func square() {
        var tape = Tape()
        let z = tape.source(.input, name: "z", shape: [])
        let f = tape.record(.pairwise(.multiply), [z, z], name: "f")
        let pass = Pass(tape, sources: [z: Tensor(3)], result: f)
        #expect(pass.gradient(z)[] == 6)
        let contributions = pass.contributions(to: z, 0)
        #expect(contributions.map(\.operand) == [0, 1])
        #expect(contributions.allSatisfy { $0.local == 3 && $0.upstream == 1 && $0.product == 3 && $0.output == f })
    }

    @Test("What comes back from each use of a forked value is added")
    func fork() {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [2])
        let double = tape.record(.pairwise(.add), [x, x], name: "double")
        let square = tape.record(.pairwise(.multiply), [x, double], name: "square")
        let target = tape.source(.constant, name: "t", shape: [2])
        let loss = tape.record(.loss(.halfSquaredError), [square, target], name: "loss")
        let pass = Pass(
            tape, sources: [x: Tensor(shape: [2], scalars: [1, -2]), target: .zeros([2])], result: loss)
        // f = ½(4x₁⁴ + 4x₂⁴)/2, so ∂f/∂x = 4x³.
        #expect(pass.value(loss)[] == 17)
        #expect(pass.gradient(x).scalars == [4, -32])
        #expect(pass.gradient(double).scalars == [1, -8])
        #expect(pass.contributions(to: x, 1).count == 3)
    }

    @Test("A value and a gradient for each scalar are all that is kept: contributions are made when they are visited")
    func memory() {
        var numbers = SeededNumbers(3)
        let pass = RandomTape.pass(&numbers)
        #expect(pass.values.reduce(0) { $0 + $1.count } == pass.tape.scalars)
        #expect(pass.tape.allIDs.reduce(0) { $0 + pass.gradient($1).count } == pass.tape.scalars)
    }

    @Test("What the result does not use has gradient 0 and no contribution that counts")
    func unused() {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [])
        let y = tape.source(.input, name: "y", shape: [3])
        let f = tape.record(.pointwise(.exp), [x], name: "f")
        let later = tape.record(.pointwise(.sin), [y], name: "later")
        let pass = Pass(tape, sources: [x: Tensor(0), y: .zeros([3])], result: f)
        #expect(pass.gradient(y) == .zeros([3]))
        #expect(pass.gradient(later) == .zeros([3]))
        #expect(pass.gradient(x)[] == 1)
        #expect(pass.contributions(to: y, 0).allSatisfy { $0.product == 0 })
    }

    @Test("The contributions of random tapes add up to every gradient", arguments: 1...20 as ClosedRange<UInt64>)
    func contributions(_ seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let pass = RandomTape.pass(&numbers)
        var sums = pass.tape.allIDs.map { Tensor.zeros(pass.tape[$0].shape) }
        var scales = sums
        var all: [Contribution] = []
        pass.forEachContribution {
            sums[$0.input.index].scalars[$0.inputIndex] += $0.product
            scales[$0.input.index].scalars[$0.inputIndex] += abs($0.product)
            all.append($0)
        }
        for id in pass.tape.allIDs where id != pass.result {
            for index in 0..<sums[id.index].count {
                #expect(
                    agree(
                        sums[id.index].scalars[index], pass.gradient(id).scalars[index], to: 1e-12,
                        scale: scales[id.index].scalars[index]))
                let own = Set(pass.contributions(to: id, index).filter { $0.output <= pass.result })
                #expect(own == Set(all.filter { $0.input == id && $0.inputIndex == index }))
            }
        }
        #expect(all.count <= pass.tape.products)
    }

    @Test("Computing anew what lies downstream gives what a whole evaluation gives", arguments: 1...10 as ClosedRange<UInt64>)
    func reevaluation(_ seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let pass = RandomTape.pass(&numbers)
        for id in pass.tape.allIDs {
            guard case .source = pass.tape[id].origin else { continue }
            var sources = pass.sources
            sources[id] = numbers.tensor(pass.tape[id].shape)
            var values = pass.values
            values[id.index] = sources[id] ?? values[id.index]
            pass.tape.reevaluate(&values, downstream: pass.tape.downstream(of: id), of: id)
            #expect(values == pass.tape.evaluate(sources))
        }
    }
}

/// Small tapes with forks, squares and unused values.
enum RandomTape {
    static func pass(_ numbers: inout SeededNumbers, operations: Int = 8) -> Pass {
        let width = numbers.extent(1...3)
        var tape = Tape()
        var ids = (0..<numbers.extent(1...3)).map { tape.source(.input, name: "x\($0)", shape: [1, width]) }
        var sources: [Tape.ID: Tensor] = [:]
        for id in ids { sources[id] = numbers.tensor([1, width]) }
        for index in 0..<operations {
            let (a, b) = (ids[numbers.extent(0...ids.count - 1)], ids[numbers.extent(0...ids.count - 1)])
            let name = "r\(index)"
            switch numbers.extent(0...5) {
            case 0: ids.append(tape.record(.pairwise(.add), [a, b], name: name))
            case 1: ids.append(tape.record(.pairwise(.multiply), [a, b], name: name))
            case 2: ids.append(tape.record(.pairwise(.subtract), [a, b], name: name))
            case 3: ids.append(tape.record(.pointwise(.tanh), [a], name: name))
            case 4: ids.append(tape.record(.softmax(Softmax()), [a], name: name))
            default:
                let weight = tape.source(.parameter, name: "w\(index)", shape: [width, width])
                sources[weight] = numbers.tensor([width, width])
                ids.append(tape.record(.dense(Dense()), [a, weight], name: name))
            }
        }
        let target = tape.source(.constant, name: "t", shape: [1, width])
        sources[target] = numbers.tensor([1, width])
        let loss = tape.record(.loss(.halfSquaredError), [ids[ids.count - 1], target], name: "loss")
        return Pass(tape, sources: sources, result: loss)
    }
}
