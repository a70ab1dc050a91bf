import Foundation
import Lessons
import NeuralNetworks
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
        "*bold* _it_ ~~s~~",
        "\u{202E}backwards\u{202C}", "\u{2067}\u{200F}אבג", "🧮👩‍🏫", "e\u{301}\u{0}\u{1}\u{7F}", "\u{2028}line\u{2029}",
    ]

    /// A lesson whose title, description, layers, file and classes are called by the text.
    private func report(_ text: String) throws -> Report {
        let yaml = try #require(Sample.stories.first { $0.name == "relu and cross-entropy" }).yaml
        guard case .network(var problem) = try LessonReader.read(bytes: Array(yaml.utf8), file: "a.yaml").subject else {
            throw Failure(text: "no network")
        }
        for index in problem.network.layers.indices { problem.network.layers[index].name = "\(text)\(index)" }
        let trace = try Trace(problem, title: nil)
        return Report(trace, steps: trace.steps(by: .unit), title: text, description: text)
    }

    private struct Failure: Error { let text: String }

    private func file(_ name: String, _ report: Report) throws -> String {
        let file = try #require(try report.files(drawings: []).first { $0.name == name })
        return String(decoding: file.bytes, as: UTF8.self)
    }

    @Test("LaTeX has the commands that it has with plain words, besides those that write a character", arguments: texts)
    func latex(_ text: String) throws {
        let characters: Set<Substring> = [
            #"\textbackslash"#, #"\textasciitilde"#, #"\textasciicircum"#, #"\textless"#, #"\textgreater"#, #"\textbar"#,
            #"\textquotedbl"#, #"\ensuremath"#,
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

    @Test("Markdown has every sign with a meaning behind a backslash, and words on one line", arguments: texts)
    func markdown(_ text: String) throws {
        for (name, before) in [("steps.md", "# "), ("slides/marp.md", "# "), ("slides/slidev.md", "# "), ("slides/quarto.qmd", "## ")] {
            let lines = try file(name, report(text)).split(separator: "\n", omittingEmptySubsequences: false)
            let plain = try file(name, report("plain")).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == plain.count)
            let title = try #require(zip(plain, lines).first { $0.0 == "\(before)plain" }?.1)
            let bare = title.dropFirst(before.count).replacing(#/\\[^A-Za-z0-9]/#, with: "")
            #expect(!bare.contains { "<>`*_{}[]()#+!|$~^:@=".contains($0) } && !bare.hasPrefix("-"), "\(title)")
        }
    }

    @Test("No cell of a table begins a formula", arguments: texts)
    func tables(_ text: String) throws {
        for name in ["values.csv", "products.csv"] {
            let rows = cells(of: try file(name, report(text)))
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

    @Test("Text for a terminal has no control characters and no marks that turn its direction", arguments: texts)
    func plainText(_ text: String) throws {
        let told = try file("steps.txt", report(text))
        for scalar in told.unicodeScalars where scalar != "\n" {
            #expect(!scalar.properties.isControl && !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
