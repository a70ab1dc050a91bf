import Autodiff
import Foundation
import Lessons
import NeuralNetworks
import Testing
import Traces

@testable import TraceFigures

/// What the pictures of cells show, held against the gradients that an independent implementation gave: a bias has the sum of what comes back to
/// the sums before its gate, a weight that of the products with what it multiplies.
@Suite("Cells of the reference lessons")
struct ReferenceCellTests {
    private struct ExpectedTensor: Decodable {
        let shape: [Int]
        let data: [Double]
    }

    private struct Expected: Decodable { let gradients: [String: ExpectedTensor] }

    private func read(_ name: String) throws -> (trace: Trace, gradients: [String: ExpectedTensor]) {
        let file = try #require(Bundle.module.url(forResource: "reference/\(name)", withExtension: "yaml"))
        let lesson = try LessonReader.read(bytes: Array(Data(contentsOf: file)), file: "\(name).yaml")
        guard case .network(let problem) = lesson.subject else { throw CocoaError(.fileReadCorruptFile) }
        let numbers = try #require(Bundle.module.url(forResource: "reference/\(name).expected", withExtension: "json"))
        return (try Trace(problem), try JSONDecoder().decode(Expected.self, from: Data(contentsOf: numbers)).gradients)
    }

    /// The gates in the order of the weights' rows.
    private static func blocks(_ cell: RecurrentLayer.Cell) -> [CellGate] {
        switch cell {
        case .rnn: [.state]
        case .lstm: [.input, .forget, .candidate, .output]
        case .gru: [.reset, .update, .candidate]
        }
    }

    @Test("The wires' gradients add up to those of weights and biases", arguments: ["recurrence-1", "recurrence-2"])
    func parameters(_ name: String) throws {
        let (trace, gradients) = try read(name)
        let problem = try #require(trace.lowered?.problem)
        let layers = problem.network.unrolledLayers
        #expect(layers.count == 2)
        for layer in layers {
            let units = layer.recurrent.units
            var found: [String: [Double]] = [:]
            for (key, columns) in [("input-weight", layer.features), ("recurrent-weight", units), ("input-bias", 1), ("recurrent-bias", 1)]
            {
                found[key] = Array(repeating: 0, count: layer.recurrent.cell.blocks * units * columns)
            }
            for sample in 0..<problem.inputs.shape[0] {
                for step in 1...layer.time {
                    let circuits = try (0..<units).map { unit in
                        try (0..<layer.features).map { feature in
                            try #require(
                                CellCircuit(
                                    trace, at: CellPlace(layer: layer.name, step: step, unit: unit, feature: feature), sample: sample))
                        }
                    }
                    for unit in 0..<units {
                        for (block, gate) in Self.blocks(layer.recurrent.cell).enumerated() {
                            let row = block * units + unit
                            let input = try #require(circuits[unit][0].signals[.fromInput(gate)]).gradient
                            let state = try #require(circuits[unit][0].signals[.fromState(gate)]).gradient
                            found["input-bias"]?[row] += input
                            found["recurrent-bias"]?[row] += state
                            for feature in 0..<layer.features {
                                let x = try #require(circuits[unit][feature].signals[.input]).value
                                found["input-weight"]?[row * layer.features + feature] += input * x
                            }
                            for other in 0..<units {
                                let h = try #require(circuits[other][0].signals[.hiddenBefore]).value
                                found["recurrent-weight"]?[row * units + other] += state * h
                            }
                        }
                    }
                }
            }
            for (key, sums) in found { try compare(sums, try #require(gradients["\(layer.name).\(key)"]), "\(layer.name).\(key)") }
        }
    }

    @Test("What comes back to the input's wires is the gradient of the input", arguments: ["recurrence-1", "recurrence-2"])
    func inputs(_ name: String) throws {
        let (trace, gradients) = try read(name)
        let expected = try #require(gradients["input"])
        let layer = try #require(trace.lowered?.problem.network.unrolledLayers.first)
        var found: [Double] = []
        for sample in 0..<expected.shape[0] {
            for step in 1...layer.time {
                for feature in 0..<layer.features {
                    let place = CellPlace(layer: layer.name, step: step, feature: feature)
                    found.append(try #require(CellCircuit(trace, at: place, sample: sample)?.signals[.input]).gradient)
                }
            }
        }
        try compare(found, expected, "input")
    }

    private func compare(_ found: [Double], _ expected: ExpectedTensor, _ name: String) throws {
        let largest = expected.data.map { abs($0) }.max() ?? 0
        #expect(found.count == expected.data.count && largest > 0)
        for (a, b) in zip(found, expected.data) {
            #expect(abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest) + 1e-13, "\(name): \(a), expected \(b)")
        }
    }
}
