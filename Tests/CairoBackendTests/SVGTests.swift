import Drawing
import Testing

@testable import CairoBackend

@Suite("An SVG") struct SVGTests {
    let book: FontBook

    init() throws { book = try FontBook() }

    /// The box of all points of the texts' glyphs, in the picture's points.
    private func box(of element: SVGElement) throws -> Rect {
        var box: Rect?
        for case .text(let text) in element.fillings {
            let m = String(decoding: text.matrix, as: UTF8.self).split(separator: " ").compactMap { Double($0) }
            try #require(m.count == 6)
            for glyph in text.glyphs {
                var path: [UInt8] = []
                glyph.outline.append(to: &path)
                for point in try Self.points(of: String(decoding: path, as: UTF8.self)) {
                    let x = point.x + Double(glyph.place)
                    let mapped = Rect(m[0] * x + m[2] * point.y + m[4], m[1] * x + m[3] * point.y + m[5], 0, 0)
                    box = box?.union(mapped) ?? mapped
                }
            }
        }
        return try #require(box)
    }

    /// Of a path whose contours start at a point and go on with lines and curves relative to where they are.
    private static func points(of path: String) throws -> [Point] {
        var points: [Point] = []
        for part in path.matches(of: #/([MlqcZ])([-\d ]*)/#) {
            let numbers = part.2.matches(of: #/-?\d+/#).compactMap { Double($0.0) }
            try #require(numbers.count == ["M": 2, "l": 2, "q": 4, "c": 6, "Z": 0][part.1])
            let start = part.1 == "M" ? Point.zero : points.last ?? .zero
            points += stride(from: 0, to: numbers.count, by: 2).map { start + Point(numbers[$0], numbers[$0 + 1]) }
        }
        return points
    }

    @Test(
        "has its glyphs where they were measured, slanted and turned as they were",
        arguments: [Font.Family.words, .mathematics], [0, -90, 30])
    func glyphs(family: Font.Family, degrees: Double) throws {
        let measurer = CairoTextMeasurer(book)
        for italic in [false, true] {
            for text in ["Hamburg", "∂L/∂w = 0.6513", "x", "σ′ Latin ⋮ ←"] {
                let run = TextRun(
                    text, font: Font(family, size: 40, italic: italic), color: Paint(literal: Color(0)), at: Point(100, 200),
                    rotation: degrees * .pi / 180)
                let drawn = try box(of: SVGElement(.text(run), book))
                // Turned, a box around boxes is larger than one around outlines.
                let measured = run.box(measuredBy: measurer).insetBy(-2, -2)
                #expect(measured.contains(drawn), "\(text) \(italic): \(drawn) in \(measured)")
                guard degrees != 30 else { continue }
                let grown = drawn.insetBy(-3, -3)
                #expect(grown.contains(measured.insetBy(2, 2)), "\(text) \(italic)")
            }
        }
    }

    @Test(
        "writes numbers rounded, without what they do not need",
        arguments: [
            (0, "0"), (-0.001, "0"), (-0.005, "-0.01"), (1.5, "1.5"), (12, "12"), (100.999, "101"), (-3.14159, "-3.14"), (0.05, "0.05"),
        ])
    func numbers(number: Double, text: String) {
        var written: [UInt8] = []
        written.append(number, decimals: 2)
        #expect(String(decoding: written, as: UTF8.self) == text)
    }

    @Test("drawings of one page look up the same glyphs, and together define what each of them uses") func sheet() throws {
        var sheet = PictureEncoder(book).sheet()
        for index in 0..<4 { try sheet.add(Specimen.picture(title: "Picture \(index)")) }
        try sheet.add(Specimen.picture(theme: .dark))
        let page = sheet.finished()
        #expect(page.pictures.count == 5 && page.pictures.allSatisfy { $0.hasPrefix("<svg") && $0.hasSuffix("</svg>") })
        let whole = page.definitions + page.common + page.pictures.joined()
        let ids = (page.definitions + page.common).matches(of: #/ id="([^"]*)"/#).map { String($0.1) }
        let uses = whole.matches(of: #/(?:href="#|url\(#)([^")]*)/#).map { String($0.1) }
        #expect(Set(ids).count == ids.count && Set(ids).isSuperset(of: uses))
        let classes = whole.matches(of: #/class="s(\d+)"/#).compactMap { Int($0.1) }
        #expect(Set(classes) == Set(page.styles.indices))
        // What repeats costs next to nothing.
        #expect(page.pictures[1].utf8.count < page.common.utf8.count / 20)
    }
}
