import CCairo
import Drawing

/// The faces of a font book, opened for measuring, and the glyphs found so far. Not for two threads at once: the book locks it.
struct Shelf: ~Copyable {
    private let preference: FontBook.Preference
    private var chains: [FontStyle: [FontFile]] = [:]
    private var faces: [ObjectIdentifier: FT_Face] = [:]
    private var glyphs: [FontStyle: [Unicode.Scalar: Glyph?]] = [:]
    /// One object a file, so that identity tells files apart.
    private var files: [String: FontFile] = [:]

    init(preference: FontBook.Preference) throws(FontError) {
        self.preference = preference
        guard let words = chain(for: FontStyle(.words)).first else { throw .noFonts }
        guard face(words) != nil else { throw .unreadable(file: words.path) }
    }

    deinit { for face in faces.values { FreeType.close(face) } }

    mutating func forEachGlyph(of text: String, in style: FontStyle, _ body: (Glyph?, Unicode.Scalar) -> Void) {
        var known = glyphs.removeValue(forKey: style) ?? [:]
        for scalar in text.unicodeScalars {
            if let glyph = known[scalar] {
                body(glyph, scalar)
            } else {
                let glyph = makeGlyph(for: scalar, in: style)
                known[scalar] = .some(glyph)
                body(glyph, scalar)
            }
        }
        glyphs[style] = known
    }

    mutating func reach(of style: FontStyle) -> (ascent: Double, descent: Double, xHeight: Double) {
        guard let file = chain(for: style).first, let face = face(file) else { return (0.95, 0.25, 0.5) }
        let xHeight = makeGlyph(for: "x", in: style)?.top ?? 0.5
        // Fonts for mathematics reserve room for tall integrals, each face another amount; a line of text wants that of its brackets.
        if style.family == .mathematics, let bracket = makeGlyph(for: "(", in: FontStyle(.mathematics)) {
            return (bracket.top + 0.1, -bracket.bottom + 0.05, xHeight)
        }
        let em = Double(face.pointee.units_per_EM)
        return (Double(face.pointee.ascender) / em, -Double(face.pointee.descender) / em, xHeight)
    }

    private mutating func face(_ file: FontFile) -> FT_Face? {
        if let face = faces[ObjectIdentifier(file)] { return face }
        guard let face = try? FreeType.open(file) else { return nil }
        faces[ObjectIdentifier(file)] = face
        return face
    }
}

// Which file
extension Shelf {
    private mutating func chain(for style: FontStyle) -> [FontFile] {
        if let known = chains[style] { return known }
        var chain: [FontFile?] = []
        switch style.family {
        case .words: chain = [own(style), own(FontStyle(.mathematics, weight: style.weight))]
        case .mathematics:
            // Symbols that the italic or the bold lacks come from the regular.
            chain = [own(style), own(FontStyle(.mathematics)), own(FontStyle(.words, weight: style.weight))]
        }
        chain.append(keep(FontSearch.file(ofAny: ["DejaVu Sans"], weight: style.weight, italic: false)))
        chain.append(keep(FontSearch.file(ofAny: ["DejaVu Serif"], weight: style.weight, italic: false)))
        var found: [FontFile] = []
        for case let file? in chain where !found.contains(where: { $0 === file }) { found.append(file) }
        chains[style] = found
        return found
    }

