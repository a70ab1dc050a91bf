import Drawing
import Lessons
import NeuralNetworks
import Notation
import Testing
import Traces
import Typesetting

@testable import Backstep
@testable import TraceFigures

@Suite("The lessons on recurrent cells")
struct CellLessonTests {
    private func circuits(_ name: String) throws -> [CellCircuit] {
        let lesson = try LessonFile(name).lesson
        let trace = try lesson.requiredTrace(for: "a test")
        return lesson.figures.compactMap { figure in
            guard case .cell(let place) = figure else { return nil }
            return CellCircuit(trace, at: place, sample: 0)
        }
    }

    @Test("The LSTM's lesson still has its graph beside the cell, the GRU's has its cell alone")
    func figures() throws {
        let press = try Press()
        #expect(try LessonFile("13-lstm-cell").pictures(press).map(\.name) == ["cell", "graph"])
        #expect(try LessonFile("26-gru-cell").pictures(press).map(\.name) == [nil])
    }

    @Test("Their cells fit the text of a page, a slide's text and a whole slide", arguments: ["13-lstm-cell", "26-gru-cell"])
    func widths(name: String) throws {
        let press = try Press()
        for (width, height) in [(453, nil), (453, 698), (397, nil), (960, 540)] as [(Double, Double?)] {
            var options = PictureOptions()
            options.figure = .cell
            options.width = try #require(TextWidth(points: width) as TextWidth?)
            options.height = try height.map { try #require(TextWidth(points: $0) as TextWidth?) }
            let picture = try #require(try LessonFile(name).pictures(press, options).first).picture
            #expect(picture.size.width == width)
            // The text of a page is 698 pt high.
            #expect(picture.size.height <= height ?? (width == 453 ? 698 : 800))
            // Subscripts included.
            #expect(picture.content.textRuns.allSatisfy { $0.run.font.size >= 7 - 1e-9 })
        }
    }

    @Test("Every line of their pictures holds with six digits or fewer, none about", arguments: ["13-lstm-cell", "26-gru-cell"])
    func digits(name: String) throws {
        for circuit in try circuits(name) {
            let texts = CellTexts(circuit, typesetter: Typesetter(measurer: try Press().measurer))
            for relation in circuit.relations {
                let line = texts.precision.line(relation.arithmetic, result: relation.result, key: relation.key)
                #expect(line.relation == .equals, "\(line.formula.plainText)")
                #expect((line.digits + [line.resultDigits]).allSatisfy { $0 <= 6 }, "\(line.formula.plainText)")
            }
        }
    }

    @Test("Past the update gate comes back most of what the state gets, as the lesson says")
    func claim() throws {
        let circuit = try #require(try circuits("26-gru-cell").first)
        let along = try #require(circuit.signals[.stateAlong]).gradient
        let gates = try #require(circuit.signals[.stateToGates]).gradient
        #expect(abs(gates) < 0.05 * abs(along))
        let gate = try #require(circuit.signals[.gate(.update)]).value
        #expect(abs(along / (try #require(circuit.signals[.hidden]).gradient) - gate) < 1e-12)
    }
}
