import Foundation
import Lessons
import NeuralNetworks
import Telling
import Testing
import Traces

@testable import Reports

@Suite("Words of a lesson stay words in every file")
struct HostileTextTests {
    static let texts = [
        "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\" onload=\"alert(1)", "' autofocus onfocus='alert(1)",
        "</title></style></textarea><svg/onload=alert(1)>", "]]>", "<!-- ", "-->", "&lt;b&gt; &amp; &#60;i&#62;", "<?php ?>",
        "$\\input{x}$", "\\end{document}\\input{/etc/passwd}", "100% of {this} & #that_ ~^", "\\", "}", "$", "^^5cinput",
        "{{title}} {{{style}}} {{>page}}",
        "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "a\",\"=1+1", "a\r\n=1",
        "[a](javascript:alert(1))", "![a](https://example.com/a.png)", "`code`", "# heading", "---", "::: {.x}", "| a | b |",
        "${}", "`${alert(1)}`", "{{#steps}}", "\"><img onerror=alert(1)>", "+1", "@x", "%0A & # _", "two\nlines",
        "*bold* _it_ ~~s~~",
        "\u{202E}backwards\u{202C}", "\u{2067}\u{200F}אבג", "🧮👩‍🏫", "e\u{301}\u{0}\u{1}\u{7F}", "\u{2028}line\u{2029}",
        "\"\u{301}", "\\\u{200D}input{\u{200D}x}", "\u{D4E}<script\u{D4E}>", "{\u{600}{a}", "=\u{FE0F}1", "$\u{20E3}x$\u{20E3}",
    ]

    /// A network with a layer for each text, called by it, of one unit each.
    private static func trace(_ texts: [String]) throws -> Trace {
        let layers = texts.indices.map { $0 % 2 == 0 ? "dense: 1" : "tanh" }
        let yaml = Sample.network("hostile", layers: layers + ["dense: 1"], inputs: "[[0.5, -1.2]]", targets: "[[1]]").yaml
        guard case .network(var problem) = try LessonReader.read(bytes: Array(yaml.utf8), file: "a.yaml").subject else {
            throw Failure(text: "no network")
        }
        for (index, text) in texts.enumerated() { problem.network.layers[index].name = text }
        return try Trace(problem, title: nil)
    }

    private static let templates = Result { try TemplateShelf.shared.get() }
    /// Told once: what is under test are the words around.
    private static let short = Result { () throws -> (Trace, [Step]) in
        let trace = try HostileTextTests.trace(["a"])
        return (trace, trace.steps(by: .layer))
    }

    /// A report whose title and description are the text.
    private func report(_ text: String) throws -> Report {
        let (trace, steps) = try Self.short.get()
        return Report(trace, steps: steps, title: text, description: text)
    }

    /// A report that has all texts everywhere: as title, as description, and as names of layers.
    private func report(named texts: [String]) throws -> Report {
        let trace = try Self.trace(texts)
        let all = texts.joined(separator: " | ")
        return Report(trace, steps: trace.steps(by: .layer), title: all, description: all)
    }

    private struct Failure: Error { let text: String }

