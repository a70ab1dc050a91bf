import Foundation
import Testing

/// Lessons that a program could stumble over: each gets its error, or its true figure, and nothing else.
@Suite("Hostile lessons", .waiting)
struct HostileLessonTests {
    private static func network(
        _ layers: String, inputs: String = "[[1, 2]]", targets: String = "[[0]]", loss: String = "half-squared-error"
    ) -> String {
        "network: {input: 2, layers: [\(layers)]}\ndata: {inputs: \(inputs), targets: \(targets)}\nloss: \(loss)\n"
    }

    private static let unit = "dense: {units: 1, weight: [[1, 1]]}"

    static let refused: [(name: String, lesson: String)] = [
        (
            "alias bomb",
            "a: &a [x, x]\n"
                + (1...40).map { "b\($0): &b\($0) [*\($0 == 1 ? "a" : "b\($0 - 1)"), *\($0 == 1 ? "a" : "b\($0 - 1)")]\n" }.joined()
        ),
        ("nesting", "title: " + String(repeating: "[", count: 20_000)),
        (
            "nested expression",
            "expression:\n  - f = " + String(repeating: "(", count: 5_000) + "x" + String(repeating: ")", count: 5_000) + "\nat: {x: 1}\n"
        ),
        ("more layers than allowed", "network:\n  input: 2\n  layers: [" + String(repeating: "relu,", count: 100_000) + "relu]\n"),
        ("a name of a megabyte", "title: \(String(repeating: "n", count: 1 << 20))\n" + network("{\(unit)}")),
        ("no targets", network("{\(unit)}", targets: "[]")),
        ("class out of range", network("{dense: 3}", targets: "[3]", loss: "cross-entropy")),
        ("negative class", network("{dense: 3}", targets: "[-1]", loss: "cross-entropy")),
        ("infinite weight", network("{dense: {units: 1, weight: [[1e400, 1]]}}")),
        ("control characters in a name", network("{dense: {units: 1, name: \"a\\u0007b\"}}")),
    ]

    @Test("are refused with an error that has a place, in few lines", arguments: refused.map(\.name))
    func refusals(name: String) throws {
        let lesson = try #require(Self.refused.first { $0.name == name }).lesson
        let run = try Run("trace", "-", input: lesson)
        #expect(run.status == 65, "\(run.errors.prefix(500))")
        #expect(run.errors.contains("error: "))
        #expect(run.errors.utf8.count < 20_000)
        #expect(run.output.isEmpty)
    }

    static let drawn: [(name: String, lesson: String, loss: Double)] = [
        ("weights of 10³⁰⁰", network("{dense: {units: 1, weight: [[1.0e+300, 1]], bias: [0]}}, sigmoid"), 0.5),
        ("denormal weights", network("{dense: {units: 1, weight: [[5.0e-324, 0]], bias: [0]}}", inputs: "[[2, 0]]", targets: "[[1]]"), 0.5),
        ("all zeros", network("{dense: {units: 1, weight: [[0, 0]], bias: [0]}}", inputs: "[[0, 0]]"), 0),
        ("one sample in batch-norm", network("{dense: {units: 1, weight: [[1, 1]], bias: [0]}}, batch-norm", targets: "[[1]]"), 0.5),
        ("ReLU exactly at its kink", network("{dense: {units: 1, weight: [[2, -1]], bias: [0]}}, relu", targets: "[[1]]"), 0.5),
        ("a tie of max", "expression:\n  - f = max(x, y)\nat: {x: 2, y: 2}\n", 2),
    ]

    @Test("are traced and drawn where they mean something", arguments: drawn.map(\.name))
    func figures(name: String) throws {
        let hostile = try #require(Self.drawn.first { $0.name == name })
        let scratch = try Scratch()
        let trace = try Run("trace", "-", "--format", "json", input: hostile.lesson)
        let object = try #require(try JSONSerialization.jsonObject(with: trace.output) as? [String: Any])
        #expect(object["loss"] as? Double == hostile.loss)
        let run = try Run("render", "-", "-o", scratch.url("figure").path, "-f", "svg,png,pdf", input: hostile.lesson)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).count(where: { $0.hasPrefix("figure.") }) == 3)
    }

    @Test("leave the folder for their pictures alone, whatever they are called")
    func names() throws {
        let scratch = try Scratch()
        let lesson = scratch.url("CON.yaml")
        try Self.network("{dense: {units: 1, name: '../../x'}}").write(to: lesson, atomically: false, encoding: .utf8)
        let out = scratch.url("out")
        let run = try Run("render", lesson.path, "-o", out.path, "-f", "svg")
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted()
        #expect(names == (run.status == 0 ? ["CON.yaml", "out"] : ["CON.yaml"]), "\(names)")
    }

    @Test("and an interrupted gallery ends with 130, having left whole files only")
    func interrupted() throws {
        let scratch = try Scratch()
        let lessons = scratch.url("lessons")
        try FileManager.default.createDirectory(at: lessons, withIntermediateDirectories: true)
        for number in 1...40 {
            try Self.network("{dense: 2}, sigmoid, {dense: 1}").write(
                to: lessons.appendingPathComponent("\(number).yaml"), atomically: false, encoding: .utf8)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Run.program)
        process.arguments = ["gallery", lessons.path, "-o", scratch.url("out").path, "-f", "svg"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        while !FileManager.default.fileExists(atPath: scratch.url("out").path), process.isRunning { usleep(1000) }
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130 && process.terminationReason == .exit)
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.url("out").path) where name.hasSuffix(".svg") {
            #expect(try String(contentsOf: scratch.url("out/\(name)"), encoding: .utf8).hasSuffix("</svg>\n"), "\(name)")
        }
    }
}
