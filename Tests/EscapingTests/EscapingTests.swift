import Escaping
import Testing

/// What may follow a sign so that Swift takes both for one Character: a combining mark, a joiner, a prepended sign (which takes what comes after it), a
/// variation selector, a key's outline, a letter that joins what comes after it; and nothing.
private let joiners = ["", "\u{301}", "\u{200D}", "\u{600}", "\u{FE0F}", "\u{20E3}", "\u{D4E}"]

/// Each sign of ASCII with each joiner behind it, before it, and on both sides; alone, doubled, and between letters.
private let words: [String] = (0x20...0x7E).compactMap(Unicode.Scalar.init).flatMap { (sign: Unicode.Scalar) -> [String] in
    joiners.flatMap { joiner in
        ["\(sign)\(joiner)", "\(joiner)\(sign)\(joiner)\(sign)\(joiner)", "a\(sign)\(joiner)b\(joiner)\(sign)"]
    }
}

/// Each sign of ASCII behind every other.
private let pairs: [String] = (0x20...0x7E).flatMap { first in
    (0x20...0x7E).map { second in String([first, second].compactMap(Unicode.Scalar.init).map { Character($0) }) }
}

@Suite("Text is escaped scalar by scalar, in every format")
struct EscapingTests {
    /// What a reader of HTML or Markdown makes of references.
    private func decoded(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "&", let end = rest.firstIndex(of: ";") else {
                result.append(scalar)
                continue
            }
            let name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            let named: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": " "]
            if let known = named[name] ?? UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init) { result.append(known) }
        }
        return String(result)
    }

    private func same(_ one: String, _ other: String) -> Bool { one.unicodeScalars.elementsEqual(other.unicodeScalars) }

    private func has(_ text: String, _ signs: String) -> Bool { text.unicodeScalars.contains { signs.unicodeScalars.contains($0) } }

    @Test("HTML and XML have no sign that opens or closes anything, and read back as the words")
    func markup() {
        for word in words + pairs {
            for escaped in [word.escapedForHTML, word.escapedForXML, word.escapedForTagInMarkdown, word.escapedForPandocAttribute] {
                #expect(!has(escaped, "<>\"'{}"), "\(word)")
            }
            #expect(same(decoded(word.escapedForHTML), word) && same(decoded(word.escapedForXML), word), "\(word)")
            #expect(!has(word.escapedForPandocAttribute, "\\"))
        }
        #expect("a\u{0}\u{1B}\u{FFFE}\u{9B}".escapedForHTML == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect("a\u{0}\u{FFFF}\u{85}\r".escapedForXML == "a\u{FFFD}\u{FFFD}&#133;&#13;")
    }

    @Test("LaTeX has no command but those that write a sign, its braces are in pairs, and a bare sign with a meaning is nowhere")
    func latex() {
        let known: Set<String> = [
            "textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar", "symbol", "ensuremath",
            "UseTextSymbol",
        ]
        for word in words + pairs {
            let escaped = Array(word.escapedForLaTeX.unicodeScalars)
            var index = 0
            var depth = 0
            while index < escaped.count {
                let scalar = escaped[index]
                index += 1
                switch scalar {
                case "\\":
                    let name = escaped[index...].prefix(while: \.isASCIILetter)
                    if name.isEmpty {
                        #expect("{}$&#%_,".unicodeScalars.contains(escaped[index]), "\(word)")
                        index += 1
                    } else {
                        #expect(known.contains(String(scalars: name)), "\(word)")
                        index += name.count
                        #expect(escaped[index] == "{", "\(word)")
                    }
                case "{": depth += 1
                case "}": depth -= 1
                default: #expect(!"$&#%_^~\"".unicodeScalars.contains(scalar), "\(word)")
                }
                #expect(depth >= 0)
            }
            #expect(depth == 0, "\(word)")
        }
        #expect("x\u{302} − ½ «a» \"b\"".escapedForLaTeX.contains(#"\ensuremath{\hat{x}}"#))
        #expect("½ ¼ ¾".escapedForLaTeX == #"\ensuremath{\frac12} \ensuremath{\frac14} \ensuremath{\frac34}"#)
        #expect("a\r\nb\u{2028}c\td".escapedForLaTeX == "a b c d")
        #expect("\u{301}\u{0}\u{1B}\u{200D}".escapedForLaTeX == "[U+301]".replacing("301", with: "0301"))
    }

    @Test("A file's name in LaTeX has nothing that TeX reads as a command, or there is none")
    func latexFileNames() {
        for word in words {
            guard let name = word.latexFileName else {
                #expect(has(word, "\\{}\"`|$"))
                continue
            }
            let bare = name.replacing(
                #/\\csname (@percentchar|c_hash_str)\\endcsname |\\space |\\string[&^_~]/#.matchingSemantics(.unicodeScalar), with: "")
            #expect(!has(bare.hasPrefix("{") ? String(bare.dropFirst().dropLast()) : bare, "\\{}%#$&^_~\"`"), "\(word): \(name)")
        }
        #expect("fig".latexFileName == "fig" && "a.b/fig".latexFileName == "{a.b/fig}" && "-x".latexFileName == "./-x")
    }

    @Test(
        "What knitr would run in a page, and what GitHub would link, is words",
        arguments: ["`r system(1)`", "``r 1``", "a `{python} x`", "`r\u{301} 1`"])
    func inlineCode(word: String) {
        let written = [
            word.escaped(forMarkdown: .lineStart), word.escaped(forMarkdown: .inLine), word.escaped(forMarkdown: .alternative),
            word.escapedForHTML, word.escapedForTagInMarkdown, word.escapedForPandocAttribute, word.asCodeInMarkdown,
        ]
        for text in written { #expect(!has(text, "`"), "\(text)") }
        #expect("see www.x.y, WWW.z".escaped(forMarkdown: .inLine) == "see www&#46;x.y, WWW&#46;z")
    }

    @Test(
        "Markdown has no bare sign with a meaning, and reads back as the words",
        arguments: [MarkdownPlace.lineStart, .inLine, .alternative])
    func markdown(place: MarkdownPlace) {
        for word in words + pairs {
            let escaped = word.escaped(forMarkdown: place)
            var bare = String.UnicodeScalarView()
            var rest = Substring(escaped.replacing("<span></span>", with: "")).unicodeScalars
            while let scalar = rest.popFirst() {
                if scalar == "\\", let next = rest.popFirst() {
                    #expect("\\*_[]#".unicodeScalars.contains(next), "\(word)")
                    if next == "\\" {
                        bare.append("&")
                        bare.append(contentsOf: "#92;".unicodeScalars)
                    } else {
                        bare.append(contentsOf: "&#\(next.value);".unicodeScalars)
                    }
                } else {
                    #expect(!"<>`*_[]{}$~^|@".unicodeScalars.contains(scalar), "\(word)")
                    bare.append(scalar)
                }
            }
            let read = decoded(String(bare))
            #expect(same(read, place == .lineStart ? String(scalars: word.unicodeScalars.drop { $0 == " " }) : word), "\(word): \(escaped)")
            #expect(!escaped.unicodeScalars.contains("{"))
        }
        #expect("{{x}}".escaped(forMarkdown: .inLine) == "&#123;<span></span>&#123;x&#125;&#125;")
        #expect("{{x".escaped(forMarkdown: .alternative) == "&#123;&#123;x")
        for line in ["import x", "export", "1. a", "12) b", "- a", "+ a", "=== a", "% a", ": a", "--- "] {
            let escaped = line.escaped(forMarkdown: .lineStart)
            #expect(escaped.unicodeScalars.first == "&" || escaped.firstRange(of: "&#") != nil, "\(line): \(escaped)")
        }
        #expect("important: 3 - 2 = 1".escaped(forMarkdown: .lineStart) == "important: 3 - 2 = 1")
        #expect("    code\n\n# a".escaped(forMarkdown: .lineStart) == "code  \\# a")
    }

    @Test("A caption keeps its emphasis and mathematics, and has no tag and no braces of a template")
    func captions() {
        #expect(#"A *product* of $x_{12} < \frac{a}{2}$."#.asMarkdownWithoutCode == #"A *product* of $x_{12} \lt  \frac a{2}$."#)
        #expect("{{a}} <img> $5".asMarkdownWithoutCode == "&#123;<span></span>&#123;a&#125;&#125; &lt;img> &#36;5")
        #expect("${a}$ $b <$ $x_{ij}$".asMarkdownWithoutCode == #"$a$ $b \lt$ &#36;x_&#123;ij&#125;&#36;"#)
        #expect("&#123;".asMarkdownWithoutCode == "&amp;#123;")
        for code in [
            "{% include secret.html %}", "{# a #}", "{globalThis.pwn=1}", "{{a}}", #"\input{/etc/passwd}"#, #"\input /etc/passwd"#,
            "^^5cinput x",
            #"\def\a1"#, #"\csname input\endcsname"#, "[a](javascript:b)", #"\href{javascript:a}b"#, "`a`",
        ] {
            for dollars in ["$", "$$", "$ ", ""] {
                let made = "\(dollars)\(code)\(String(dollars.reversed()))".asMarkdownWithoutCode
                #expect(!has(made, "${}"), "\(code): \(made)")
                #expect(made.replacing(#"\\"#, with: "").firstRange(of: "\\") == nil, "\(code): \(made)")
            }
        }
        for joiner in joiners {
            #expect(!has("<\(joiner)b {\(joiner){x}".asMarkdownWithoutCode.replacing("<span></span>", with: ""), "<{}"))
        }
        #expect(#"\frac{{a}}{b}"#.mathematicsInMarkdown == #"\frac{ {a}}{b}"#)
        #expect("  a:1:  {{x}}".asCodeInMarkdown == "<code>&nbsp;&nbsp;a&#58;1: &nbsp;&#123;<span></span>&#123;x&#125;&#125;</code>")
    }

    @Test("A caption's links lead into the web, to mail, or beside the page; another is words")
    func captionLinks() {
        for target in ["http://a.b/c?d=1&e=2", "https://a.b", "mailto:a@b.c", "page.md#part", "../a/b:c", "#x"] {
            #expect("[go](\(target))".asMarkdownWithoutCode == "[go](\(target.replacing("&", with: "&amp;")))")
        }
        for target in [
            "javascript:alert(1)", " JavaScript:alert(1)", "java&#115;cript:a", "javascript&colon;a", #"javascript\:a"#, "data:text/html,a",
            "vbscript:a",
            "file:///etc/passwd", "<javascript:a>", "java\u{301}script:a",
        ] {
            #expect("[go](\(target))".asMarkdownWithoutCode.hasPrefix("[go&#93;("), "\(target)")
        }
    }

    @Test("A cell of a table is one cell, and neither it nor a line of it begins a formula")
    func tables() {
        for word in words + pairs + joiners.flatMap({ ["a\n\($0)=1", "\($0)\u{2028}@x", "\r\n\($0)-1", "\($0)\t=1", "a,\($0)\"b"] }) {
            let cell = word.csvCell
            var scalars = Array(cell.unicodeScalars)
            if scalars.first == "\"" {
                #expect(scalars.last == "\"" && scalars.count > 1, "\(word)")
                scalars = Array(scalars.dropFirst().dropLast())
                // Quotation marks inside are in pairs.
                #expect(
                    String(scalars: scalars).unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false).count % 2 == 1,
                    "\(word)")
            } else {
                #expect(!has(cell, ",;\t\r\n\""), "\(word)")
            }
            for line in scalars.split(whereSeparator: \.breaksLine) {
                #expect(!"=+-@\t".unicodeScalars.contains(line[line.startIndex]), "\(word): \(cell)")
            }
        }
        #expect(
            "a\n=1".csvCell == "\"a\n'=1\"" && "w[0,1]".csvCell == "\"w[0,1]\"" && "-1".csvCell == "'-1" && "plain_1".csvCell == "plain_1")
    }

    @Test("A link's target has letters, digits and - . _ ~ / and bytes; a relative path stays one")
    func links() {
        for word in words {
            let path = word.percentEncodedPath
            #expect(path.utf8.allSatisfy { $0 < 0x7F } && !has(path, "<>\"'(){}[]\\:?#&`|^* "), "\(word)")
        }
        #expect("//host/a b".percentEncodedPath == "/host/a%20b" && "javascript:x".percentEncodedPath == "javascript%3Ax")
    }

    @Test("A scalar of YAML is one line between quotation marks")
    func yaml() {
        for word in words {
            let quoted = Array(word.quotedForYAML.unicodeScalars.dropFirst().dropLast())
            var index = 0
            while index < quoted.count {
                #expect(quoted[index] != "\"", "\(word)")
                index += quoted[index] == "\\" ? 2 : 1
            }
            #expect(index == quoted.count, "\(word)")
        }
        #expect("a\n\"b\": \u{7F}".quotedForYAML == #""a \"b\": \U0000007f""#)
    }

    @Test("A terminal gets no control character and no mark that turns the direction; a column is known for each")
    func terminal() {
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Printable.text("a\(scalar)\u{301}")
            #expect(!shown.unicodeScalars.contains { $0.isControl || $0.turnsDirection || $0.breaksLine }, "\(scalar.codePoint)")
            #expect(Printable.text(shown) == shown)
        }
        #expect(Printable.lines("a\r\nb\u{1B}[2J\rc\td") == "a\nb␛[2J␍c\td")
        #expect(
            ["a", "\u{301}", "\u{200D}", "\u{600}", "字", "\u{FFFD}", "\u{20E3}"].map { Printable.columns(of: $0) } == [1, 0, 0, 1, 2, 1, 0])
    }
}
