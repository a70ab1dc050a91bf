import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("The files of a step-through are read by what reads such files", .waiting)
struct StepThroughTests {
    /// Each sets `window.ran`, should a browser take it for code.
    private static let words = [
        "</script><img src=x onerror=window.ran=1>", "\"><svg onload=window.ran=1>", "' autofocus onfocus='window.ran=1",
        "</title></style></textarea><script>window.ran=1</script>", "<!-- ", "-->", "]]>", "$\\input{x}$ \\end{document}",
        "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "${window.ran=1}", "`x`", "{{title}} {{{style}}} {{#steps}}",
        "&lt;b&gt; &amp; &#60;i&#62;",
        "| a | b |", "100% & #1 _ ~ ^ {", "[a](javascript:window.ran=1)", "\u{202E}abc\u{202C}", "\u{2067}\u{200F}אבג", "\u{1F9EE}",
        "two\nlines", "%0A", "x\"\u{301} onload=window.ran=1 y=\"\u{301}", "\u{D4E}<img src=x onerror=window.ran=1\u{D4E}>",
    ]

    /// The words as the title and the description of a lesson, which is also YAML.
    private static let hostile: String = {
        let escaped = words.joined(separator: " ").unicodeScalars.map { scalar in
            let code = String(scalar.value, radix: 16)
            return scalar.properties.isAlphabetic && scalar.isASCII
                ? String(scalar) : "\\U" + String(repeating: "0", count: 8 - code.count) + code
        }
        let all = "\"\(escaped.joined())\""
        return """
            title: \(all)
            description: \(all)
            network:
              input: 2
              seed: 3
              layers:
                - dense: {units: 2, name: Öl-_קלט}
                - tanh
                - dense: 1
            data: {inputs: [[0.5, -1.2]], targets: [[1]]}
            loss: half-squared-error
            """
    }()

    /// The folder of a step-through, by layers: short.
    private func told(_ lesson: String, _ scratch: Scratch, in name: String) throws -> URL {
        let folder = scratch.url(name)
        let run = try Run("steps", lesson, "-o", folder.path, "-f", "svg", "-q", "--by", "layer")
        try #require(run.status == 0, "\(run.errors)")
        return folder
    }

    @Test("Words that look like code break out of no file")
    func hostileWords() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.hostile, to: "=cmd $x <b>.yaml")
        let folder = try told(lesson, scratch, in: "told")
        let frames = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/frames")
        #expect(frames.count > 3)
        for frame in frames {
            let elements = try Elements(of: Data(contentsOf: folder.appendingPathComponent("frames/\(frame)")))
            #expect(elements.names.isDisjoint(with: ["script", "img", "image", "foreignObject", "a"]))
            #expect(!elements.attributes.contains { $0.hasPrefix("on") })
        }
        let page = try String(contentsOf: folder.appendingPathComponent("index.html"), encoding: .utf8)
        // One at the head, one at the end, and one after each picture.
        let scripts = page.components(separatedBy: "<figure").count + 2
        #expect(page.components(separatedBy: "<script").count == scripts && page.components(separatedBy: "</script").count == scripts)
        #expect(!page.contains("<img") && !page.contains("<svg onload"))
        for table in ["values.csv", "products.csv"] {
            for line in try String(contentsOf: folder.appendingPathComponent(table), encoding: .utf8).split(separator: "\r\n") {
                #expect(!"=+-@".contains(line.first ?? "="), "\(line)")
            }
        }
    }

    /// What an XML parser finds in a document.
    private struct Elements {
        var names: Set<String> = []
        var attributes: Set<String> = []

        init(of document: Data) throws {
            let reader = Reader()
            let parser = XMLParser(data: document)
            parser.delegate = reader
            try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
            (names, attributes) = (reader.names, reader.attributes)
        }

        private final class Reader: NSObject, XMLParserDelegate {
            var names: Set<String> = []
            var attributes: Set<String> = []

            func parser(
                _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
                attributes found: [String: String]
            ) {
                names.insert(name)
                attributes.formUnion(found.keys)
            }
        }
    }

    @Test("Pages are stepped through by key, read light, dark, on paper and without their script, and load nothing")
    func browser() throws {
        guard try Tool.exists("chromium"), try Tool.exists("python3") else {
            print("skipped: chromium")
            return
        }
        let scratch = try Scratch()
        let hostile = try scratch.write(Self.hostile, to: "hostile.yaml")
        let pages = try [("two-by-two", "network"), ("fork", "expression"), (hostile, "hostile")].map { lesson, name in
            try told(lesson, scratch, in: name).appendingPathComponent("index.html").path
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("step-through-pages.py").path
        let run = try Tool(["python3", script, "chromium"] + pages, in: scratch.folder)
        #expect(run.status == 0 && run.text.isEmpty, "\(run.text)")
        for picture in ["light.png", "dark.png", "print.pdf", "no-script.png"] {
            #expect(FileManager.default.fileExists(atPath: scratch.url("network/\(picture)").path))
        }
    }
}
