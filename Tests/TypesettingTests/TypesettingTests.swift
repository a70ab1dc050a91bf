import Drawing
import Notation
import Testing

@testable import Typesetting

/// Every character is half a quad wide and as high as letters are.
struct FixedMeasurer: TextMeasuring {
    func extent(of text: String, in font: Font) -> TextExtent {
        TextExtent(width: 0.5 * font.size * Double(text.count), ascent: 0.9 * font.size, descent: 0.25 * font.size)
    }

    func ink(of text: String, in font: Font) -> Rect {
        let width = extent(of: text, in: font).width
        if text.allSatisfy({ $0 == " " }) { return Rect(0, 0, 0, 0) }
        if text == "=" || text == "−" { return Rect(0, -0.35 * font.size, width, 0.2 * font.size) }
        if "([|‖".contains(text) || ")]".contains(text) { return Rect(0, -0.7 * font.size, width, 0.9 * font.size) }
        if text.allSatisfy({ $0 == "′" }) { return Rect(0, -0.65 * font.size, width, 0.25 * font.size) }
        return Rect(0, -0.65 * font.size, width, 0.65 * font.size)
    }

    func xHeight(of font: Font) -> Double { 0.45 * font.size }
}

@Suite("Formulas as they are drawn")
struct TypesettingTests {
    let typesetter = Typesetter(measurer: FixedMeasurer())

    func runs(_ laid: Laid) -> [TextRun] { laid.content.textRuns.map(\.run) }

    @Test("say the same in all four ways", arguments: Specimen.all)
    func same(specimen: Specimen) {
        #expect(specimen.formula.plainText == specimen.plain)
        #expect(specimen.formula.latex == specimen.latex)
        // What MathML writes out but ink draws as lines: fences and marks.
        let drawn = Set("()[]{}|‖^¯~")
        let read = texts(ofMathML: specimen.formula.mathML).filter { !drawn.contains($0) && $0 != " " && $0 != "\u{A0}" }
        let ink = runs(typesetter.layout(specimen.formula, size: 10)).map(\.text).joined()
        #expect(ink.filter { !drawn.contains($0) && $0 != " " } == read)
    }

    @Test("are well-formed MathML, whatever stands in them", arguments: Specimen.all)
    func wellFormed(specimen: Specimen) {
        var open: [Substring] = []
        for piece in specimen.formula.displayMathML.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
            if piece.hasPrefix("/") { #expect(open.popLast() == piece.dropFirst()) } else { open.append(piece.prefix { $0 != " " }) }
        }
        #expect(open.isEmpty)
    }

