import Autodiff
import CairoBackend
import Experiments
import Forms
import Lessons
import NeuralNetworks
import NumberFiles
import Recordings

@testable import Notes

// The targets. Each reader must return a value or throw errors for any input.

/// Reads a lesson; a small one is also lowered to a tape and run forward and backward, or measured.
func readLesson(_ bytes: [UInt8]) {
    do {
        try trace(try LessonReader.read(bytes: bytes, file: "f"))
    } catch let refusal as LessonErrors {
        check(refusal)
    } catch is CostExceeded {
    } catch is ExperimentError {
    } catch {
        fatalError("a lesson that was read cannot be recorded: \(error)")
    }
}

func readExpression(_ bytes: [UInt8]) {
    let line = String(decoding: bytes, as: UTF8.self).replacing("'", with: "''")
    readLesson(Array("expression: 'f = \(line)'\nat: {x: 0.5, y: -2}\n".utf8))
}

/// Reads the data inside a figure, if there are any.
func readFigure(_ bytes: [UInt8]) {
    guard let carried = try? EmbeddedLesson(in: bytes) else { return }
    precondition(carried.digest.count <= bytes.count && (carried.source?.utf8.count ?? 0) <= 3 * bytes.count)
}

/// Splits a page into pieces, which joined must give the page again, and reads its lessons. A notebook must keep its bytes, and the pages in it.
func readPage(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let notebook = try? Notebook(Array(text.utf8)) {
        precondition(notebook.text(with: notebook.sources.map(\.text)).utf8.elementsEqual(text.utf8), "the notebook is another")
        let texts = notebook.sources.map { $0.text + "\n\u{1}" }
        precondition((try? Notebook(Array(notebook.text(with: texts).utf8)))?.sources.map(\.text) == texts, "the notebook has other texts")
    }
    var whole: [UInt8] = []
    for piece in NotesPage(text).pieces {
        switch piece {
        case .text(let text): whole += text.utf8
        case .image(let image): whole += image.verbatim.utf8
        case .reference(let reference): whole += reference.verbatim.utf8
        case .block(let block):
            whole += block.verbatim.utf8
            readLesson(Array(block.body.utf8))
        }
    }
    precondition(whole.elementsEqual(text.utf8), "the pieces are not the page")
}

/// Reads a file of numbers as each kind of file; numbers that are found are finite, and fit their shape.
func readFiles(_ bytes: [UInt8]) {
    func all(_ arrays: (any NamedArrays)?) {
        for name in arrays?.names.prefix(8) ?? [] {
            guard let arrays, let tensor = try? arrays.tensor(name) else { continue }
            precondition(tensor.scalars.allSatisfy(\.isFinite) && (try? arrays.shape(of: name)) == tensor.shape)
        }
    }
    all(try? NPZFile(bytes, takesIntegers: true))
    all(try? JSONArrays(bytes))
    all(try? SafetensorsFile(bytes))
    guard let table = try? CSVTable(bytes) else { return }
    for column in table.heads.indices.prefix(8) { _ = try? table.numbers(columns: [column], rows: 0..<table.rowCount) }
}

/// Reads a recording; one that is read is diagnosed, and its lines read back as the same.
func readRecording(_ bytes: [UInt8]) {
    guard let recording = try? RecordingReader.read(FilePieces(bytes)) else { return }
    _ = RunDiagnosis(of: recording).finding
    guard let lines = recording.lines(most: .max),
        let again = try? RecordingReader.read(FilePieces(Array(lines.joined(separator: "\n").utf8)))
    else {
        preconditionFailure("what was written of a recording is none")
    }
    precondition(again.lines(most: .max) == lines)
}

private func trace(_ lesson: Lesson) throws {
    switch lesson.subject {
    case .expression(let problem):
        let lowered = problem.program.lowered()
        walk(Pass(lowered.tape, sources: lowered.sources, result: lowered.result))
    case .network(let problem):
        // Long sequences take too long to lower.
        guard problem.network.input.count * problem.network.layers.count < 2_000 else { return }
        let lowered = try problem.lowered()
        guard lowered.tape.scalars < 10_000, lowered.tape.products < 30_000 else { return }
        let pass = lowered.pass()
        _ = Update(lowered, pass)
        walk(pass)
    case .experiment(let experiment):
        func run(_ measurement: some Measurement) throws {
            let cost = try measurement.cost()
            guard cost.scalars < 10_000, cost.products < 100_000 else { return }
            _ = measurement.data(of: try measurement.measure())
        }
        try run(experiment.measurement)
    case .recording(let recorded): for run in recorded.runs { _ = RunDiagnosis(of: run.recording).finding }
    }
}

/// Visits the products behind all gradients, and finds the largest paths from the first scalar.
private func walk(_ pass: Pass) {
    guard pass.tape.products < 5_000, pass.tape.entries.count < 500 else { return }
    var products = 0
    pass.forEachContribution { _ in products += 1 }
    if let graph = try? ScalarGraph(pass, from: ScalarID(pass.tape.allIDs[0], 0)) { _ = graph.largestPaths(3).map(\.product) }
}

/// Checks that a refused lesson has at least one error, each with a position and without control characters.
private func check(_ refusal: LessonErrors) {
    precondition(!refusal.errors.isEmpty, "a refusal without a reason")
    for finding in refusal.errors {
        precondition(finding.line >= 1 && finding.column >= 1)
        precondition(finding.description.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 })
    }
}
