import Drawing
import Foundation
import Testing

@testable import CairoBackend

@Suite("A PDF has what Cairo does not write") struct PDFCompletionTests {
    private static let lesson = "title: Ätze (a)\nexpression: f = x\nat: {x: 1}\n"

    private func document(_ alternatives: [String], source: String? = lesson) throws -> [UInt8] {
        let pages = alternatives.map { alternative in
            var list = DisplayList()
            list.fill(.rect(Rect(2, 2, 8, 8)), Paint(literal: Color(0x0072B2)))
            var page = Picture(size: Size(60, 40), content: list, title: "Found", alternative: alternative)
            page.documentTitle = "The lesson"
            (page.source, page.settings) = (source, "lesson=upstream.yaml&theme=dark")
            return page
        }
        return try PictureEncoder(try FontBook()).encodePDF(pages: pages)
    }

    @Test("The lesson's title, a language, and each page as a figure with its alternative text")
    func tags() throws {
        let text = String(decoding: try document(["A square.", "∂f/∂x = 1", "A (square)\\"]), as: UTF8.self)
        for part in ["/Title (The lesson)", "/Lang (en)", "/DisplayDocTitle true", "/Marked true", "/Alt (A square.)", "/S /Document"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.contains("/Alt <FEFF22020066002F220200780020003D00200031>"))
        #expect(text.contains("/Alt <FEFF004100200028") && text.components(separatedBy: "/S /Figure").count == 4)
        for page in 0..<3 { #expect(text.contains("/StructParents \(page)\n") || text.contains("/StructParents \(page) ")) }
        // pdfTeX warns of pages with a transparency group of their own.
        for page in text.components(separatedBy: "/Type /Page ").dropFirst() { #expect(!page.prefix(300).contains("/Group")) }
    }

    @Test("The table of objects leads to each object", arguments: [1, 3])
    func table(count: Int) throws {
        let bytes = try document((0..<count).map { "Page \($0)" })
        let text = String(decoding: bytes, as: UTF8.self)
        let place = try #require(text.matches(of: #/startxref\n(\d+)\n%%EOF\n/#).last.flatMap { Int($0.1) })
        let table = String(decoding: bytes[place...], as: UTF8.self)
        let head = try #require(table.firstMatch(of: #/^xref\n0 (\d+)\n/#))
        let entries = table.matches(of: #/(\d{10}) \d{5} ([nf]) \n/#)
        #expect(entries.count == Int(head.1))
        for (number, entry) in entries.enumerated() where entry.2 == "n" {
            let start = try #require(Int(entry.1))
            #expect(bytes[start...].starts(with: "\(number) 0 obj\n".utf8), "\(number)")
        }
        #expect(text.components(separatedBy: "/Type /Catalog").count == 2)
    }

    @Test("The lesson is an attached file, which is read where a program dropped the comments")
    func attached() throws {
        let bytes = try document(["A square."])
        let whole = try #require(try EmbeddedLesson(in: bytes))
        #expect(String(decoding: bytes, as: UTF8.self).contains("/F (lesson.yaml)"))
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let rewritten = Array(lines.filter { !$0.starts(with: "%backstep-".utf8) }.joined(separator: [UInt8(ascii: "\n")]))
        #expect(try EmbeddedLesson(in: rewritten) == whole)
        #expect(whole.source == Self.lesson && EmbeddedLesson.isMarked(rewritten))
        #expect(EmbeddedLesson.damage(of: rewritten, isWhole: true) == nil)
        // A bit of the attached lesson, and a second attachment.
        let place = try #require(rewritten.lastPlace(of: "expression: f = x"))
        var damaged = rewritten
        damaged[place] ^= 1
        #expect(throws: DamagedFigure.self) { try EmbeddedLesson(in: damaged) }
        #expect(EmbeddedLesson.damage(of: damaged, isWhole: true) != nil && EmbeddedLesson.isMarked(damaged))
        #expect(throws: DamagedFigure.severalLessons) { try EmbeddedLesson(in: rewritten + rewritten) }
    }

    @Test("Without a lesson nothing is attached")
    func bare() throws {
        let text = String(decoding: try document(["A square."], source: nil), as: UTF8.self)
        #expect(!text.contains("/EmbeddedFile") && text.contains("/Alt (A square.)"))
    }

    @Test(
        "A document of another form is left as it is",
        arguments: [
            "", "%PDF-1.5\n", "startxref\n0\n%%EOF\n",
            "xref\n0 2\n0000000000 65535 f \n0000000099 00000 n \ntrailer\n<< >>\nstartxref\n0\n%%EOF\n",
            "xref\n0 99999999\ntrailer\n<< /Root 1 0 R /Info 1 0 R >>\nstartxref\n0\n%%EOF\n",
        ])
    func others(text: String) {
        let page = PDFCompletion.Page(alternative: "a", size: Size(1, 1))
        let lesson = EmbeddedLesson(source: "a", settings: nil, digest: "0")
        #expect(PDFCompletion.completed(Array(text.utf8), pages: [page], carrying: lesson) == Array(text.utf8))
    }
}
