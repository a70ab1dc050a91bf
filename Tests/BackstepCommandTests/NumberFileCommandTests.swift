import Foundation
import Testing

@Suite("Commands read the files of numbers that a lesson names", .waiting)
struct NumberFileCommandTests {
    static let lesson = """
        network: {input: 2, weights: w.json, layers: [{dense: 2}]}
        data: {file: points.csv, inputs: [x1, x2], targets: [y1, y2]}
        loss: half-squared-error

        """
    static let weights = #"{"dense1.weight": [[1, 2], [3, 4]]}"#
    static let points = "x1,x2,y1,y2\n1,2,0,0\n"

    private func scene() throws -> (scratch: Scratch, lesson: String) {
        let scratch = try Scratch()
        for folder in ["in", "figures"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        _ = try scratch.write(Self.weights, to: "in/w.json")
        _ = try scratch.write(Self.points, to: "in/points.csv")
        return (scratch, try scratch.write(Self.lesson, to: "in/lesson.yaml"))
    }

    @Test("A figure carries the numbers, so that its lesson stands alone", arguments: ["svg", "pdf", "png"])
    func extract(format: String) throws {
        let (scratch, lesson) = try scene()
        let figure = scratch.url("figures/lesson.\(format)").path
        #expect(try Run("render", lesson, "-o", figure).status == 0)
        let alone = try scratch.write(try Run("extract", figure).text, to: "alone.yaml")
        #expect(try Run("trace", alone, "--json").text == Run("trace", lesson, "--json").text)
        #expect(try Run("check", alone).status == 0)
        // Where the lesson is lost, the figure is held against what it carries.
        #expect(try Run("check", "--figures", scratch.url("figures").path).text.hasPrefix("fresh"))
        let fresh = try Run("check", "--figures", scratch.url("figures").path, lesson)
        #expect(fresh.status == 0, "\(fresh.text)\(fresh.errors)")
        _ = try scratch.write(Self.weights.replacing("4", with: "5"), to: "in/w.json")
        #expect(try Run("check", "--figures", scratch.url("figures").path, lesson).text.hasPrefix("stale"))
    }

    @Test("A figure of too many numbers carries their digest, and check and extract say so") func digest() throws {
        let (scratch, _) = try scene()
        let rows = (0..<300).map { row in "[" + (0..<400).map { "0.\(1_000_000 + row * 400 + $0)" }.joined(separator: ",") + "]" }
        _ = try scratch.write("{\"dense1.weight\": [\(rows.joined(separator: ","))]}", to: "in/w.json")
        let inputs = [String](repeating: "1", count: 400).joined(separator: ",")
        let text =
            "network: {input: 400, weights: w.json, layers: [{dense: 300}]}\ndata: {inputs: [[\(inputs)]]}\nloss: output-sum\nfigures: [network]\n"
        let lesson = try scratch.write(text, to: "in/lesson.yaml")
        let figure = scratch.url("figures/lesson.svg").path
        #expect(try Run("render", lesson, "-o", figure).status == 0)
        let extracted = try Run("extract", figure)
        #expect(extracted.text == text && extracted.errors.contains("numbers are not in it, but in w.json "), "\(extracted.errors)")
        let fresh = try Run("check", "--figures", scratch.url("figures").path, lesson)
        #expect(fresh.status == 0 && fresh.text.contains("it carries only the digest of its numbers: w.json "), "\(fresh.text)")
        let lost = try Run("check", "--figures", scratch.url("figures").path)
        #expect(lost.status == 1 && lost.text.hasPrefix("unread") && lost.text.contains("only the digest"), "\(lost.text)")
        #expect(try Run("describe", figure).errors.contains("w.json can't be read: the figure carries only its digest"))
    }

    static let outside = [
        ("../other.json", "is outside the lesson's folder; expected a file in that folder or below"),
        ("link.json", "is outside the lesson's folder; expected a file in that folder or below"),
        ("/etc/passwd.json", "is outside the lesson's folder; expected a file in that folder or below"),
        ("none.json", "No such file or directory"),
        ("folder.json", "is not a regular file; expected one"),
        ("pipe.json", "is not a regular file; expected one"),
        ("secret.json", "is damaged at byte 0; expected {, which begins an object of JSON"),
    ]

    @Test("No file outside the lesson's folder is read, no pipe waited for, and no file that is none of numbers quoted", arguments: outside)
    func bounds(name: String, message: String) throws {
        let (scratch, _) = try scene()
        _ = try scratch.write(Self.weights, to: "other.json")
        _ = try scratch.write("password-5f3a", to: "in/secret.json")
        try FileManager.default.createSymbolicLink(atPath: scratch.url("in/link.json").path, withDestinationPath: "../other.json")
        try FileManager.default.createDirectory(at: scratch.url("in/folder.json"), withIntermediateDirectories: true)
        mkfifo(scratch.url("in/pipe.json").path, 0o600)
        let lesson = try scratch.write(Self.lesson.replacing("w.json", with: name), to: "in/lesson.yaml")
        let run = try Run("trace", lesson)
        #expect(run.status == 65)
        #expect(run.errors.contains("lesson.yaml:1:30: error: ") && run.errors.contains(message), "\(run.errors)")
        #expect(!run.errors.contains("5f3a"))
        // A folder above may be named as the root.
        if name == "../other.json" {
            #expect(try Run("render", lesson, "--root", scratch.folder.path, "-o", scratch.url("a.svg").path).status == 0)
        }
    }

    @Test("A lesson from the standard input says why it can't read a file") func standardInput() throws {
        let (scratch, _) = try scene()
        let run = try Run("trace", "-", input: Self.lesson, in: scratch.url("in"))
        #expect(run.status == 65)
        #expect(run.errors.contains("w.json can't be read: a lesson from the standard input has no folder"), "\(run.errors)")
        // Unless it is given one.
        func render(_ root: String) throws -> Run {
            try Run("render", "-", "--root", root, "-o", scratch.url("a.svg").path, input: Self.lesson, in: scratch.folder)
        }
        #expect(try render("in").status == 0)
        #expect(try render(".").errors.contains("w.json"))
    }

    @Test("A file over the limit is refused") func large() throws {
        let (scratch, lesson) = try scene()
        // It is sparse, and takes no room on the disk.
        let file = try FileHandle(forWritingTo: scratch.url("in/w.json"))
        try file.truncate(atOffset: 1 << 31)
        let run = try Run("check", lesson)
        #expect(run.status == 65)
        #expect(run.errors.contains("error: w.json has more than 134,217,728 bytes; expected at most that"), "\(run.errors)")
    }

    @Test("A page's blocks read files of the page's folder, and are drawn again when one changes") func notes() throws {
        let (scratch, _) = try scene()
        let page = try scratch.write("```backstep\n\(Self.lesson)```\n", to: "in/page.md")
        func build() throws -> String { try Run("notes", page, "-o", scratch.url("in/built.md").path).errors }
        #expect(try build().contains("1 drawn, 0 kept"))
        #expect(try build().contains("0 drawn, 1 kept"))
        _ = try scratch.write(Self.weights.replacing("4", with: "5"), to: "in/w.json")
        #expect(try build().contains("1 drawn, 0 kept"))
    }
}