    private func file(_ name: String, _ report: Report) throws -> String {
        let templates = try Self.templates.get()
        switch name {
        case "steps.md": return report.markdown(templates)
        case "derivation.tex": return report.derivation(templates)
        case "steps.txt": return report.plainText
        case "index.html": return report.page(templates)
        case "values.csv": return report.trace.valueTable.text
        case "products.csv": return report.productTable.text
        default: return String(decoding: try #require(report.slides(templates).first { $0.name == name }).bytes, as: UTF8.self)
        }
    }

    @Test("Pages have the elements and attributes that they have with plain words, and show the words as they are")
    func pages() throws {
        let hostile = try report(named: Self.texts)
        let plain = try report(named: Self.texts.indices.map { "plain\($0)" })
        for name in ["index.html", "slides/reveal.html"] {
            let (page, expected) = (try file(name, hostile), try file(name, plain))
            let (found, wanted) = (tags(page), tags(expected))
            #expect(found.count == wanted.count)
            for (one, other) in zip(found, wanted) where one != other {
                Issue.record("\(name): \(one) for \(other)")
                break
            }
            // Scripts and styles aside, what a reader sees.
            let shown = pieces(page).map(\.text).joined()
            for text in Self.texts {
                let escaped = HTMLText().escapeText(text)
                #expect(shown.contains(escaped), "\(name): \(text)")
                #expect(!escaped.unicodeScalars.contains { "<>\"'{}".unicodeScalars.contains($0) })
            }
        }
    }

    /// The tags of a page with the names of their attributes, without formulas: numbers are drawn by the names of layers.
    private func tags(_ page: String) -> [String] {
        var isFormula = false
        return pieces(page).compactMap { piece in
            if piece.tag.hasPrefix("math") { isFormula = true }
            if piece.tag == "/math" { isFormula = false }
            if isFormula { return nil }
            // Every second part stands between quotation marks.
            return piece.tag.components(separatedBy: "\"").enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined()
        }
    }

    /// Each tag and the text after it, without the page's own script and style.
    private func pieces(_ page: String) -> [(tag: String, text: String)] {
        page.components(separatedBy: "<").dropFirst().compactMap { piece in
            guard let end = piece.firstIndex(of: ">") else { return (piece, "") }
            let tag = String(piece[..<end])
            return (tag, ["style", "script"].contains(tag) ? "" : String(piece[piece.index(after: end)...]))
        }
    }

    @Test("LaTeX has the commands that it has with plain words, besides those that write a character", arguments: texts)
    func latex(_ text: String) throws {
        let characters: Set<Substring> = [
            #"\textbackslash"#, #"\textasciitilde"#, #"\textasciicircum"#, #"\textless"#, #"\textgreater"#, #"\textbar"#,
            #"\symbol"#, #"\ensuremath"#,
        ]
        for name in ["derivation.tex", "slides/beamer.tex"] {
            let hostile = try file(name, report(text))
            #expect(commands(in: hostile).subtracting(commands(in: try file(name, report("plain")))).isSubset(of: characters))
            // What is written for a character leaves braces in pairs, and no character that means something.
            let bare = hostile.replacing(#/\\[^A-Za-z]/#, with: "")
            #expect(bare.count { $0 == "{" } == bare.count { $0 == "}" })
            #expect(!bare.contains("^^") && hostile.unicodeScalars.allSatisfy { $0 == "\n" || !$0.properties.isControl })
        }
    }

    private func commands(in document: String) -> Set<Substring> {
        Set(document.replacing(#/\\[^A-Za-z]/#, with: " ").matches(of: #/\\[A-Za-z]+/#).map(\.output))
    }

    @Test("Markdown has every sign with a meaning behind a backslash or as a reference, and words on one line", arguments: texts)
    func markdown(_ text: String) throws {
        for (name, before) in [("steps.md", "# "), ("slides/marp.md", "# "), ("slides/slidev.md", "# "), ("slides/quarto.qmd", "## ")] {
            let lines = try file(name, report(text)).split(separator: "\n", omittingEmptySubsequences: false)
            let plain = try file(name, report("plain")).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == plain.count)
            let title = try #require(zip(plain, lines).first { $0.0 == "\(before)plain" }?.1)
            let bare = title.dropFirst(before.count).replacing("<span></span>", with: "").replacing(
                #/\\[^A-Za-z0-9]|&#?[a-z0-9]+;/#.matchingSemantics(.unicodeScalar), with: "")
            #expect(
                !bare.unicodeScalars.contains { "<>`*_{}[]#|$~^@".unicodeScalars.contains($0) } && !bare.hasPrefix("-")
                    && !bare.hasPrefix("+"), "\(title)")
        }
    }

    @Test("No cell of a table begins a formula")
    func tables() throws {
        let report = try report(named: Self.texts)
        for name in ["values.csv", "products.csv"] {
            let rows = cells(of: try file(name, report))
            #expect(Set(rows.map(\.count)).count == 1)
            for cell in rows.flatMap({ $0 }) where cell.first.map({ "=+-@\t\r\n".contains($0) }) == true {
                #expect(Double(cell) != nil, "\(cell)")
            }
        }
    }

    /// RFC 4180.
    private func cells(of table: String) -> [[String]] {
        var rows: [[String]] = [[""]]
        var isQuoted = false
        var scalars = Array(table.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            let last = (rows.count - 1, rows[rows.count - 1].count - 1)
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                scalars.removeFirst()
                rows[last.0][last.1].unicodeScalars.append(scalar)
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: rows[last.0].append("")
            case "\r" where !isQuoted && scalars.first == "\n":
                scalars.removeFirst()
                rows.append([""])
            default: rows[last.0][last.1].unicodeScalars.append(scalar)
            }
        }
        return rows.dropLast()
    }

    @Test("Text for a terminal has no control characters and no marks that turn its direction")
    func plainText() throws {
        let told = try file("steps.txt", report(named: Self.texts))
        for scalar in told.unicodeScalars where scalar != "\n" {
            #expect(!scalar.properties.isControl && !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