    @Test("stay inside their bounds, and letters never overlap", arguments: Specimen.all)
    func apart(specimen: Specimen) {
        let laid = typesetter.layout(specimen.formula, size: 10)
        let boxes = laid.content.textRuns.map { $0.box(measuredBy: FixedMeasurer()) }.filter { $0.width > 0 }
        for (index, box) in boxes.enumerated() {
            #expect(laid.bounds.insetBy(-1e-6, -1e-6).contains(box))
            for other in boxes[..<index] { #expect(!box.insetBy(1e-6, 1e-6).overlaps(other)) }
        }
    }

    @Test("have scripts at 0.7 of the size, above and below")
    func scripts() throws {
        let found = runs(typesetter.layout(.scripts("x", sub: "1", sup: "2"), size: 10))
        try #require(found.map(\.text) == ["x", "1", "2"])
        #expect(found[1].font.size == 7 && found[1].origin.y > 0)
        #expect(found[2].font.size == 7 && found[2].origin.y < -0.85 * 4.5 + 1e-9)
        #expect(found[0].font.italic && !found[1].font.italic)
        #expect(found[1].font.family == .mathematics)
    }

    @Test("centre bars on the axis, which is the middle of =")
    func axis() {
        let laid = typesetter.layout(.fraction("a", .sub("b", "22")), size: 10)
        let bars: [Path] = laid.content.items.compactMap { if case .fill(let path, _) = $0 { path } else { nil } }
        #expect(bars.count == 1)
        let ys = bars.flatMap(\.elements).compactMap { element -> Double? in
            switch element {
            case .move(let point), .line(let point): point.y
            case .curve, .close: nil
            }
        }
        #expect(abs((ys.min() ?? 0) + (ys.max() ?? 0) + 2 * 2.5) < 1e-9)
        #expect(abs((ys.max() ?? 0) - (ys.min() ?? 0) - 0.45) < 1e-9)
    }

    @Test("are as wide as their parts and the gaps between them, and tell where each part stands")
    func additive() {
        let laid = typesetter.layout("a" + "b", size: 18)
        #expect(laid.parts.count == 3)
        #expect(abs(laid.width - (3 * 9 + 2 * 4)) < 1e-9)
        #expect(laid.parts.map(\.x) == [0, 13, 26])
        let product = typesetter.layout(.equation("y", .partial("L", over: "o") * "x"), size: 18)
        #expect(product.parts.count == 5)
        for (left, right) in zip(product.parts, product.parts.dropFirst()) { #expect(left.maxX <= right.minX) }
    }

    @Test("have a sign before its operand close to it")
    func prefix() {
        #expect(typesetter.layout(-"a", size: 18).width == 18)
        #expect(typesetter.layout(.equation("b", -"a"), size: 18).width == 4 * 9 + 2 * 5)
    }

    @Test("tell the places of tagged parts, which move along")
    func places() throws {
        let laid = typesetter.layout("a" * .role(.gradient, .place(.norm, "b")), size: 18)
        let place = try #require(laid.places[.norm])
        #expect(place == laid.parts[2])
        #expect(laid.moved(to: Point(3, 4)).places[.norm] == place.offsetBy(3, 4))
        #expect(runs(laid.moved(to: Point(3, 4))).map(\.origin) == runs(laid).map { $0.origin + Point(3, 4) })
    }

    @Test(
        "carry kind as the roles of the theme",
        arguments: [
            (.value, .value), (.gradient, .gradient), (.local, .local), (.place, .place), (.result, .ink), (.quiet, .quietInk),
            (.plain, .series(3)),
        ] as [(Formula.Role, Paint)])
    func roles(role: Formula.Role, color: Paint) {
        let found = runs(typesetter.layout(.role(role, "x"), size: 10, color: .series(3)))
        #expect(found.map(\.color) == [color])
        #expect(found.map { $0.font.weight == .bold } == [role == .result])
    }

    @Test("have fences that grow with what they hold")
    func fences() {
        let tall = Formula.fraction(.fraction("a", "b"), .fraction("c", "d"))
        for fence in Formula.Fence.allCases {
            let low = typesetter.layout(.fenced(fence, "x"), size: 10)
            let high = typesetter.layout(.fenced(fence, tall), size: 10)
            let inside = typesetter.layout(tall, size: 10)
            #expect(runs(low).count == 3)
            #expect(high.ascent >= inside.ascent && high.descent >= inside.descent)
            #expect(runs(high).count == runs(inside).count)
        }
    }

    @Test("in text are 1.08 times as large as the words, and the words keep their font")
    func text() {
        let font = Font(.words, size: 10, weight: .semibold)
        let found = runs(typesetter.layoutText(.row([.words("weight "), .sub("w", "5")]), font: font))
        #expect(found.map(\.text) == ["weight ", "w", "5"])
        #expect(found[0].font == font)
        #expect(abs(found[1].font.size - 10.8) < 1e-9 && found[1].font.weight == .bold)
    }

    @Test("wrap at spaces, lose no word and keep to the width where a word fits", arguments: [20.0, 60, 100, 171, 1000])
    func wrapping(width: Double) {
        let text = Formula.row([
            .words("A positive gradient: raising "), .sub("w", "5"), .words(", the weight,  raises the loss "),
            .role(.gradient, .words("so descent lowers")),
            .words(" it: "), .equation("a", "b" - "c"), .words("."),
        ])
        let font = Font(.words, size: 10)
        let lines = typesetter.wrapText(text, font: font, width: width)
        let words = lines.map { runs($0).map(\.text).joined() }.joined(separator: " ")
        #expect(words.filter { $0 != " " } == "Apositivegradient:raisingw5,theweight,raisesthelosssodescentlowersit:a=b−c.")
        #expect(words.contains("w5, the") && !words.contains("  "))
        for line in lines where line.width > width { #expect(runs(line).map(\.text).joined().split(separator: " ").count == 1) }
        if width == 1000 { #expect(lines.count == 1) }
    }

    @Test("set numbers in the words' face where asked to, their powers as raised digits")
    func numerals() {
        let font = Font(.words, size: 10, weight: .medium)
        let found = runs(typesetter.layoutText(.role(.result, .number(-4.386e-12)), font: font, numerals: .words))
        #expect(found.map(\.text) == ["−4.386×10", "−12"])
        #expect(found.map(\.font.family) == [.words, .words] && found.map(\.font.weight) == [.semibold, .semibold])
        #expect(abs(found[1].font.size - 7) < 1e-9 && found[1].origin.y < 0)
    }

    @Test("of nothing take no room")
    func empty() {
        #expect(typesetter.layout(.row([]), size: 10) == Laid())
        #expect(typesetter.wrapText(.words("   "), font: Font(size: 10), width: 50).isEmpty)
        #expect(typesetter.layout(.matrix([]), size: 10).width > 0)
        #expect(typesetter.layout(.symbol("", .italic), size: 10).width == 0)
    }

    private func texts(ofMathML markup: String) -> String {
        markup.split(separator: "<").map { $0.drop { $0 != ">" }.dropFirst() }.joined()
            .replacing("&#123;", with: "{").replacing("&#125;", with: "}")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&amp;", with: "&")
    }
}
