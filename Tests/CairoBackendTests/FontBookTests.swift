import Drawing
import Testing

@testable import CairoBackend

let preferences: [FontBook.Preference] = [.installed, .fallback]

let styles: [FontStyle] = [Font.Family.words, .mathematics].flatMap { family in
    [Font.Weight.regular, .medium, .semibold, .bold].flatMap { weight in
        [false, true].map { FontStyle(family, weight: weight, italic: $0) }
    }
}

@Suite("A font book") struct FontBookTests {
    @Test("serves any character with a glyph that its file has, never the empty box", arguments: preferences)
    func coverage(preference: FontBook.Preference) throws {
        let book = try FontBook(preferring: preference)
        for style in styles {
            let line = book.line(Specimen.mixture, in: style)
            #expect(!line.pieces.isEmpty)
            for piece in line.pieces {
                #expect(piece.glyphs.allSatisfy { $0.index != 0 })
            }
        }
    }

    @Test("keeps the whole text beside the glyphs, in clusters that add up", arguments: preferences)
    func clusters(preference: FontBook.Preference) throws {
        let book = try FontBook(preferring: preference)
        for style in styles {
            let line = book.line(Specimen.mixture, in: style)
            #expect(String(decoding: line.pieces.flatMap(\.utf8), as: UTF8.self) == Specimen.mixture)
            for piece in line.pieces {
                #expect(piece.clusters.reduce(0) { $0 + Int($1.bytes) } == piece.utf8.count)
                #expect(piece.clusters.reduce(0) { $0 + Int($1.glyphs) } == piece.glyphs.count)
            }
        }
    }

    @Test("takes what no font has for �, and joiners for nothing") func replacement() throws {
        let book = try FontBook(preferring: .fallback)
        let style = FontStyle(.words)
        let unknown = book.line("\u{E123}", in: style).pieces.flatMap(\.glyphs).map(\.index)
        #expect(unknown == book.line("\u{FFFD}", in: style).pieces.flatMap(\.glyphs).map(\.index))
        #expect(book.measure("a\u{200D}\u{FE0F}b", in: style).width == book.measure("ab", in: style).width)
        #expect(book.measure("a\tb", in: style).width == book.measure("a b", in: style).width)
    }

    @Test("slants letters and ∂ of italic mathematics only", arguments: preferences)
    func italics(preference: FontBook.Preference) throws {
        let book = try FontBook(preferring: preference)
        let (upright, italic) = (FontStyle(.mathematics), FontStyle(.mathematics, italic: true))
        for character in ["(", ")", "0", "7", "=", "−", "′", "‖", "∇", "√", "∑", "←", "Σ", "Δ"] {
            let glyphs = book.line(character, in: italic).pieces
            #expect(glyphs.map(\.sheared) == [false])
            #expect(book.measure(character, in: italic).width == book.measure(character, in: upright).width, "\(character)")
        }
        for character in ["w", "x", "L", "σ", "η", "∂"] {
            let piece = try #require(book.line(character, in: italic).pieces.first)
            #expect(piece.sheared != piece.file.italic, "\(character) is slanted once, by the file or by us")
        }
    }

    @Test("makes the x of a stand-in as high as that of the font it stands in for") func xHeight() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        #expect(abs(measurer.xHeight(of: Font(.mathematics, size: 100)) - 45) < 1)
        #expect(abs(measurer.xHeight(of: Font(.words, size: 100)) - 54.6) < 1)
    }

    @Test("reports a file for each of the sixteen fonts") func report() throws {
        let report = try FontBook(preferring: .fallback).report()
        #expect(report.count == 16)
        #expect(report.allSatisfy { $0.file.hasPrefix("/") && $0.isSubstitute })
    }

    @Test("that finds nothing says what to install") func hint() {
        #expect(FontError.noFonts.description.contains("apt install fonts-dejavu-core"))
    }
}

@Suite("A text measurer") struct MeasurerTests {
    @Test("measures in proportion to the size", arguments: preferences) func proportion(preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        for family in [Font.Family.words, .mathematics] {
            let small = measurer.extent(of: "0.6513 × σ′", in: Font(family, size: 7))
            let large = measurer.extent(of: "0.6513 × σ′", in: Font(family, size: 70))
            #expect(abs(large.width - 10 * small.width) < 1e-9)
            #expect(abs(large.ascent - 10 * small.ascent) < 1e-9)
        }
    }

    @Test("adds up: a text is as wide as its parts") func additive() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let font = Font(size: 12)
        let parts = ["∂L/∂w", " = ", "−0.25"]
        let sum = parts.reduce(0) { $0 + measurer.extent(of: $1, in: font).width }
        #expect(abs(measurer.extent(of: parts.joined(), in: font).width - sum) < 1e-9)
        #expect(measurer.extent(of: "", in: font).width == 0)
        #expect(measurer.ink(of: "  ", in: font) == Rect(0, 0, 0, 0))
    }

    @Test("gives the box in which the drawn ink lies, and which it fills", arguments: preferences)
    func ink(preference: FontBook.Preference) throws {
        let book = try FontBook(preferring: preference)
        let measurer = CairoTextMeasurer(book)
        for style in styles {
            for text in ["Hxgf", "σ′(z) − ½", "∂L/∂w", "‖g‖ ← ⋮"] {
                let font = Font(style.family, size: 20, weight: style.weight, italic: style.italic)
                var list = DisplayList()
                list.text(TextRun(text, font: font, color: Paint(literal: Color(0)), at: Point(20, 40)))
                let raster = try PictureEncoder(book).raster(
                    of: Picture(size: Size(220, 70), content: list, title: "", alternative: ""))
                let drawn = try #require(raster.inkBox(pixelsPerPoint: 2))
                let measured = measurer.ink(of: text, in: font).offsetBy(20, 40)
                #expect(measured.insetBy(-1, -1).contains(drawn), "\(text) \(style): \(measured) \(drawn)")
                // Corners of a slanted box may stay empty, by the slant of the height at most.
                let slack = 1 + (style.italic ? 0.2 * measured.height : 0)
                #expect(drawn.insetBy(-slack, -1).contains(measured), "\(text) \(style): \(measured) \(drawn)")
            }
        }
    }

    @Test("gives the same from many threads at once") func concurrent() async throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let alone = CairoTextMeasurer(try FontBook())
        let texts = (0..<200).map { "\($0) \(Specimen.mixture.dropFirst($0 % 20))" }
        let expected = texts.map { alone.extent(of: $0, in: Font(size: 10)).width }
        await withTaskGroup(of: [Double].self) { group in
            for _ in 0..<8 { group.addTask { texts.map { measurer.extent(of: $0, in: Font(size: 10)).width } } }
            for await widths in group { #expect(widths == expected) }
        }
    }
}

extension Raster {
    /// The box of the pixels that aren't white, in points.
    func inkBox(pixelsPerPoint: Double) -> Rect? {
        var box: Rect?
        for row in 0..<height {
            for column in 0..<width where pixels[row * width + column] & 0xFFFFFF != 0xFFFFFF {
                let pixel = Rect(Double(column), Double(row), 1, 1)
                box = box?.union(pixel) ?? pixel
            }
        }
        return box.map {
            Rect($0.x / pixelsPerPoint, $0.y / pixelsPerPoint, $0.width / pixelsPerPoint, $0.height / pixelsPerPoint)
        }
    }
}
