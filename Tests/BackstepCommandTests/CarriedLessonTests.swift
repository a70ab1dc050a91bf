import Foundation
import Testing

@Suite("A figure carries its lesson")
struct CarriedLessonTests {
    static let lesson = "# Two of them.\ntitle: A & B < C\nexpression: f = x * y\nat: {x: 2, y: 3}\n"

    @Test("extract gives the lesson back as it was written, from each format", arguments: ["svg", "pdf", "png"])
    func extract(format: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "product.yaml")
        #expect(try Run("render", lesson, "-o", scratch.url("fig.\(format)").path).status == 0)
        #expect(try Run("extract", scratch.url("fig.\(format)").path).text == Self.lesson)
        #expect(try Run("extract", scratch.url("fig.\(format)").path, "-o", scratch.url("back.yaml").path).status == 0)
        #expect(try String(contentsOf: scratch.url("back.yaml"), encoding: .utf8) == Self.lesson)
    }

    @Test("With --no-source there is nothing to extract", arguments: ["svg", "pdf", "png"])
    func noSource(format: String) throws {
        let scratch = try Scratch()
        let figure = scratch.url("fig.\(format)")
        #expect(try Run("render", "fork", "--no-source", "-o", figure.path).status == 0)
        let run = try Run("extract", figure.path)
        #expect(run.status == 65)
        #expect(run.errors.contains("--no-source"))
        #expect(!String(decoding: try Data(contentsOf: figure), as: UTF8.self).contains("expression"))
    }

    @Test("A file of somebody else carries none, and a missing one is told")
    func others() throws {
        let scratch = try Scratch()
        let other = try scratch.write("<svg xmlns='http://www.w3.org/2000/svg'/>", to: "logo.svg")
        #expect(try Run("extract", other).status == 65)
        #expect(try Run("extract", "/nowhere.svg").status == 66)
        #expect(try Run("describe", other).status == 65)
    }

    @Test("describe tells the same of a lesson and of its figure, whatever it was drawn with")
    func describe() throws {
        let scratch = try Scratch()
        for options in [[], ["--theme", "dark", "--width", "a4"]] as [[String]] {
            let figure = scratch.url("fig.png").path
            #expect(try Run(["render", "two-by-two", "-o", figure] + options).status == 0)
            let told = try Run("describe", "two-by-two")
            #expect(told.status == 0)
            #expect(try Run("describe", figure).text == told.text)
            #expect(told.text.contains("0.2984"), "\(told.text)")
        }
        let alternative = try Run("describe", "gradient-decay", "--alt").text
        #expect(alternative.hasSuffix("\n") && alternative.split(separator: "\n").count == 1)
        let table = try Run("describe", "fork", "--csv").text
        #expect(table.hasPrefix("scalar,value,gradient"))
        #expect(table.contains("a,-2.0,-3.0"), "\(table)")
    }

    @Test("check tells fresh figures from stale and foreign ones, and ends with 1 where one is stale")
    func check() throws {
        let scratch = try Scratch()
        let notes = scratch.url("notes")
        try FileManager.default.createDirectory(at: notes, withIntermediateDirectories: true)
        let lesson = try scratch.write(Self.lesson, to: "product.yaml")
        #expect(try Run("render", lesson, "-o", notes.path, "--theme", "dark", "--width", "89mm").status == 0)
        #expect(
            try Run("render", "two-by-two", "-f", "svg", "-o", notes.appendingPathComponent("wide").path, "--products", "--transparent")
                .status == 0)
        _ = try scratch.write("<svg xmlns='http://www.w3.org/2000/svg'/>", to: "notes/logo.svg")
        let fresh = try Run("check", "--figures", notes.path)
        #expect(fresh.status == 0, "\(fresh.text)\(fresh.errors)")
        #expect(fresh.text.split(separator: "\n").map { $0.prefix(7) } == ["foreign", "fresh  ", "fresh  ", "fresh  ", "fresh  "])

        // The title is drawn, so the figures are stale; a comment is not.
        try (Self.lesson + "# changed\n").write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(try Run("check", "--figures", notes.path, lesson).status == 0)
        try Self.lesson.replacingOccurrences(of: "A &", with: "D &").write(toFile: lesson, atomically: true, encoding: .utf8)
        let stale = try Run("check", "--figures", notes.path, scratch.folder.path)
        #expect(stale.status == 1)
        #expect(stale.text.components(separatedBy: "stale ").count == 4, "\(stale.text)")
        #expect(stale.errors.contains("3 figures are stale"))
        // The one that it carries has not changed.
        #expect(try Run("check", "--figures", notes.path).status == 0)
        try FileManager.default.copyItem(atPath: lesson, toPath: notes.appendingPathComponent("product.yaml").path)
        #expect(try Run("check", "--figures", notes.path).status == 1)
        try "expression: f = x *\n".write(toFile: lesson, atomically: true, encoding: .utf8)
        #expect(try Run("check", "--figures", notes.path, lesson).text.contains("refused"))
    }

    @Test("A figure without its lesson is foreign, one whose lesson has it no more is stale")
    func withoutFigure() throws {
        let scratch = try Scratch()
        func network(inputs: String, _ targets: String, figures: String) throws {
            _ = try scratch.write(
                "network: {input: 1, layers: [dense: 1]}\ndata: {inputs: \(inputs), targets: \(targets)}\nloss: half-squared-error\n"
                    + "figures: [\(figures)]\n", to: "lesson.yaml")
        }
        try network(inputs: "[[1], [2]]", "[[1], [3]]", figures: "network, graph")
        let lesson = scratch.url("lesson.yaml").path
        for (name, more) in [("bare", ["--no-source"]), ("second", ["--sample", "1"])] {
            #expect(try Run(["render", lesson, "-f", "svg", "-o", scratch.url("notes/\(name)").path] + more).status == 0)
        }
        func verdicts(_ more: String...) throws -> [String] {
            try Run(["check", "--figures", scratch.url("notes").path] + more).text.split(separator: "\n").map(String.init)
        }
        let alone = try verdicts()
        #expect(alone.count == 4)
        #expect(alone.filter { $0.contains("foreign") && $0.contains("it carries no lesson, and none of its name was found") }.count == 2)
        try network(inputs: "[[1], [2]]", "[[1], [3]]", figures: "graph")
        #expect(try verdicts(lesson).contains { $0.contains("stale") && $0.contains("lesson has no such figure any more") })
        try network(inputs: "[[1]]", "[[1]]", figures: "network, graph")
        #expect(try verdicts(lesson).contains { $0.contains("stale") && $0.contains("sample 1 is outside the batch") })

        // Settings that its lesson never had.
        let figure = scratch.url("notes/second-graph.svg")
        let tampered = try String(contentsOf: figure, encoding: .utf8).replacing("figure=graph", with: "figure=cell")
        try tampered.write(to: figure, atomically: true, encoding: .utf8)
        let run = try Run("describe", figure.path)
        #expect(run.status == 65 && run.errors.contains("its lesson has no such figure any more"), "\(run.errors)")
    }

    @Test("The frames of a step-through are held against their lesson too")
    func frames() throws {
        let scratch = try Scratch()
        #expect(try Run("steps", "chain-rule", "-o", scratch.folder.path, "--by", "layer").status == 0)
        let run = try Run("check", "--figures", scratch.url("frames").path)
        #expect(run.status == 0, "\(run.text)")
        #expect(!run.text.contains("foreign"), "\(run.text)")
    }
}
