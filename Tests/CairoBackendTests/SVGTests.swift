import Drawing
import Testing

@testable import CairoBackend

@Suite("An SVG") struct SVGTests {
    let book: FontBook

    init() throws { book = try FontBook() }

    /// The box of all glyphs' points, through the matrices that their groups have.
    private func box(of element: SVGElement) throws -> Rect {
        let outlines = element.fillings.compactMap { if case .glyph(let outline) = $0 { outline } else { nil } }
        var next = 0
        var box: Rect?
        for group in String(decoding: element.markup, as: UTF8.self).split(separator: "<g transform=\"matrix(") {
            let m = group.prefix { $0 != ")" }.split(separator: " ").compactMap { Double($0) }
            try #require(m.count == 6)
            for use in group.matches(of: #/<use[^>]*?(?: x="([-\d.]+)")?\/>/#) {
                let shift = try use.1.map { try #require(Double($0)) } ?? 0
                let numbers = outlines[next].path.split { !($0.isNumber || $0 == "-") }.compactMap { Double($0) }
                next += 1
                for index in stride(from: 0, to: numbers.count - 1, by: 2) {
                    let (x, y) = (numbers[index] + shift, numbers[index + 1])
                    let point = Rect(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5], 0, 0)
                    box = box?.union(point) ?? point
                }
            }
        }
        #expect(next == outlines.count)
        return try #require(box)
    }

    @Test(
        "has its glyphs where they were measured, slanted and turned as they were",
        arguments: [Font.Family.words, .mathematics], [0, -90, 30])
    func glyphs(family: Font.Family, degrees: Double) throws {
        let measurer = CairoTextMeasurer(book)
        for italic in [false, true] {
            for text in ["Hamburg", "∂L/∂w = 0.6513", "x", "σ′ Latin ⋮ ←"] {
                let run = TextRun(
                    text, font: Font(family, size: 40, italic: italic), color: Color(0), at: Point(100, 200),
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
        var sheet = PictureEncoder(book).sheet(color: \.hexadecimal)
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
