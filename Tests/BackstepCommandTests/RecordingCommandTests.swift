import Foundation
import Testing

@Suite("Commands draw the recordings that a lesson names", .waiting)
struct RecordingCommandTests {
    /// A run of two layers, whose gradient falls ten-thousandfold in the first.
    static func lines(steps: Range<Int>, layers: Int = 2) -> String {
        let names = (0..<layers).map { "{\"name\": \"fc\($0)\", \"kind\": \"Linear\"}" }.joined(separator: ", ")
        let head = "{\"format\": \"backstep.recording\", \"version\": 1, \"model\": \"Net\", \"layers\": [\(names), {\"name\": \"out\"}]}\n"
        return head
            + steps.map { step in
                let each = (0..<layers).map { layer in
                    let norm = "\(pow(1e-4, Double(layers - 1 - layer)) * (1 + 1e-9 * Double(step)))"
                    return "\"fc\(layer)\": {\"gradient\": {\"norm\": \(norm)}, \"weight\": {\"norm\": 1.5, \"update\": 0.00123456789}}"
                }
                return "{\"step\": \(step), \"loss\": \(1 / Double(step + 1)), \"layers\": {\(each.joined(separator: ", "))}}\n"
            }.joined()
    }

    static let verdict = "Vanishing: gradient 10⁴× smaller at fc0 than at fc1, step 0"