    private mutating func own(_ style: FontStyle) -> FontFile? {
        let weight = style.weight
        let intended =
            preference == .fallback ? nil : FontSearch.file(ofAny: style.intendedFamilies, weight: weight, italic: style.italic)
        if let intended { return keep(intended) }
        let italic = style.italic && preference != .fallback
        let substitute = style.family == .words ? "DejaVu Sans" : "DejaVu Serif"
        let generic = style.family == .words ? "sans-serif" : "serif"
        if preference == .installed, style.family == .words, let default_ = FontSearch.nearest(to: generic, weight: weight, italic: italic) {
            return keep(default_)
        }
        return keep(
            FontSearch.file(ofAny: [substitute], weight: weight, italic: italic)
                ?? FontSearch.nearest(to: generic, weight: weight, italic: italic))
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
    /// Best first. STIX comes as two generations of families; the text fonts have the real italics, the mathematics font the most symbols.
    fileprivate var intendedFamilies: [String] {
        switch family {
        case .words: ["Inter", "Inter Variable"]
        case .mathematics where italic || weight != .regular && weight != .medium: ["STIX Two Text", "STIX", "STIXGeneral"]
        case .mathematics: ["STIX Two Math", "STIX Math", "STIX Two Text", "STIX", "STIXGeneral"]
        }
    }
}

// Which glyph
extension Shelf {
    private mutating func makeGlyph(for scalar: Unicode.Scalar, in style: FontStyle) -> Glyph? {
        if scalar.properties.isDefaultIgnorableCodePoint { return nil }
        var place = style
        place.italic = style.italic && (style.family == .words || scalar.slantsInMathematics)
        switch scalar.properties.generalCategory {
        case .control: return find(" ", in: place)
        // Each font means something else by these.
        case .privateUse, .unassigned: break
        default:
            if let glyph = find(scalar, in: place) { return glyph }
            if preference == .installed, let file = keep(FontSearch.file(covering: scalar)),
                let glyph = glyph(for: scalar, from: file, sheared: false)
            {
                return glyph
            }
        }
        return find("\u{FFFD}", in: place) ?? find("?", in: place)
    }

    private mutating func find(_ scalar: Unicode.Scalar, in style: FontStyle) -> Glyph? {
        for (place, file) in chain(for: style).enumerated() {
            // What a fallback serves is slanted only if it is a letter: a slanted arrow is a wrong arrow.
            let sheared = style.italic && !file.italic && (place == 0 || scalar.slantsInMathematics)
            if let glyph = glyph(for: scalar, from: file, sheared: sheared) { return glyph }
        }
        return nil
    }

    private mutating func glyph(for scalar: Unicode.Scalar, from file: FontFile, sheared: Bool) -> Glyph? {
        guard let face = face(file) else { return nil }
        let index = FT_Get_Char_Index(face, FT_ULong(scalar.value))
        guard index != 0, FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_NO_SCALE)) == 0 else { return nil }
        let em = Double(face.pointee.units_per_EM)
        let metrics = face.pointee.glyph.pointee.metrics
        let (left, top) = (Double(metrics.horiBearingX) / em, Double(metrics.horiBearingY) / em)
        let (right, bottom) = (left + Double(metrics.width) / em, top - Double(metrics.height) / em)
        let shear = sheared ? Glyph.shear : 0
        return Glyph(
            file: file, index: index, sheared: sheared, advance: Double(metrics.horiAdvance) / em,
            left: left + shear * bottom, right: right + shear * top, bottom: bottom, top: top)
    }
}

extension Unicode.Scalar {
    /// Variables and ∂ slant; digits, brackets, operators and the Greek capitals, most of which name sums and functions, stand upright.
    fileprivate var slantsInMathematics: Bool {
        self == "∂" || properties.isAlphabetic && !("Α"..."Ω").contains(self)
    }
}

extension Shelf {
    mutating func report() -> [FontReport] {
        var lines: [FontReport] = []
        for family in [Font.Family.words, .mathematics] {
            for weight in [Font.Weight.regular, .medium, .semibold, .bold] {
                for italic in [false, true] {
                    let style = FontStyle(family, weight: weight, italic: italic)
                    guard let file = chain(for: style).first else { continue }
                    var missing = ""
                    for scalar in Self.used.unicodeScalars where glyph(for: scalar, from: file, sheared: false) == nil {
                        missing.unicodeScalars.append(scalar)
                    }
                    lines.append(
                        FontReport(
                            font: Font(family, size: 10, weight: weight, italic: italic), family: file.family, file: file.path,
                            isSubstitute: !style.intendedFamilies.contains(file.family), isSheared: italic && !file.italic,
                            fallingBack: missing))
                }
            }
        }
        return lines
    }

    /// Characters beyond ASCII that figures use.
    private static let used = "−×·÷±≈≤≥≠∞√∑∏∂∇′‖←→↑↓⋮⋯…½¼∈ℓσημλθβγεαδρφωΣΔΘ\u{2009}\u{202F}–—“”’éü"
}
