import Escaping
import Forms
import Yams

/// One file as read by libyaml, converted to written values.
struct YAMLDocument {
    let source: SourceText
    let findings: Findings

    func compose() -> WrittenValue? {
        // Yams stops at a duplicate key. So each is reported, renamed to something that no file contains, and the rest is read.
        let surrogates = SurrogateEscapes(in: source)
        var lines = surrogates.lines
        var renamed: [SourceMark: String] = [:]
        while true {
            do {
                let text = lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.nextRoot() else {
                    findings.error(
                        at: SourceMark(line: 1, column: 1), "the file is empty",
                        expected: "a lesson with \(LessonKind.allCases.map(\.key).listed())")
                    return nil
                }
                var conversion = Conversion(source: source, findings: findings, renamed: renamed, surrogates: surrogates)
                let value = conversion.value(root, depth: 1)
                if let second = try parser.nextRoot() {
                    findings.error(at: conversion.mark(of: second), "a second document", expected: "one lesson in a file")
                }
                return value
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let mark = SourceMark(line: context.mark.line, column: context.mark.column)
                guard renamed.count < (source.text.utf8.count < 100_000 ? 32 : 1),
                    let name = rename(oneOf: names, at: mark, in: &lines, number: renamed.count)
                else {
                    findings.error(
                        at: mark, "the key \(Printable.quoted(names.first ?? "")) is given twice", expected: "each key once")
                    return nil
                }
                renamed[mark] = name
            } catch {
                report(error)
                return nil
            }
        }
    }

    /// Replaces a key by private characters, which no other key has; returns its old name.
    private func rename(oneOf names: [String], at mark: SourceMark, in lines: inout [[Unicode.Scalar]], number: Int) -> String? {
        guard lines.indices.contains(mark.line - 1), let stand = Unicode.Scalar(0xF000 + UInt32(number)) else { return nil }
        var start = mark.column - 1
        let line = lines[mark.line - 1]
        guard line.indices.contains(start) else { return nil }
        if line[start] == "\"" || line[start] == "'" { start += 1 }
        // A key that is written otherwise than it is called, with escapes or over several lines, stays.
        let rest = line[start...]
        let name = names.filter { $0 != "<<" && rest.starts(with: $0.unicodeScalars) }.max {
            $0.unicodeScalars.count < $1.unicodeScalars.count
        }
        guard let name, !name.isEmpty, line[start].value < 0xF000 else { return nil }
        let end = start + name.unicodeScalars.count
        for index in start..<end { lines[mark.line - 1][index] = stand }
        return name
    }

    private func report(_ error: any Error) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _), YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            report(problem, context: context, at: SourceMark(line: mark.line, column: mark.column))
        default:
            // Unreachable: the bytes were validated before, so that only memory could fail.
            findings.error(at: SourceMark(line: 1, column: 1), "this is no YAML", expected: "a lesson")
        }
    }

    private func report(_ problem: String, context: YamlError.Context?, at mark: SourceMark) {
        var place = ""
        if let context {
            let start = SourceMark(line: context.mark.line, column: context.mark.column)
            place = ", " + context.text + (start == mark ? "" : " that begins at \(start.line):\(start.column)")
        }
        let lead = "did not find expected "
        let what: String
        var expected = "a lesson in YAML"
        var hint: String?
        switch problem {
        case "found undefined alias":
            what = "an alias without its anchor"
            expected = "an anchor, &name, before it"
        case "mapping values are not allowed in this context":
            what = "this is no YAML: a second \":\" in one line"
            expected = "one key in a line"
            hint = "put a text with \": \" in it in quotes"
        case _ where problem.hasPrefix(lead):
            what = "this is no YAML" + place
            expected = String(problem.dropFirst(lead.count)).replacing("'", with: "\"")
        case "found invalid Unicode character escape code" where SurrogateEscapes.isSurrogate(atDigits: mark, in: source):
            // libyaml's mark is after the backslash and the u.
            return findings.error(
                at: SourceMark(line: mark.line, column: max(1, mark.column - 2)), "half of a surrogate pair",
                expected: "\\ud800 to \\udbff and then \\udc00 to \\udfff, or the character itself")
        default:
            what = "this is no YAML\(place): \(problem)"
        }
        let line = source.line(at: mark).unicodeScalars
        if line.prefix(max(0, mark.column)).contains("\t") { hint = "indent with spaces, not with tabs" }
        findings.error(at: mark, what, expected: expected, hint: hint)
    }
}

/// Converts Yams' nodes to written values, within the limits on depth and number.
private struct Conversion {
    let source: SourceText
    let findings: Findings
    /// The original names of duplicate keys, by the location of the first.
    let renamed: [SourceMark: String]
    let surrogates: SurrogateEscapes
    private var isTooDeep = false
    /// Where tags were rejected; a map has the same mark as its first key.
    private var tags: Set<SourceMark> = []

