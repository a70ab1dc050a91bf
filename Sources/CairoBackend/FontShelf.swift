import CCairo
import Drawing

/// The faces of a font book, opened for measuring, and the glyphs found so far. It is not thread-safe: the book locks it.
struct Shelf: ~Copyable {
    private let preference: FontBook.Preference
    private var cases: [FontStyle: TypeCase] = [:]
    private var faces: [ObjectIdentifier: FT_Face] = [:]
    /// One object per file, so that files can be compared by identity.
    private var files: [String: FontFile] = [:]
    private var outlines: [ObjectIdentifier: [UInt32: GlyphOutline?]] = [:]

    init(preference: FontBook.Preference) throws(FontError) {
        self.preference = preference
        guard let words = file(0, in: FontStyle(.words)) else { throw .noFonts }
        guard face(words) != nil else { throw .unreadable(file: words.path) }
    }

    deinit { for face in faces.values { FreeType.close(face) } }

    mutating func forEachGlyph(of text: String, in style: FontStyle, _ body: (Glyph?, Unicode.Scalar) -> Void) {
        let typeCase = typeCase(for: style)
        for scalar in text.unicodeScalars {
            if case .some(let glyph) = typeCase[scalar] {
                body(glyph, scalar)
            } else {
                let glyph = makeGlyph(for: scalar, in: style)
                typeCase[scalar] = .some(glyph)
                body(glyph, scalar)
            }
        }
    }

    mutating func measure(_ text: String, in style: FontStyle) -> TextMeasure {
        let typeCase = typeCase(for: style)
        if let known = typeCase.measures[text] { return known }
        var width = 0.0
        var ink: (Double, Double, Double, Double)?
        forEachGlyph(of: text, in: style) { glyph, _ in
            guard let glyph else { return }
            if !glyph.isBlank {
                let box = (width + glyph.left, width + glyph.right, glyph.bottom, glyph.top)
                ink = ink.map { (min($0.0, box.0), max($0.1, box.1), min($0.2, box.2), max($0.3, box.3)) } ?? box
            }
            width += glyph.advance
        }
        if typeCase.measures.count >= TypeCase.mostMeasures { typeCase.measures.removeAll(keepingCapacity: true) }
        typeCase.measures[text] = (width, ink)
        return (width, ink)
    }

    mutating func outline(of glyph: UInt32, in file: FontFile) -> GlyphOutline? {
        if let known = outlines[ObjectIdentifier(file)]?[glyph] { return known }
        let outline = face(file).flatMap { GlyphOutline(of: glyph, in: $0) }
        outlines[ObjectIdentifier(file), default: [:]][glyph] = .some(outline)
        return outline
    }

    mutating func unitsPerEm(of file: FontFile) -> Double? { face(file).map { Double($0.pointee.units_per_EM) } }

    mutating func reach(of style: FontStyle) -> Reach {
        let typeCase = typeCase(for: style)
        if let known = typeCase.reach { return known }
        let reach = makeReach(of: style)
        typeCase.reach = reach
        return reach
    }

    private mutating func makeReach(of style: FontStyle) -> Reach {
        guard let file = file(0, in: style), let face = face(file) else { return (0.95, 0.25, 0.5) }
        let x = makeGlyph(for: "x", in: style)
        let xHeight = x?.top ?? 0.5
        // Mathematics fonts reserve room for tall integrals, each a different amount. For a line of text the height of brackets is right.
        if style.family == .mathematics, let bracket = makeGlyph(for: "(", in: FontStyle(.mathematics)) {
            return (bracket.top + 0.1, -bracket.bottom + 0.05, xHeight)
        }
        let em = Double(face.pointee.units_per_EM) / (x?.scale ?? 1)
        return (Double(face.pointee.ascender) / em, -Double(face.pointee.descender) / em, xHeight)
    }

    private mutating func face(_ file: FontFile) -> FT_Face? {
        if let face = faces[ObjectIdentifier(file)] { return face }
        guard let face = try? FreeType.open(file) else { return nil }
        faces[ObjectIdentifier(file)] = face
        return face
    }

    private mutating func typeCase(for style: FontStyle) -> TypeCase {
        if let known = cases[style] { return known }
        let new = TypeCase(style)
        cases[style] = new
        return new
    }
}

// The choice of files
extension Shelf {
    /// The length of a chain of files.
    private static let chainLength = 5

    /// The file at a position of the style's chain. The same file may occur several times.
    mutating func file(_ place: Int, in style: FontStyle) -> FontFile? {
        let typeCase = typeCase(for: style)
        while typeCase.files.count <= place { typeCase.files.append(findFile(typeCase.files.count, in: style)) }
        return typeCase.files[place]
    }

    private mutating func findFile(_ place: Int, in style: FontStyle) -> FontFile? {
        switch (place, style.family) {
        case (0, _): keep(own(style))
        case (1, .words): file(0, in: FontStyle(.mathematics, weight: style.weight))
        // The regular font has symbols that the italic or the bold one lacks.
        case (1, .mathematics), (2, .words): file(0, in: FontStyle(.mathematics))
        case (2, .mathematics): file(0, in: FontStyle(.words, weight: style.weight))
        case (3, _): keep(FontSearch.file(ofAny: ["DejaVu Sans"], weight: style.weight, italic: false))
        default: keep(FontSearch.file(ofAny: ["DejaVu Serif"], weight: style.weight, italic: false))
        }
    }

