import Drawing
import Escaping
import Foundation

/// Adds to a document what Cairo does not write: its language, tags with the alternative text of each page, and the lesson as an attached
/// file, which programs that write the document anew keep.
///
/// The document's last object is its catalog, which is replaced, with its table of objects. Pages get their tags in place of their
/// transparency group, which no figure needs and of which pdfTeX warns. A document of another form is left as it is.
struct PDFCompletion {
    struct Page {
        var alternative: String
        /// In points.
        var size: Size
    }

    private var bytes: [UInt8]
    /// The position of each object, by its number; nil: free.
    private var places: [Int?] = []
    private var root = 0
    private var information = 0

    static func completed(_ document: [UInt8], pages: [Page], carrying lesson: EmbeddedLesson) -> [UInt8] {
        guard var completion = PDFCompletion(document) else { return document }
        return completion.complete(pages, lesson) ? completion.bytes : document
    }

    /// Nil if the document has no table of objects as text, or its catalog is not its last object.
    private init?(_ document: [UInt8]) {
        bytes = document
        guard let start = document.lastPlace(of: "startxref"),
            let table = Self.numbers(in: document[(start + 9)...], most: 1).first, document.indices.contains(table),
            document[table...].starts(with: "xref".utf8),
            let trailer = document.firstPlace(of: "trailer", from: table)
        else { return nil }
        let head = Self.numbers(in: document[(table + 4)...], most: 2)
        guard head.count == 2, head[0] == 0, let line = document.firstPlace(of: "\n", from: table + 5) else { return nil }
        for number in 0..<head[1] {
            let entry = line + 1 + 20 * number
            guard entry + 20 <= trailer else { return nil }
            places.append(document[entry + 17] == UInt8(ascii: "n") ? Self.numbers(in: document[entry..<entry + 10], most: 1).first : nil)
        }
        let end = String(decoding: document[trailer..<start], as: UTF8.self)
        guard let root = end.firstMatch(of: #/\/Root (\d+) 0 R/#), let info = end.firstMatch(of: #/\/Info (\d+) 0 R/#),
            let catalog = Int(root.1), let information = Int(info.1), places.indices.contains(catalog), let place = places[catalog],
            places.allSatisfy({ $0 ?? 0 <= place }), place < table
        else { return nil }
        (self.root, self.information) = (catalog, information)
        bytes.removeSubrange(table...)
    }

    /// The first decimal numbers in some bytes.
    private static func numbers(in bytes: ArraySlice<UInt8>, most: Int) -> [Int] {
        var found: [Int] = []
        var digits = ""
        for byte in bytes {
            if (0x30...0x39).contains(byte) {
                digits.append(Character(Unicode.Scalar(byte)))
            } else if !digits.isEmpty {
                found.append(Int(digits) ?? 0)
                digits = ""
                if found.count == most { return found }
            } else if found.isEmpty, ![0x20, 0x0A, 0x0D].contains(byte) {
                return []
            }
        }
        return digits.isEmpty ? found : found + [Int(digits) ?? 0]
    }

    /// False if the document is not as expected.
    private mutating func complete(_ pages: [Page], _ lesson: EmbeddedLesson) -> Bool {
        guard let start = places[root], let text = object(root), text.contains("/Type /Catalog"), !text.contains("/Names"),
            let end = text.lastRange(of: ">>")
        else { return false }
        bytes.removeSubrange(start...)
        var entries = "   /Lang (en)\n   /ViewerPreferences << /DisplayDocTitle true >>\n"
        if let tags = tag(pages) { entries += "   /MarkInfo << /Marked true >>\n   /StructTreeRoot \(tags) 0 R\n" }
        if let file = attach(lesson) {
            entries += "   /Names << /EmbeddedFiles << /Names [ (lesson.yaml) \(file) 0 R ] >> >>\n   /AF [ \(file) 0 R ]\n"
        }
        add(String(text[..<end.lowerBound]) + entries + ">>", as: root)
        writeTable()
        return true
    }

    /// The text of an object between its number and `endobj`.
    private func object(_ number: Int) -> String? {
        guard let start = places[number], let end = bytes.firstPlace(of: "\nendobj", from: start),
            let first = bytes.firstPlace(of: " obj\n", from: start), first < end
        else { return nil }
        return String(validating: bytes[(first + 5)..<end], as: UTF8.self)
    }

    /// Adds an object; returns its number.
    @discardableResult
    private mutating func add(_ text: String, as number: Int? = nil) -> Int {
        if number == nil { places.append(nil) }
        let number = number ?? places.count - 1
        places[number] = bytes.count
        bytes += Array("\(number) 0 obj\n\(text)\nendobj\n".utf8)
        return number
    }

    private mutating func writeTable() {
        let place = bytes.count
        var table = "xref\n0 \(places.count)\n"
        for start in places {
            let digits = String(start ?? 0)
            table += String(repeating: "0", count: max(0, 10 - digits.count)) + digits + (start == nil ? " 65535 f \n" : " 00000 n \n")
        }
        table += "trailer\n<< /Size \(places.count)\n   /Root \(root) 0 R\n   /Info \(information) 0 R\n>>\nstartxref\n\(place)\n%%EOF\n"
        bytes += Array(table.utf8)
    }

    /// Makes each page a figure with its alternative text; returns the number of the tags' root, nil if the pages are not as expected.
    private mutating func tag(_ pages: [Page]) -> Int? {
        let found = places.indices.filter { number in
            guard let place = places[number] else { return false }
            return bytes[place..<min(place + 48, bytes.count)].firstRange(of: Array("/Type /Page ".utf8)) != nil
                || bytes[place..<min(place + 48, bytes.count)].firstRange(of: Array("/Type /Page\n".utf8)) != nil
        }
        // Cairo numbers pages in their order.
        guard found.count == pages.count else { return nil }
        let open = add(Self.stream("/Figure << /MCID 0 >> BDC\n"))
        let close = add(Self.stream("EMC\n"))
        for (index, number) in found.enumerated() {
            guard let place = places[number], let old = object(number),
                let first = bytes.firstPlace(of: " obj\n", from: place),
                let group = old.firstMatch(of: #/\/Group <<[^>]*>>/#), let content = old.firstMatch(of: #/\/Contents (\d+ 0 R)/#)
            else { return nil }
            var new = old.replacing(group.0, with: "/StructParents \(index)")
            new = new.replacing(content.0, with: "/Contents [ \(open) 0 R \(content.1) \(close) 0 R ]")
            let room = old.utf8.count - new.utf8.count
            guard room >= 0, let end = new.lastRange(of: ">>") else { return nil }
            new.insert(contentsOf: String(repeating: " ", count: room), at: end.lowerBound)
            bytes.replaceSubrange((first + 5)..<(first + 5 + old.utf8.count), with: new.utf8)
        }
        let (tree, document) = (places.count, places.count + 1)
        let figures = pages.indices.map { document + 1 + $0 }
        let list = figures.enumerated().map { "\($0) [ \($1) 0 R ]" }.joined(separator: " ")
        add("<< /Type /StructTreeRoot /K \(document) 0 R /ParentTree << /Nums [ \(list) ] >> /ParentTreeNextKey \(pages.count) >>")
        add("<< /Type /StructElem /S /Document /P \(tree) 0 R /K [ \(figures.map { "\($0) 0 R" }.joined(separator: " ")) ] >>")
        for (page, number) in zip(pages, found) {
            let box = "\(Int(page.size.width.rounded(.up))) \(Int(page.size.height.rounded(.up)))"
            add(
                "<< /Type /StructElem /S /Figure /P \(document) 0 R /Pg \(number) 0 R /K 0 /Alt \(Self.string(page.alternative))\n"
                    + "   /A << /O /Layout /Placement /Block /BBox [ 0 0 \(box) ] >> >>")
        }
        return tree
    }

    /// Attaches the lesson with what else is embedded; returns the number of the file's specification, nil if there is no lesson.
    private mutating func attach(_ lesson: EmbeddedLesson) -> Int? {
        guard let source = lesson.source else { return nil }
        let marks = LessonInPDF.entries(of: lesson).map { "/\($0.key) \(Self.string($0.value))" }.joined(separator: " ")
        let file = add(
            Self.stream(
                source,
                "/Type /EmbeddedFile /Subtype /application#2Fyaml /Params << /Size \(source.utf8.count) >> \(marks)"))
        return add(
            "<< /Type /Filespec /F (lesson.yaml) /UF (lesson.yaml) /EF << /F \(file) 0 R /UF \(file) 0 R >>\n"
                + "   /Desc (The lesson from which Backstep drew this) /AFRelationship /Source >>")
    }

    private static func stream(_ contents: String, _ entries: String = "") -> String {
        "<< /Length \(contents.utf8.count) \(entries) >>\nstream\n\(contents)\nendstream"
    }

    /// A text string: ASCII as it is, other text in UTF-16 with its mark.
    private static func string(_ text: String) -> String {
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && ![0x28, 0x29, 0x5C].contains($0) }) else {
            func hexadecimal(_ unit: UInt16) -> String {
                let digits = String(unit, radix: 16, uppercase: true)
                return String(repeating: "0", count: 4 - digits.count) + digits
            }
            return "<FEFF" + text.withoutControls.utf16.map(hexadecimal).joined() + ">"
        }
        return "(\(text))"
    }
}

extension String {
    fileprivate func lastRange(of word: String) -> Range<Index>? { range(of: word, options: .backwards) }
}
