import Autodiff
import NeuralNetworks
import Testing

@Suite("What an entry of a tape is") struct RoleTests {
    private static func problem(_ input: SampleShape, _ kinds: [Layer.Kind], l2: Double = 0) -> TrainingProblem {
        let layers = kinds.enumerated().map { Layer(name: "layer\($0)", kind: $1) }
        let output = layers.reduce(input) { shape, layer in (try? layer.output(for: shape)) ?? shape }
        return TrainingProblem(
            network: Network(input: input, layers: layers), inputs: .zeros([2] + input.axes), targets: .values(.zeros([2] + output.axes)),
            loss: .halfSquaredError, l2: l2)
    }

    private static func recurrent(_ cell: RecurrentLayer.Cell, sequence: Bool = false) -> TrainingProblem {
        problem(.sequence(time: 3, features: 2), [.recurrent(RecurrentLayer(cell: cell, units: 2, returnsSequence: sequence))])
    }

    /// Together they have every part but that of no layer's.
    static let problems: [TrainingProblem] = [
        problem(.features(3), [.dense(DenseLayer(units: 2, spectralNorm: true)), .activation(.tanh), .softmax], l2: 0.1),
        problem(.features(4), [.normalization(NormalizationLayer(kind: .batch)), .dense(DenseLayer(units: 2))]),
        problem(.features(4), [.normalization(NormalizationLayer(kind: .rootMeanSquare)), .dropout(DropoutLayer())]),
        problem(
            .features(3),
            [
                .residual(
                    ResidualLayer(layers: [Layer(name: "inner", kind: .dense(DenseLayer(units: 2)))], hasProjection: true))
            ]),
        problem(.sequence(time: 2, features: 4), [.attention(AttentionLayer(heads: 2)), .attention(AttentionLayer(hasOutput: false))]),
        recurrent(.rnn(.tanh)), recurrent(.lstm(forgetBias: 1)), recurrent(.lstm(forgetBias: 0), sequence: true),
        recurrent(.gru(updateBias: 0)), recurrent(.gru(updateBias: 0, resetsBefore: true)),
    ]

    @Test("is found by its role, and its name is made from it", arguments: problems) func roles(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        let names = lowered.layers.flattened.reduce(into: [:]) { $0[$1.id] = $1.layer.name }
        for id in lowered.tape.allIDs {
            let role = lowered.role(of: id)
            #expect(lowered.id(of: role) == id)
            let name = lowered.tape[id].name
            if let layer = role.layer { #expect(name.split(separator: ".").first.map(String.init) == names[layer]) }
            if let step = role.step { #expect(name.contains(".t\(step).")) }
            if let part = role.part { #expect(name.hasSuffix(part.face)) }
        }
        for layer in lowered.layers.flattened { #expect(lowered.id(of: .output, layer) == layer.output) }
    }

    @Test("Two parts have two faces, and every part is made by some layer") func faces() throws {
        #expect(Set(Part.allCases.map(\.face)).count == Part.allCases.count)
        var made: Set<Part> = []
        for problem in Self.problems {
            let lowered = try problem.lowered()
            made.formUnion(lowered.tape.allIDs.compactMap { lowered.role(of: $0).part })
        }
        let neverMade: [Part] = Gate.allCases.flatMap { gate -> [Part] in
            switch gate {
            // Of an LSTM only the sum of both is cut into gates.
            case .input, .forget, .output: [.fromInput(gate), .fromState(gate)]
            case .candidate, .reset, .update: []
            }
        }
        #expect(made == Set(Part.allCases).subtracting(neverMade))
    }

    @Test("What parts are called changes names, and nothing else", arguments: problems) func renamed(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        let renamed = try Part.$faces.withValue(Part.Faces { $0.face.uppercased() }, operation: { try problem.lowered() })
        #expect(renamed.tape.names.map { $0.lowercased() } == lowered.tape.names)
        #expect(lowered.tape.allIDs.map(renamed.role) == lowered.tape.allIDs.map(lowered.role))
        #expect(renamed.layers == lowered.layers && renamed.parameters == lowered.parameters)
        #expect(renamed.pass().values == lowered.pass().values)
    }
}
