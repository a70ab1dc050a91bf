import Foundation
import Testing

@Suite("A lesson says which figures it has", .waiting)
struct CellCommandTests {
    private static let lesson = """
        title: Two units
        network:
          input: {time: 3, features: 2}
          layers: [{lstm: {units: 2, name: memory}}, {dense: 1}]
        data: {inputs: [[[1, 0], [0, 1], [-1, 0]], [[0, 1], [1, 1], [0, 0]]], targets: [[1], [0]]}
        loss: half-squared-error
        figures:
          - cell: {step: 2, unit: 1, sample: 1}
          - graph
          - cell

        """

    private func written() throws -> (scratch: Scratch, path: String) {
        let scratch = try Scratch()
        return (scratch, try scratch.write(Self.lesson, to: "memory.yaml"))
    }

    @Test("Files are called after the figures' kinds, with numbers where a kind has several")
    func names() throws {
        let (scratch, path) = try written()
        let run = try Run("render", path, "-o", scratch.url("out").path + "/", "-f", "svg")
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            try scratch.files.filter { $0.hasPrefix("out/") }
                == ["out/memory-cell-1.svg", "out/memory-cell-2.svg", "out/memory-graph.svg"])
        let check = try Run("check", "--figures", scratch.url("out").path, path)
        #expect(check.status == 0, "\(check.text)")
        #expect(check.text.components(separatedBy: "fresh ").count == 4, "\(check.text)")
    }

    @Test("--figure draws one kind: the cells that are listed, or one that suits")
    func figure() throws {
        let (scratch, path) = try written()
        let cells = try Run("describe", path, "--figure", "cell", "--alt")
        #expect(cells.text.split(separator: "\n").count == 2, "\(cells.text)\(cells.errors)")
        #expect(cells.text.contains("step 2 of 3"))
        let graph = try Run("render", path, "--figure", "graph", "-o", scratch.url("graph.svg").path)
        #expect(graph.status == 0, "\(graph.errors)")
        let plain = try Self.lesson.prefix(upTo: #require(Self.lesson.range(of: "figures:")).lowerBound)
        let suited = try Run("describe", "-", "--figure", "cell", "--sample", "1", input: String(plain))
        #expect(suited.text.contains("An LSTM at step 2 of 3, unit 1 of 2, sample 2 of 2"), "\(suited.text)\(suited.errors)")
        #expect(try Run("render", path, "--sample", "mean", "-o", scratch.url("x").path).errors.contains("the products of one sample"))
    }

    @Test("data has a table of the wires for each cell beside the trace's, and each in a file of its own")
    func data() throws {
        let several = try Run("data", "-", "-f", "csv", input: Self.lesson)
        #expect(several.status == 64 && several.output.isEmpty)
        #expect(
            several.errors.contains("lesson has 3 tables (scalars, cell-1, cell-2); expected --table and one of them"), "\(several.errors)")
        let tables = try ["scalars", "cell-1", "cell-2"].map { try Run("data", "-", "--table", $0, input: Self.lesson).text }
        #expect(tables[0].hasPrefix("scalar,value,gradient\r\n"))
        #expect(tables[1].hasPrefix("wire,scalar,value,gradient\r\nc₁,\"memory.t1.cell[1,1]\","), "\(tables[1])")
        #expect(tables[2].contains("\r\nforget gate f₂,\"memory.t2.forget-gate[0,0]\","), "\(tables[2])")
        let unknown = try Run("data", "-", "--table", "cell-3", input: Self.lesson)
        #expect(unknown.status == 64 && unknown.errors.contains("did you mean cell-"), "\(unknown.errors)")
        let (scratch, path) = try written()
        #expect(try Run("data", path, "-o", scratch.url("tables").path).status == 0)
        let files = try scratch.files.filter { $0.hasPrefix("tables/") }
        #expect(files.count == 3 && files.allSatisfy { $0.hasSuffix(".csv") }, "\(files)")
        for (end, table) in zip(["-scalars.csv", "-cell-1.csv", "-cell-2.csv"], tables) {
            let file = try #require(files.first { $0.hasSuffix(end) })
            #expect(try String(contentsOf: scratch.url(file), encoding: .utf8) == table)
        }
        #expect(try Run("data", path, "-f", "json", "--table", "scalars").status == 64)
        #expect(try Run("describe", path, "--csv", "--table", "cell-1").text == tables[1])
        let json = try JSONSerialization.jsonObject(with: try Run("data", "-", input: Self.lesson).output) as? [String: Any]
        #expect((json?["tables"] as? [[String: Any]])?.map { $0["name"] as? String } == ["cell-1", "cell-2"])
        #expect(json?["format"] as? String == "backstep.trace")
    }

    @Test("The gallery draws the figures, and no steps of a lesson of cells alone")
    func gallery() throws {
        let (scratch, _) = try written()
        try FileManager.default.createDirectory(at: scratch.url("lessons"), withIntermediateDirectories: true)
        let cells = Self.lesson.replacingOccurrences(of: "  - graph\n", with: "")
        _ = try scratch.write(cells, to: "lessons/cells.yaml")
        let run = try Run("gallery", scratch.url("lessons").path, "-o", scratch.url("out").path, "-f", "svg")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try scratch.files.filter { $0.hasPrefix("out/") } == ["out/README.md", "out/cells-cell-1.svg", "out/cells-cell-2.svg"])
    }

    @Test("Notes draw a cell where they ask for one")
    func notes() throws {
        let (scratch, _) = try written()
        _ = try scratch.write("# Page\n\n```backstep {figure=cell}\nfile: memory.yaml\n```\n", to: "page.md")
        let run = try Run(["notes", "page.md", "-o", "built/page.md"], in: scratch.folder)
        #expect(run.status == 0, "\(run.errors)")
        let page = try String(contentsOf: scratch.url("built/page.md"), encoding: .utf8)
        #expect(page.components(separatedBy: "![Diagram of an LSTM’s cell").count == 3, "\(page)")
        let refused = try Run(["notes", "-", "-f", "svg"], input: "```backstep {figure=cel}\n\(Self.lesson)```\n", in: scratch.folder)
        #expect(refused.errors.contains("figure is \"cel\"; expected network, graph, cell, layer or steps"), "\(refused.errors)")
    }
}