    init(source: SourceText, findings: Findings, renamed: [SourceMark: String], surrogates: SurrogateEscapes) {
        self.source = source
        self.findings = findings
        self.renamed = renamed
        self.surrogates = surrogates
    }

    func mark(of node: Node) -> SourceMark {
        node.mark.map { SourceMark(line: $0.line, column: $0.column) } ?? SourceMark(line: 1, column: 1)
    }

    mutating func value(_ node: Node, depth: Int) -> WrittenValue {
        let mark = mark(of: node)
        func made(_ content: WrittenValue.Content) -> WrittenValue { WrittenValue(mark: mark, content: content) }
        let isScalar = if case .scalar = node { true } else { false }
        guard isScalar || depth <= Limits.nesting else {
            if !isTooDeep {
                isTooDeep = true
                findings.error(
                    at: mark, "lists and maps more than \(Limits.nesting) deep", expected: "at most \(Limits.nesting)")
            }
            return made(.list([]))
        }
        switch node {
        case .scalar(let scalar):
            refuseTag(at: mark)
            let text = surrogates.text(of: scalar)
            refuseWhatIsNoText(text, at: mark)
            return made(.scalar(text, isPlain: scalar.style == .plain))
        case .sequence(let sequence):
            refuseTag(at: mark)
            var values: [WrittenValue] = []
            values.reserveCapacity(sequence.count)
            for each in sequence { values.append(value(each, depth: depth + 1)) }
            return made(.list(values))
        case .mapping(let mapping):
            refuseTag(at: mark)
            return made(.map(entries(of: mapping, depth: depth)))
        case .alias:
            // Unreachable: an alias is read as the node that it stands for.
            return made(.scalar("", isPlain: true))
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [WrittenValue.Entry] {
        var entries: [WrittenValue.Entry] = []
        var firsts: [String: SourceMark] = [:]
        for (key, node) in mapping {
            let keyMark = mark(of: key)
            guard case .scalar(let scalar) = key else {
                findings.error(at: keyMark, "a list or a map as a key", expected: "a word")
                continue
            }
            if scalar.string == "<<", scalar.style == .plain {
                findings.error(
                    at: keyMark, "the merge key \"<<\"", expected: "each map written out",
                    hint: "an alias may stand for a whole value")
                continue
            }
            refuseTag(at: keyMark)
            let name = renamed[keyMark] ?? surrogates.text(of: scalar)
            refuseWhatIsNoText(name, at: keyMark)
            if let first = firsts[name] {
                findings.error(
                    at: keyMark, "the key \(Printable.quoted(name)) is given twice, first at \(first.line):\(first.column)",
                    expected: "each key once")
                continue
            }
            firsts[name] = keyMark
            entries.append(WrittenValue.Entry(key: name, keyMark: keyMark, value: value(node, depth: depth + 1)))
        }
        return entries
    }

    /// Rejects characters from escapes such as \0 or \uFFFE, which a file itself may not contain.
    private func refuseWhatIsNoText(_ text: String, at mark: SourceMark) {
        guard let scalar = text.unicodeScalars.first(where: { !$0.isText }) else { return }
        findings.error(at: mark, "the character \(scalar.codePoint), by an escape", expected: "text without control characters")
    }

    /// Reports a tag before a value: at the mark where the value begins, or after its anchor. A value itself begins with neither `!` nor
    /// `&`. libyaml's own tags do not help: text without a tag has the standard tag of text as well.
    private mutating func refuseTag(at mark: SourceMark) {
        var tag = mark
        if character(at: tag) == "&" {
            while let next = character(at: tag), !Self.isBlank(next) { tag.column += 1 }
            skipBlanks(from: &tag)
        }
        guard character(at: tag) == "!", tags.insert(tag).inserted else { return }
        let rest = source.lines[tag.line - 1][(tag.column - 1)...]
        let isVerbatim = rest.dropFirst().first == "<"
        let text = rest.prefix { !Self.isBlank($0) && (isVerbatim || !",[]{}".unicodeScalars.contains($0)) }
        findings.error(
            at: tag, "the tag \(Printable.quoted(String(String.UnicodeScalarView(text))))", expected: "a value without a tag")
    }

    /// Skips spaces, line ends and comments.
    private func skipBlanks(from mark: inout SourceMark) {
        while source.lines.indices.contains(mark.line - 1) {
            guard let next = character(at: mark), next != "#" else {
                mark = SourceMark(line: mark.line + 1, column: 1)
                continue
            }
            guard Self.isBlank(next) else { return }
            mark.column += 1
        }
    }

    private func character(at mark: SourceMark) -> Unicode.Scalar? {
        guard source.lines.indices.contains(mark.line - 1) else { return nil }
        let line = source.lines[mark.line - 1]
        return line.indices.contains(mark.column - 1) ? line[mark.column - 1] : nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