    private func scene(_ lesson: String = "recording: run.jsonl\n") throws -> (scratch: Scratch, lesson: String) {
        let scratch = try Scratch()
        for folder in ["in", "figures"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        _ = try scratch.write(Self.lines(steps: 0..<12), to: "in/run.jsonl")
        return (scratch, try scratch.write(lesson, to: "in/lesson.yaml"))
    }

    @Test("describe begins with the verdict, check accepts, and data have the numbers") func words() throws {
        let (scratch, lesson) = try scene()
        defer { withExtendedLifetime(scratch) {} }
        let described = try Run("describe", lesson)
        #expect(described.text.split(separator: "\n").first.map(String.init) == Self.verdict, "\(described.text)\(described.errors)")
        #expect(try Run("check", lesson).text.contains("the recording is well formed"))
        let data = try Run("data", lesson)
        #expect(data.text.contains("\"kind\": \"recording\"") && data.text.contains("\"vanishing\""), "\(data.text)\(data.errors)")
        #expect(try Run("data", lesson, "--table", "verdict").text.contains("run,vanishing,"))
        let trace = try Run("trace", lesson)
        #expect(trace.status == 65 && trace.errors.contains("this lesson is a recording"), "\(trace.errors)")
    }

    @Test("--figure draws one figure of a recording, whatever the lesson lists, and none of a network") func figure() throws {
        let (scratch, lesson) = try scene("recording: run.jsonl\nfigures: [page, loss]\n")
        let figure = scratch.url("figures/fig.svg").path
        #expect(try Run("render", lesson, "--figure", "heat", "-o", figure).status == 0)
        #expect(try Run("check", "--figures", scratch.url("figures").path, lesson).text.hasPrefix("fresh"))
        let cell = try Run("render", lesson, "--figure", "cell", "-o", figure)
        #expect(cell.status == 64 && cell.errors.contains("--figure cell: lesson is a recording; expected decay, heat, "), "\(cell.errors)")
        let other = try Run("render", "fork", "--figure", "heat", "-o", figure)
        #expect(other.status == 64 && other.errors.contains("--figure heat: 02-fork is no recording"), "\(other.errors)")
    }

    @Test("A figure carries the lines, so that its lesson stands alone", arguments: ["svg", "pdf", "png"])
    func extract(format: String) throws {
        let (scratch, lesson) = try scene("title: A run\nrecording: {file: run.jsonl, name: one}\nfigures: [decay]\nsteps: [0, 3]\n")
        let figure = scratch.url("figures/lesson.\(format)").path
        let drawn = try Run("render", lesson, "-o", figure)
        #expect(drawn.status == 0, "\(drawn.errors)")
        let alone = try scratch.write(try Run("extract", figure).text, to: "alone.yaml")
        #expect(try Run("data", alone).text == Run("data", lesson).text)
        let folder = scratch.url("figures").path
        #expect(try Run("check", "--figures", folder).text.hasPrefix("fresh"))
        #expect(try Run("check", "--figures", folder, lesson).text.hasPrefix("fresh"))
        _ = try scratch.write(Self.lines(steps: 0..<11), to: "in/run.jsonl")
        #expect(try Run("check", "--figures", folder, lesson).text.hasPrefix("stale"))
    }

    @Test("A figure of too many numbers carries their digest") func digest() throws {
        let (scratch, lesson) = try scene()
        _ = try scratch.write(Self.lines(steps: 0..<400, layers: 30), to: "in/run.jsonl")
        let figure = scratch.url("figures/lesson.svg").path
        #expect(try Run("render", lesson, "-o", figure).status == 0)
        let extracted = try Run("extract", figure)
        #expect(extracted.text == "recording: run.jsonl\n" && extracted.errors.contains("numbers are not in it, but in run.jsonl "))
        #expect(try Run("check", "--figures", scratch.url("figures").path, lesson).text.hasPrefix("fresh"))
    }

    @Test("A run that is still going on is drawn as far as it is; a lesson of it is drawn again when a line comes") func growing() throws {
        let (scratch, lesson) = try scene()
        _ = try scratch.write(String(Self.lines(steps: 0..<5).dropLast(20)), to: "in/run.jsonl")
        #expect(try Run("describe", lesson).status == 0)
        let figure = scratch.url("fig.svg")
        let watching = try Watching(lesson, drawing: figure)
        func shows(_ text: String) -> Bool { (try? String(contentsOf: figure, encoding: .utf8))?.contains(text) == true }
        #expect(watching.eventually { shows("its last line is cut off") })
        let alone = try scratch.write(try Run("extract", figure.path).text, to: "alone.yaml")
        #expect(try Run("describe", alone).text.contains("its last line is cut off"))
        _ = try scratch.write(Self.lines(steps: 0..<7), to: "in/run.jsonl")
        #expect(watching.eventually { shows("7 recorded steps") && !shows("its last line is cut off") })
        #expect(watching.interrupted() == 130)
    }

    static let outside = [
        ("../other.jsonl", "is outside the lesson's folder; expected a file in that folder or below"),
        ("link.jsonl", "is outside the lesson's folder; expected a file in that folder or below"),
        ("/etc/passwd.jsonl", "is outside the lesson's folder; expected a file in that folder or below"),
        ("none.jsonl", "No such file or directory"),
        ("folder.jsonl", "is not a regular file; expected one"),
        ("pipe.jsonl", "is not a regular file; expected one"),
        ("secret.jsonl", "line 1 is no head of a recording"),
        ("secret.jsonl.gz", "is no gzip file"),
    ]

    @Test("No file outside the lesson's folder is read, no pipe waited for, and none that is no recording quoted", arguments: outside)
    func bounds(name: String, message: String) throws {
        let (scratch, lesson) = try scene("recording: \(name)\n")
        _ = try scratch.write(Self.lines(steps: 0..<2), to: "other.jsonl")
        for secret in ["in/secret.jsonl", "in/secret.jsonl.gz"] { _ = try scratch.write("password-5f3a", to: secret) }
        try FileManager.default.createSymbolicLink(atPath: scratch.url("in/link.jsonl").path, withDestinationPath: "../other.jsonl")
        try FileManager.default.createDirectory(at: scratch.url("in/folder.jsonl"), withIntermediateDirectories: true)
        mkfifo(scratch.url("in/pipe.jsonl").path, 0o600)
        let run = try Run("render", lesson, "-o", scratch.url("a.svg").path)
        #expect(run.status == 65)
        #expect(run.errors.contains("lesson.yaml:1:12: error: ") && run.errors.contains(message), "\(run.errors)")
        #expect(!run.errors.contains("5f3a"))
        if name == "../other.jsonl" {
            #expect(try Run("render", lesson, "--root", scratch.folder.path, "-o", scratch.url("a.svg").path).status == 0)
        }
    }
}
