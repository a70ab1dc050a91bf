import Drawing
import Escaping
import Testing

@testable import CairoBackend

@Suite("An SVG whose text is text") struct SVGWordsTests {
    private let book: FontBook

    init() throws { book = try FontBook() }

    private func svg(_ list: DisplayList) throws -> String {
        let picture = Picture(size: Size(400, 100), content: list, look: Look(writesText: true), title: "t", alternative: "a")
        return String(decoding: try PictureEncoder(book).encode(picture, as: .svg), as: UTF8.self)
    }

    @Test(
        "has every text in the order of its characters, escaped, and no outlines",
        arguments: ["Hamburg", "a < b & \"c\"", "∂L/∂w₅ = σ′(z₁)·h₂", Specimen.mixture, "two  spaces", "漢 \u{1} end"])
    func texts(text: String) throws {
        var list = DisplayList()
        list.text(TextRun(text, font: Font(.mathematics, size: 12, italic: true), color: .ink, at: Point(20, 40), halo: .page))
        let svg = try svg(list)
        let found = try #require(svg.firstMatch(of: #/<text [^>]*>(.*)<\/text>/#)).1
        #expect(found.replacing(#/<[^>]*>/#, with: "") == text.escapedForXML, "\(found)")
        #expect(!svg.contains("<use") && !svg.contains("<path id="))
        #expect(svg.contains(#/ font-family="'[^"']+', serif"/#))
    }

    @Test("has each piece where it is drawn, and as long") func places() throws {
        let measurer = CairoTextMeasurer(book)
        for (angle, text) in [(0, "Sigmoid learns"), (-Double.pi / 2, "upwards"), (0.5, "w = 0.4")] {
            let run = TextRun(text, font: Font(size: 10, weight: .semibold), color: .value, at: Point(30.25, 50.5), rotation: angle)
            var list = DisplayList()
            list.text(run)
            let svg = try svg(list)
            let tag = try #require(svg.firstMatch(of: #/<text ([^>]*)>/#)).1
            #expect(tag.contains(angle == 0 ? "y=\"50.5\" font-weight=\"600\"" : " 30.25 50.5)\""), "\(tag)")
            #expect(tag.contains("font-size=\"10\"") && tag.contains(angle == 0 ? " x=\"30.25\"" : " x=\"0\""))
            let length = try #require(tag.firstMatch(of: #/textLength="([\d.]+)"/#).flatMap { Double($0.1) })
            #expect(abs(length - measurer.extent(of: text, in: run.font).width) < 0.01)
        }
    }
}
