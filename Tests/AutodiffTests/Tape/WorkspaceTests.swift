import Testing

@testable import Autodiff

@Suite("A workspace")
struct WorkspaceTests {
    /// x·Wᵀ + b, tanh, times itself and plus itself, and that plus its softmax, squared against targets: tensors used three times and twice.
    private static func tape() -> (tape: Tape, sources: [Tape.ID], loss: Tape.ID) {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [5, 3])
        let weight = tape.source(.parameter, name: "weight", shape: [2, 3])
        let bias = tape.source(.parameter, name: "bias", shape: [2])
        let targets = tape.source(.constant, name: "targets", shape: [5, 2])
        let z = tape.record(.dense(Dense()), [x, weight, bias], name: "z")
        let y = tape.record(.pointwise(.tanh), [z], name: "y")
        let square = tape.record(.pairwise(.multiply), [y, y], name: "square")
        let sum = tape.record(.pairwise(.add), [square, y], name: "sum")
        let shares = tape.record(.softmax(Softmax()), [sum], name: "shares")
        let mixed = tape.record(.pairwise(.add), [sum, shares], name: "mixed")
        let loss = tape.record(.loss(.meanSquaredError), [mixed, targets], name: "loss")
        return (tape, [x, weight, bias, targets], loss)
    }

    @Test("has the bits of a pass, however often it has been used")
    func bits() {
        let (tape, sources, loss) = Self.tape()
        var workspace = Workspace(tape, differentiating: loss, by: sources)
        for seed in 1...3 as ClosedRange<UInt64> {
            var numbers = SeededNumbers(seed)
            let values = sources.map { numbers.tensor(tape[$0].shape) }
            let pass = Pass(tape, sources: Dictionary(uniqueKeysWithValues: zip(sources, values)), result: loss)
            for (id, tensor) in zip(sources, values) { workspace.set(id, to: tensor.scalars) }
            workspace.evaluate()
            workspace.differentiate()
            for id in tape.allIDs {
                let (value, gradient) = (workspace.value(id), workspace.gradient(id))
                #expect(value == pass.value(id).scalars, "\(tape[id].name)")
                #expect(gradient == pass.gradient(id).scalars, "∂\(tape[id].name)")
            }
            let (value, norm) = (workspace.scalar(loss), workspace.gradientNorm(sources[1]))
            #expect(value == pass.value(loss)[])
            #expect(norm == pass.gradient(sources[1]).norm)
        }
    }

    @Test("keeps no gradient that leads to nothing asked for, and finds the others all the same")
    func wanted() {
        let (tape, sources, loss) = Self.tape()
        var numbers = SeededNumbers(9)
        let values = sources.map { numbers.tensor(tape[$0].shape) }
        let pass = Pass(tape, sources: Dictionary(uniqueKeysWithValues: zip(sources, values)), result: loss)
        var workspace = Workspace(tape, differentiating: loss, by: [sources[2]])
        for (id, tensor) in zip(sources, values) { workspace.set(id, to: tensor.scalars) }
        workspace.evaluate()
        workspace.differentiate()
        let found = sources.map { workspace.gradient($0) }
        #expect(found == [nil, nil, pass.gradient(sources[2]).scalars, nil])
    }
}
