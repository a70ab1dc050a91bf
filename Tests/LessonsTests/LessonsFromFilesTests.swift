import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Forms
@testable import Lessons
@testable import NumberFiles

/// Lessons whose numbers are in files.
@Suite("Lessons whose numbers are in files") struct LessonsFromFilesTests {
    static let files: [String: [UInt8]] = [
        "w.json": Array(
            (#"{"dense1.weight": [[1, 2], [3, 4], [5, 6]], "dense1.bias": [0.1, 0.2, 0.3], "#
                + #""fc2": [[7, 8, 9]], "skip": [[1, 0], [0, 1]], "bad": [1e999]}"#).utf8),
        "turned.json": Array(#"{"dense1.weight": [[1, 3, 5], [2, 4, 6]]}"#.utf8),
        "points.csv": Array("x1,x2,y,label,note\n1,2,0.5,0,a\n3,4,0.25,2,b\n5,6,0.125,1,SECRET\n".utf8),
        "broken.json": Array(#"{"dense1.weight": SECRET"#.utf8),
        "many.csv": Array(("x1,x2,y\n" + String(repeating: "1,2,3\n", count: 5_000)).utf8),
    ]

    static let source = NumberSource { name in
        files[name].map { .success(.init(bytes: $0, digest: "\($0.count)")) }
            ?? .failure(NumberFileError("\(name) can't be read", expected: nil))
    }

    static func read(_ text: String) throws(LessonErrors) -> Lesson {
        try LessonReader.read(bytes: Array(text.utf8), file: "lesson.yaml", numbers: source)
    }

    static func problem(_ text: String) throws -> TrainingProblem {
        guard case .network(let problem) = try read(text).subject else { throw CocoaError(.fileReadCorruptFile) }
        return problem
    }

    /// The two layers of most tests.
    static func lesson(
        weights: String = "w.json", layers: String = "[{dense: 3}, tanh, dense: {units: 1, name: out}]",
        data: String = "{file: points.csv, inputs: [x1, x2], targets: [y]}", loss: String = "half-squared-error", rest: String = ""
    ) -> String {
        "network:\n  input: 2\n  seed: 5\n  weights: \(weights)\n  layers: \(layers)\ndata: \(data)\nloss: \(loss)\n\(rest)"
    }

    static func message(_ text: String) -> String {
        do {
            return try read(text).warnings.map(\.headline).joined(separator: "\n")
        } catch {
            return error.errors.map(\.headline).joined(separator: "\n")
        }
    }

    @Test("Parameters and data are what the files hold, and what they lack is sampled") func taken() throws {
        let problem = try Self.problem(Self.lesson(weights: "{file: w.json, names: {out.weight: fc2}}"))
        #expect(problem.network.written["dense1.weight"] == Tensor(shape: [3, 2], scalars: [1, 2, 3, 4, 5, 6]))
        #expect(problem.network.written["dense1.bias"] == Tensor(shape: [3], scalars: [0.1, 0.2, 0.3]))
        #expect(problem.network.written["out.weight"] == Tensor(shape: [1, 3], scalars: [7, 8, 9]))
        #expect(problem.network.written["out.bias"] == nil)
        #expect(problem.inputs == Tensor(shape: [3, 2], scalars: [1, 2, 3, 4, 5, 6]))
        #expect(problem.targets == .values(Tensor(shape: [3, 1], scalars: [0.5, 0.25, 0.125])))
    }

    @Test("One column is class numbers for cross-entropy, and rows choose") func classes() throws {
        let data = "{file: points.csv, inputs: [x1, x2], targets: [label], rows: [1, 3]}"
        let problem = try Self.problem(Self.lesson(layers: "[dense: 3]", data: data, loss: "cross-entropy"))
        #expect(problem.targets == .classes([2, 1]))
        #expect(problem.inputs == Tensor(shape: [2, 2], scalars: [3, 4, 5, 6]))
        let bare = "{file: points.csv, inputs: [x1, x2], targets: label}"
        #expect(try Self.problem(Self.lesson(layers: "[dense: 3]", data: bare, loss: "hinge")).targets == .classes([0, 2, 1]))
        let sum = "{file: points.csv, inputs: [x1, x2]}"
        #expect(try Self.problem(Self.lesson(data: sum, loss: "output-sum")).targets == .absent)
    }

    static let lessons: [String] = [
        lesson(),
        lesson(
            weights: "{file: w.json, names: {out.weight: fc2}}", rest: "figures: [graph, network]\ntitle: \"Ω \\\" # \\u2028 : [x]\\n\"\n"),
        lesson(
            layers: "[{dense: {units: 3}}, {dropout: {rate: 0.25}}, dense]".replacing("dense]", with: "{dense: {units: 1, bias: false}}]")),
        lesson(
            weights: "{file: w.json, names: {residual1.projection: skip}}",
            layers: "\n  - residual:\n      layers: [{dense: 2}, layer-norm]\n      projection: true\n  - dense: 1"
        ).replacing("dense1.weight", with: "x"),
        lesson(layers: "[dense: 3]", data: "{file: points.csv, inputs: [x1, x2], targets: [label]}", loss: "cross-entropy"),
        lesson(layers: "[dense: 3]", data: "{inputs: [[1, 2]], targets: [2]}", loss: "{kind: hinge, margin: 0.5}")
            .replacing("seed: 5", with: "seed: 5 # a remark") + "headline: 'no: it''s ~'\n",
        lesson(weights: "{file: w.json, names: {}}", rest: "optimizer: {kind: adam, learning-rate: 1e-3}\nsteps: 3\nfrozen: [bias]\n"),
    ]

    @Test("A lesson stands alone with the numbers written out, and is the same lesson", arguments: lessons) func standalone(text: String)
        throws
    {
        // The small network of the fourth has no room for the file's dense1.
        let text = text.contains("residual1.projection") ? text.replacing("{dense: 2}", with: "{dense: {units: 2, name: inner}}") : text
        let lesson = try Self.read(text)
        let alone = try #require(lesson.source.standalone)
        let again = try LessonReader.read(text: alone, file: "lesson.yaml")
        #expect(again.subject == lesson.subject, "\(alone)")
        #expect(again.title == lesson.title && again.headline == lesson.headline && again.figures == lesson.figures)
        #expect(again.source.files.isEmpty && again.source.standalone == nil && again.source.carried == again.source.text)
        #expect(!lesson.source.files.isEmpty && lesson.source.carried == alone && lesson.source.filesLeftOut.isEmpty)
    }

    @Test("A lesson that would be too large with its numbers carries the digests of its files") func large() throws {
        var text = #"{"dense1.weight": ["#
        text += (0..<300).map { row in "[" + (0..<400).map { "0.\(123_456 + row * 400 + $0)" }.joined(separator: ",") + "]" }.joined(
            separator: ",")
        text += "]}"
        let bytes = Array(text.utf8)
        let source = NumberSource { _ in .success(.init(bytes: bytes, digest: "d1")) }
        let lesson = try LessonReader.read(
            bytes: Array(
                "network: {input: 400, weights: big.json, layers: [dense: 300]}\ndata: {inputs: [\([Int](repeating: 1, count: 400))]}\nloss: output-sum\n"
                    .utf8),
            file: "f", numbers: source)
        #expect(lesson.source.standalone == nil && lesson.source.carried == lesson.source.text)
        #expect(lesson.source.filesLeftOut == [.init(name: "big.json", digest: "d1")])
        #expect(lesson.source.dependencies == [lesson.source.text, "big.json", "d1"])
    }

    @Test("The files of a lesson are known though it has faults") func named() {
        let text = "network: {weights: {file: a.npz}, layers: 1}\ndata: {file: ../b.csv}\n"
        #expect(LessonReader.namedFiles(in: Array(text.utf8)) == ["a.npz", "../b.csv"])
        #expect(LessonReader.namedFiles(in: Array("network: {weights: c.json}\n".utf8)) == ["c.json"])
        #expect(LessonReader.namedFiles(in: Array("network: [\n".utf8)) == [])
    }

    struct Fault: CustomTestStringConvertible {
        var text: String
        var message: String
        var testDescription: String { message }
    }

    static let faulty: [Fault] = [
        Fault(
            text: lesson(weights: "x.bin"),
            message:
                "lesson.yaml:4:12: error: network.weights is \"x.bin\"; expected the name of a file that ends in .safetensors, .npz or .json"
        ),
        Fault(text: lesson(weights: "none.json"), message: "lesson.yaml:4:12: error: none.json can't be read"),
        Fault(text: lesson(weights: "broken.json"), message: "lesson.yaml:4:12: error: broken.json is damaged at byte 24; expected , or }"),
        Fault(
            text: lesson(weights: "{file: w.json, names: {out.wieght: fc2}}"),
            message:
                "lesson.yaml:4:35: error: \"out.wieght\" is no parameter of the network; expected one of its parameters, such as dense1.weight; did you mean out.weight?"
        ),
        Fault(
            text: lesson(weights: "{file: w.json, names: {out.weight: dense1.wieght}}"),
            message:
                "lesson.yaml:4:47: error: w.json holds no \"dense1.wieght\"; expected a name that the file has; did you mean dense1.weight?"
        ),
        Fault(
            text: lesson(weights: "{file: w.json, names: {out.bias: bad}}"),
            message:
                "lesson.yaml:4:45: error: w.json is damaged at byte 135; expected a number of magnitude at most 1.797e308, the largest there is"
        ),
        Fault(
            text: lesson(weights: "turned.json"),
            message:
                "lesson.yaml:4:12: error: dense1.weight in turned.json has shape [2, 3]; expected [3, 2]: units is 3 (5:20) and input gives 2 features (2:10); rows are outputs: transpose it"
        ),
        Fault(
            text: lesson(layers: "[{dense: {units: 3, bias: [1, 2, 3]}}, dense: 1]"),
            message:
                "lesson.yaml:5:37: error: network.layers[0].dense.bias is written, and w.json holds it too (4:12); expected one of them"),
        Fault(
            text: lesson(layers: "[dense: {units: 1, name: only}]"),
            message:
                "lesson.yaml:4:12: warning: w.json holds none of the network's parameters, which are all sampled; say under names what it calls them, as in {only.weight: fc1.weight}"
        ),
        Fault(
            text: lesson(data: "{file: points.csv, inputs: [x1, x3], targets: [y]}"),
            message: "lesson.yaml:6:39: error: points.csv has no column \"x3\"; expected a head of its 5 columns; did you mean x1?"),
        Fault(
            text: lesson(data: "{file: points.csv, inputs: [x1, note], targets: [y]}"),
            message: "lesson.yaml:6:14: error: points.csv has something else in line 2, column 5; expected a number"),
        Fault(
            text: lesson(data: "{file: points.csv, inputs: [x1], targets: [y]}"),
            message: "lesson.yaml:6:34: error: data.inputs has shape [3, 1]; expected [batch, 2]: input gives 2 features (2:10)"),
        Fault(
            text: lesson(data: "{file: points.csv, inputs: [x1, x2], targets: [y], rows: [2, 4]}"),
            message: "lesson.yaml:6:64: error: points.csv has 3 rows; expected at least 4, as rows says"),
        Fault(
            text: lesson(data: "{file: points.csv, inputs: [x1, x2], targets: [y], rows: [2, 2]}"),
            message:
                "lesson.yaml:6:64: error: data.rows is [2, 2], which holds no row; expected two whole numbers, the first row from 0 and the one before which the rows end"
        ),
        Fault(
            text: lesson(data: "{file: many.csv, inputs: [x1, x2], targets: [y]}"),
            message:
                "lesson.yaml:6:14: error: many.csv gives 5,000 samples; expected at most 4,096 in a batch; choose some with rows: [0, 4096]"
        ),
        Fault(
            text: lesson(data: "{file: points.json, inputs: x, targets: y}"),
            message: "lesson.yaml:6:14: error: data.file is \"points.json\"; expected the name of a file that ends in .csv or .npz"),
        Fault(
            text: lesson(layers: "[dense: 3]", data: "{file: points.csv, inputs: [x1, x2], targets: [y]}", loss: "cross-entropy"),
            message: "lesson.yaml:6:53: error: data.targets[0] is 0.5; expected a whole number of at least 0\n"
                + "lesson.yaml:6:53: error: data.targets[1] is 0.25; expected a whole number of at least 0\n"
                + "lesson.yaml:6:53: error: data.targets[2] is 0.125; expected a whole number of at least 0"),
        Fault(
            text: lesson(data: "{file: points.csv, inputs: [x1, x2], row: [0, 1], targets: [y]}"),
            message: "lesson.yaml:6:44: error: unknown key \"row\" in data; expected file, inputs, targets or rows; did you mean \"rows\"?"),
    ]

    @Test("What is wrong with a file is said where the lesson names it, without a word of the file", arguments: faulty)
    func told(fault: Fault) {
        let message = Self.message(fault.text)
        #expect(message == fault.message)
        #expect(!message.contains("SECRET"))
    }

    @Test("A lesson without a folder says why it can't read a file") func nowhere() throws {
        let error = try #require(throws: LessonErrors.self) { try LessonReader.read(text: Self.lesson(), file: "f") }
        #expect(error.errors.map(\.what) == Array(["w.json", "points.csv"].map { "\($0) can't be read: this lesson has no folder" }))
    }
}