    private func own(_ style: FontStyle) -> FontFile? {
        let (weight, italic) = (style.weight, style.italic && preference != .fallback)
        let (generic, dejaVu) = style.family == .words ? ("sans-serif", "DejaVu Sans") : ("serif", "DejaVu Serif")
        switch preference {
        case .installed:
            if let file = FontSearch.file(ofAny: style.intendedFamilies, weight: weight, italic: italic) { return file }
            if style.family == .words, let file = FontSearch.nearest(to: generic, weight: weight, italic: italic) { return file }
        case .fallback: break
        }
        return FontSearch.file(ofAny: [dejaVu], weight: weight, italic: italic)
            ?? FontSearch.nearest(to: generic, weight: weight, italic: italic)
    }

    private mutating func keep(_ file: FontFile?) -> FontFile? {
        guard let file else { return nil }
        let key = "\(file.index):\(file.path)"
        if let known = files[key] { return known }
        files[key] = file
        return file
    }
}

extension FontStyle {
    /// The families, best first. STIX exists in two generations. Its text fonts have real italics, its mathematics font more symbols.
    var intendedFamilies: [String] {
        switch family {
        case .words: ["Inter", "Inter Variable"]
        case .mathematics where italic || weight == .semibold || weight == .bold: ["STIX Two Text", "STIX", "STIXGeneral"]
        case .mathematics: ["STIX Two Math", "STIX Math", "STIX Two Text", "STIX", "STIXGeneral"]
        }
    }
}

// The choice of glyphs
extension Shelf {
    private mutating func makeGlyph(for scalar: Unicode.Scalar, in style: FontStyle) -> Glyph? {
        if scalar.properties.isDefaultIgnorableCodePoint { return nil }
        var place = style
        place.italic = style.italic && (style.family == .words || scalar.slantsInMathematics)
        switch scalar.properties.generalCategory {
        case .control: return find(" ", in: place)
        // These have a different meaning in each font.
        case .privateUse, .unassigned: break
        default:
            if let glyph = find(scalar, in: place) { return glyph }
            if preference == .installed, let file = keep(FontSearch.file(covering: scalar)),
                let glyph = glyph(for: scalar, from: file, sheared: false, in: style)
            {
                return glyph
            }
        }
        return find("\u{FFFD}", in: place) ?? find("?", in: place)
    }

    private mutating func find(_ scalar: Unicode.Scalar, in style: FontStyle) -> Glyph? {
        for place in 0..<Self.chainLength {
            guard let file = file(place, in: style) else { continue }
            // From a fallback only letters are slanted: a slanted arrow would point in another direction.
            let sheared = style.italic && !file.italic && (place == 0 || scalar.slantsInMathematics)
            if let glyph = glyph(for: scalar, from: file, sheared: sheared, in: style) { return glyph }
        }
        return nil
    }

    mutating func glyph(for scalar: Unicode.Scalar, from file: FontFile, sheared: Bool, in style: FontStyle) -> Glyph? {
        guard let face = face(file) else { return nil }
        let index = FT_Get_Char_Index(face, FT_ULong(scalar.value))
        guard index != 0, FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_NO_SCALE)) == 0 else { return nil }
        let metrics = face.pointee.glyph.pointee.metrics
        let scale = scale(of: file, in: style)
        let em = Double(face.pointee.units_per_EM) / scale
        let (left, top) = (Double(metrics.horiBearingX) / em, Double(metrics.horiBearingY) / em)
        let (right, bottom) = (left + Double(metrics.width) / em, top - Double(metrics.height) / em)
        let shear = sheared ? Glyph.shear : 0
        return Glyph(
            file: file, index: index, sheared: sheared, scale: scale, advance: Double(metrics.horiAdvance) / em,
            left: left + shear * bottom, right: right + shear * top, bottom: bottom, top: top)
    }

    /// The factor that gives a substitute the x-height of the font that it replaces.
    private mutating func scale(of file: FontFile, in style: FontStyle) -> Double {
        if style.intendedFamilies.contains(file.family) || FontStyle(style.family).intendedFamilies.contains(file.family) { return 1 }
        guard let face = face(file) else { return 1 }
        let index = FT_Get_Char_Index(face, 0x78)
        guard index != 0, FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_NO_SCALE)) == 0 else { return 1 }
        let xHeight = Double(face.pointee.glyph.pointee.metrics.horiBearingY) / Double(face.pointee.units_per_EM)
        guard xHeight > 0.3 else { return 1 }
        // The x-heights of Inter and STIX.
        let intended = style.family == .words ? 0.546 : 0.45
        return min(1.15, max(0.8, intended / xHeight))
    }
}

extension Unicode.Scalar {
    /// Whether it is slanted in mathematics: variables and ∂ are. Digits, brackets, operators and Greek capitals, most of which name sums
    /// and functions, are upright.
    fileprivate var slantsInMathematics: Bool {
        self == "∂" || properties.isAlphabetic && !("Α"..."Ω").contains(self)
    }
}
