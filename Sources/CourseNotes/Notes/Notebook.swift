import NumberFiles

/// A Jupyter notebook (nbformat 4), of whose bytes only the texts of Markdown cells are ever replaced.
struct Notebook {
    /// The text of a Markdown cell.
    struct Source {
        /// The cell's number among all cells, from 1.
        let cell: Int
        let text: String
        /// Where its value is in the file.
        fileprivate let range: Range<Int>
        /// Where its lines are if the value is a list.
        fileprivate let lines: [Range<Int>]?
    }

    private let bytes: [UInt8]
    private(set) var sources: [Source] = []
    /// The text of the first cell, which may be front matter, unless it is code.
    private(set) var head: String?

    /// Why a file is not a notebook, and at which of its places, counted from 1.
    struct Fault: Error {
        let line: Int
        let column: Int
        let reason: NumberFileError
    }

    init(_ bytes: [UInt8]) throws(Fault) {
        self.bytes = bytes
        var scanner = JSONScanner(bytes, in: bytes.indices)
        do {
            try read(&scanner)
        } catch {
            let before = String(decoding: bytes[..<min(scanner.place, bytes.count)], as: UTF8.self)
                .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            throw Fault(line: before.count, column: (before.last?.count ?? 0) + 1, reason: error)
        }
    }

    private mutating func read(_ scanner: inout JSONScanner) throws(NumberFileError) {
        var format: Int?
        var count: Int?
        try scanner.members { (key, scanner) throws(NumberFileError) in
            switch key {
            case "nbformat": format = try scanner.count()
            case "cells":
                guard count == nil else { throw NumberFileError("has cells twice", expected: "one list of cells") }
                var number = 0
                try scanner.elements { (scanner) throws(NumberFileError) in
                    number += 1
                    let (kind, source) = try Self.source(ofCell: number, &scanner)
                    if kind == "markdown" { sources.append(source) }
                    if number == 1, kind != "code" { head = source.text }
                }
                count = number
            default: try scanner.pass()
            }
        }
        try scanner.finish()
        guard let format, format >= 4 else {
            throw NumberFileError(
                format.map { "has nbformat \($0)" } ?? "has no nbformat", expected: "nbformat 4")
        }
        guard count != nil else { throw NumberFileError("has no cells", expected: "a list of cells") }
    }

    /// The kind of a cell and its text.
    private static func source(
        ofCell number: Int, _ scanner: inout JSONScanner
    ) throws(NumberFileError) -> (kind: String, source: Source) {
        var kind: String?
        var source: Source?
        try scanner.members { (key, scanner) throws(NumberFileError) in
            switch key {
            case "cell_type":
                guard kind == nil else { throw NumberFileError("has cell_type twice in cell \(number)", expected: "it once") }
                kind = try scanner.string()
            case "source":
                guard source == nil else { throw NumberFileError("has source twice in cell \(number)", expected: "it once") }
                var (text, lines): (String, [Range<Int>]) = ("", [])
                let isList = scanner.isAtList()
                guard isList || scanner.peek() == "\"" else {
                    throw NumberFileError("has a source in cell \(number) that is no text", expected: "a text or a list of texts")
                }
                let start = scanner.place
                func read(_ scanner: inout JSONScanner) throws(NumberFileError) {
                    scanner.skipBlank()
                    let start = scanner.place
                    text += try scanner.string()
                    lines.append(start..<scanner.place)
                }
                if isList { try scanner.elements(read) } else { try read(&scanner) }
                source = Source(cell: number, text: text, range: start..<scanner.place, lines: isList ? lines : nil)
            default: try scanner.pass()
            }
        }
        guard let kind else { throw NumberFileError("has no cell_type in cell \(number)", expected: "markdown, code or raw") }
        guard let source else { throw NumberFileError("has no source in cell \(number)", expected: "a text or a list of texts") }
        return (kind, source)
    }

    /// The notebook with other texts in its Markdown cells.
    /// - Parameter texts: one for each of `sources`. A cell whose text is the same keeps its bytes.
    func text(with texts: [String]) -> String {
        var new: [UInt8] = []
        var place = 0
        for (source, text) in zip(sources, texts) where !text.utf8.elementsEqual(source.text.utf8) {
            new += bytes[place..<source.range.lowerBound] + Array(value(of: source, text).utf8)
            place = source.range.upperBound
        }
        return String(decoding: new + bytes[place...], as: UTF8.self)
    }

    /// A text as it is written in the source's place: in quotes, or as a list of lines, laid out as the old list was.
    private func value(of source: Source, _ text: String) -> String {
        guard let lines = source.lines else { return text.quotedForJSON }
        func between(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
        let opening = lines.first.map { between(source.range.lowerBound, $0.lowerBound) } ?? "["
        let closing = lines.last.map { between($0.upperBound, source.range.upperBound) } ?? "]"
        let comma = lines.count > 1 ? between(lines[0].upperBound, lines[1].lowerBound) : "," + opening.dropFirst()
        let parts = NotesScanner.Line.split(text).map(\.whole.quotedForJSON)
        return opening + parts.joined(separator: comma) + closing
    }
}

extension JSONScanner {
    /// Goes past a value and checks that it is JSON; NaN and Infinity, which Python writes, count as numbers.
    fileprivate mutating func pass(depth: Int = 0) throws(NumberFileError) {
        guard depth < 500 else { throw NumberFileError("has a value inside more than 500 others", expected: "fewer") }
        switch peek() {
        case "{": try members { (_, scanner) throws(NumberFileError) in try scanner.pass(depth: depth + 1) }
        case "[": try elements { (scanner) throws(NumberFileError) in try scanner.pass(depth: depth + 1) }
        case "\"": try skip()
        default:
            let word = bareWord()
            if !["true", "false", "null", "NaN", "Infinity", "-Infinity"].contains(word), Double(word) == nil {
                throw NumberFileError("is not JSON here", expected: "a value")
            }
        }
    }
}

extension String {
    /// In quotes, as JSON writes it: with escapes for quotes, backslashes and control characters.
    fileprivate var quotedForJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\0"..<" ":
                let code = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
