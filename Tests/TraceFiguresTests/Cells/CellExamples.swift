import Autodiff
import NeuralNetworks
import Testing
import Traces

/// Recurrent networks whose cells are drawn.
struct CellExample: CustomTestStringConvertible {
    let name: String
    let trace: Trace
    let place: CellPlace
    var sample = 0

    var testDescription: String { name }

    static func trace(
        _ cell: RecurrentLayer.Cell, units: Int = 1, features: Int = 1, time: Int = 3, batch: Int = 1, scale: Double = 1,
        sequence: Bool = false, seed: UInt64 = 7
    ) throws -> Trace {
        func numbers(_ shape: [Int], _ step: Int) -> Tensor {
            Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { scale * (Double(($0 * step + 3) % 19) / 10 - 0.8) })
        }
        var layers = [
            Layer(name: "cell", kind: .recurrent(RecurrentLayer(cell: cell, units: units, returnsSequence: sequence)))
        ]
        if sequence { layers.append(Layer(name: "flat", kind: .flatten)) }
        layers.append(Layer(name: "output", kind: .dense(DenseLayer(units: 1))))
        return try Trace(
            TrainingProblem(
                network: Network(input: .sequence(time: time, features: features), seed: seed, layers: layers),
                inputs: numbers([batch, time, features], 7), targets: .values(numbers([batch, 1], 5)), loss: .halfSquaredError),
            title: "A recurrent cell")
    }

    static let kinds: [(name: String, cell: RecurrentLayer.Cell)] = [
        ("rnn", .rnn(.tanh)), ("relu rnn", .rnn(.relu)), ("lstm", .lstm(forgetBias: 1)), ("gru", .gru(updateBias: 1)),
        ("gru, reset before", .gru(updateBias: 1, resetsBefore: true)),
    ]

    /// One unit and several, every step of a short sequence, batches, states that leave the layer, and numbers of awkward size.
    static let all: [CellExample] = {
        var examples: [CellExample] = []
        func add(_ name: String, _ trace: Trace?, _ place: CellPlace, sample: Int = 0) {
            if let trace { examples.append(CellExample(name: name, trace: trace, place: place, sample: sample)) }
        }
        for kind in kinds {
            for step in 1...3 {
                add("\(kind.name), step \(step)", try? trace(kind.cell), CellPlace(layer: "cell", step: step))
            }
            add(
                "\(kind.name), three units", try? trace(kind.cell, units: 3, features: 2, time: 4, batch: 2),
                CellPlace(layer: "cell", step: 2, unit: 2, feature: 1), sample: 1)
            add(
                "\(kind.name), a sequence", try? trace(kind.cell, units: 2, time: 12, sequence: true),
                CellPlace(layer: "cell", step: 11, unit: 1))
            add("\(kind.name), large", try? trace(kind.cell, scale: 1e6), CellPlace(layer: "cell", step: 2))
            add("\(kind.name), tiny", try? trace(kind.cell, units: 2, scale: 1e-7), CellPlace(layer: "cell", step: 2))
            add("\(kind.name), one step", try? trace(kind.cell, time: 1), CellPlace(layer: "cell", step: 1))
        }
        return examples
    }()
}
