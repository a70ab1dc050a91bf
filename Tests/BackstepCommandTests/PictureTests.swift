import Foundation
import Testing

@Suite("Pictures become files", .waiting)
struct PictureTests {
    private func begins(_ file: URL, with text: String) throws -> Bool {
        try Data(contentsOf: file).starts(with: Data(text.utf8))
    }

    @Test("render makes SVG, PDF and PNG under the lesson's name")
    func render() throws {
        let scratch = try Scratch()
        let run = try Run("render", "fork", "two-by-two", "-o", scratch.url("figures").path)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            try scratch.files.filter { $0.contains("/") }
                == ["02-fork", "04-two-by-two"].flatMap { name in ["pdf", "png", "svg"].map { "figures/\(name).\($0)" } })
        #expect(try begins(scratch.url("figures/02-fork.svg"), with: "<?xml"))
        #expect(try begins(scratch.url("figures/02-fork.pdf"), with: "%PDF"))
        #expect(try Data(contentsOf: scratch.url("figures/02-fork.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(run.output.isEmpty)
    }

    @Test("A figure of one format goes to a file by its ending, or to the standard output")
    func oneFile() throws {
        let scratch = try Scratch()
        #expect(try Run("render", "fork", "-o", scratch.url("a.svg").path).status == 0)
        let piped = try Run("render", "fork", "-o", "-", "-f", "svg")
        #expect(piped.output == (try Data(contentsOf: scratch.url("a.svg"))))
        #expect(try scratch.files == ["a.svg"])
    }

    @Test("A name that ends like another kind of picture is refused", arguments: ["x.jpg", "x.webp", "in/x.EPS", "x.docx"])
    func otherFormats(name: String) throws {
        let scratch = try Scratch()
        let run = try Run(["render", "fork", "-o", name], in: scratch.folder)
        #expect(run.status == 64 && run.errors.contains("\(name): Backstep writes no ."), "\(run.errors)")
        #expect(try scratch.files.isEmpty)
        #expect(try Run(["render", "fork", "-o", "v1.2", "-f", "svg"], in: scratch.folder).status == 0)
        #expect(
            try Run(["render", "fork", "-o", "a.svg", "--width", "100"], in: scratch.folder).errors.contains(
                "--width takes a length from 120pt"))
    }

    @Test("--dpi sets a PNG's pixels, and --no-headline leaves the headline out; both survive in the figure")
    func captioned() throws {
        let scratch = try Scratch()
        func size(_ options: String...) throws -> [UInt8] {
            let run = try Run(["render", "fork", "-o", "a.png"] + options, in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
            return Array(try Data(contentsOf: scratch.url("a.png"))[16..<24])
        }
        let number = { (bytes: ArraySlice<UInt8>) in bytes.reduce(0) { $0 << 8 | Int($1) } }
        let (usual, fine) = (try size(), try size("--dpi", "288"))
        #expect(number(fine[0..<4]) == 2 * number(usual[0..<4]) && number(fine[4..<8]) == 2 * number(usual[4..<8]))
        let bare = try size("--no-headline", "--dpi", "144")
        #expect(number(bare[4..<8]) < number(usual[4..<8]))
        #expect(try Run(["check", "--figures", "."], in: scratch.folder).status == 0)
        for (lesson, headline) in [("fork", "Where two gradients meet, they add"), ("gradient-decay", "")] {
            let words = try ["", "--no-headline"].map { option in
                let options = ["render", lesson, "-o", "-", "-f", "svg", "--svg-text"] + (option.isEmpty ? [] : [option])
                return try Run(options).text.replacingOccurrences(
                    of: #"(?s)<(title|desc|metadata).*?</\1>|<[^>]*>"#, with: "", options: .regularExpression)
            }
            #expect(words[1].count < words[0].count - 20, "\(words[1])")
            #expect(headline.isEmpty || !words[1].contains("two gradients meet, they add"), "\(words[1])")
        }
        #expect(
            try Run(["render", "fork", "-o", "a.png", "--dpi", "9"], in: scratch.folder).errors.contains(
                "--dpi takes a whole number from 36 to 1200"))
    }

    @Test("steps --dpi sets the pixels of its frames")
    func stepPixels() throws {
        let scratch = try Scratch()
        func width(_ options: String...) throws -> Int {
            let run = try Run(["steps", "chain-rule", "-o", "told", "-f", "png", "-q", "--by", "layer"] + options, in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
            return try Data(contentsOf: scratch.url("told/frames/001.png"))[16..<20].reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(try width("--dpi", "72") == 960)
        #expect(try width("--dpi", "144") == 1920)
        #expect(try Run("steps", "chain-rule", "-o", scratch.url("x").path, "--dpi", "9").errors.contains("--dpi takes a whole number"))
    }

    @Test("steps makes a frame a step and a document with a page a step")
    func steps() throws {
        let scratch = try Scratch()
        let run = try Run("steps", "chain-rule", "-o", scratch.folder.path)
        #expect(run.status == 0, "\(run.errors)")
        let files = try scratch.files
        let frames = files.filter { $0.hasPrefix("frames/") }
        // Two operations forward; q, x, y and z backward.
        #expect(frames.filter { $0.hasSuffix(".svg") }.count == 6)
        #expect(frames.filter { $0.hasSuffix(".png") }.count == 6)
        #expect(files.contains("frames/001.svg"))
        let document = String(decoding: try Data(contentsOf: scratch.url("steps.pdf")), as: UTF8.self)
        #expect(document.components(separatedBy: "/Type /Page ").count - 1 == 6)
    }

    @Test("Finer and coarser tellings have more and fewer steps")
    func granularity() throws {
        let counts = try ["weight", "unit", "layer"].map { granularity in
            let scratch = try Scratch()
            let run = try Run("steps", "two-by-two", "-o", scratch.folder.path, "--by", granularity, "-f", "svg")
            #expect(run.status == 0, "\(run.errors)")
            return try scratch.files.filter { $0.hasSuffix(".svg") }.count
        }
        #expect(counts[0] > counts[1] && counts[1] > counts[2], "\(counts)")
    }

    @Test("gallery draws every lesson of a folder, twice the same bytes")
    func gallery() throws {
        let scratch = try Scratch()
        _ = try scratch.write("expression: f = x * y\nat: {x: 2, y: 3}\n", to: "product.yaml")
        _ = try scratch.write("expression: f = x + y\nat: {x: 2, y: 3}\n", to: "sum.yaml")
        let runs = try ["one", "two"].map { name in
            let run = try Run("gallery", scratch.folder.path, "-o", scratch.url(name).path)
            #expect(run.status == 0, "\(run.errors)")
            let names = try scratch.files.filter { $0.hasPrefix("\(name)/") }
            return try names.map { ($0.dropFirst(name.count), try Data(contentsOf: scratch.url($0))) }
        }
        #expect(runs[0].contains { $0.0 == "/product.svg" } && runs[0].contains { $0.0 == "/sum-step-through.pdf" })
        #expect(runs[0].map(\.0) == runs[1].map(\.0))
        for (one, two) in zip(runs[0], runs[1]) { #expect(one.1 == two.1, "\(one.0)") }
    }

    @Test("gallery shows at most six steps of a lesson, as PNG and in one PDF")
    func fewFrames() throws {
        let scratch = try Scratch()
        let lines = ["a = x * x", "b = a * a + x", "c = b * b + a", "d = c * c + b"].map { "  - \($0)\n" }
        _ = try scratch.write("expression:\n" + lines.joined() + "at: {x: 0.5}\n", to: "long.yaml")
        let run = try Run("gallery", scratch.folder.path, "-o", scratch.url("out").path)
        #expect(run.status == 0, "\(run.errors)")
        let frames = try scratch.files.filter { $0.contains("long-step-") && $0.hasSuffix(".png") }.count
        #expect((3...6).contains(frames))
        let document = String(decoding: try Data(contentsOf: scratch.url("out/long-step-through.pdf")), as: UTF8.self)
        #expect(document.components(separatedBy: "/Type /Page ").count - 1 == frames)
    }
}

extension PictureTests {
    @Test("Of a lesson with a figure that has no room, the others are written and the error names the width; a single file gets none")
    func others() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(
            """
            network: {input: {time: 3, features: 1}, layers: [{lstm: {units: 1, name: cell}}]}
            data: {inputs: [[[1], [2], [3]]], targets: [[0.5]]}
            loss: half-squared-error
            figures: [{layer: cell}, cell]
            """, to: "a.yaml")
        let widths = [300, 380, 403, 404, 420]
        var partly = 0
        for width in widths {
            let run = try Run("render", lesson, "--width", "\(width)pt", "-f", "svg", "-o", scratch.url("at\(width)").path + "/")
            let drawn = try scratch.files.filter { $0.hasPrefix("at\(width)/") }
            #expect(run.status == (drawn.count == 2 ? 0 : 64), "\(width): \(drawn), \(run.errors)")
            #expect(drawn.count == 2 || run.errors.contains("pt are too narrow"), "\(run.errors)")
            if drawn.count == 1 { partly += 1 }
        }
        #expect(partly > 0)
    }
}
