package import Drawing
package import Notation

/// Lays formulas out as display lists, with text measured by `measurer`.
///
/// Distances are multiples of the type size that follow TeX (Knuth, The TeXbook, appendix G).
package struct Typesetter: Sendable {
    /// The size of mathematics relative to words: at the same size, STIX looks smaller than Inter.
    package static let mathematicsScale = 1.08

    package let measurer: any TextMeasuring
    /// Lines that were set before, since figures and frames repeat most of them.
    private let lines = Memo<Line, Laid>()

    private struct Line: Hashable, Sendable {
        let text: Formula
        let font: Font
        let color: Paint
        let numerals: Font.Family
        let isDisplayed: Bool
    }

    package init(measurer: any TextMeasuring) {
        self.measurer = measurer
    }

    /// A formula in the typeface of mathematics at `size` points; parts without a role have `color`, by default ink.
    package func layout(
        _ formula: Formula, size: Double, color: Paint? = nil, weight: Font.Weight = .regular
    ) -> Laid {
        laid(
            formula,
            Setting(
                size: size, words: Font(.words, size: size / Self.mathematicsScale, weight: weight),
                color: color ?? .ink, weight: weight))
    }

    /// A line of words with formulas among them. Mathematics is set 1.08 times as large as the words.
    /// - Parameters:
    ///   - text: a row whose `words` are set in `font`, and everything else as mathematics.
    ///   - numerals: the typeface of the numbers, that of words for labels among words.
    ///   - isDisplayed: whether fractions are as large as the rest, in a line of its own, rather than as high as a line of words.
    package func layoutText(
        _ text: Formula, font: Font, color: Paint? = nil, numerals: Font.Family = .mathematics, isDisplayed: Bool = false
    ) -> Laid {
        let color = color ?? .ink
        return lines.value(of: Line(text: text, font: font, color: color, numerals: numerals, isDisplayed: isDisplayed)) {
            var setting = Setting(
                size: font.size * Self.mathematicsScale, words: font, color: color,
                weight: font.weight == .regular || font.weight == .medium ? .regular : .bold, isCramped: !isDisplayed,
                numeralsAreWords: numerals == .words)
            if isDisplayed { setting.shrinking = 0.88 }
            return laid(text, setting)
        }
    }

    private func laid(_ formula: Formula, _ setting: Setting) -> Laid {
        var parts: [Rect] = []
        let box: Box
        if case .row(let row) = formula {
            box = set(row: row, setting, parts: &parts)
        } else {
            box = set(formula, setting)
            parts = [box.bounds]
        }
        return Laid(
            width: box.width, ascent: box.ascent, descent: box.descent, content: box.content, places: box.places,
            parts: parts)
    }
}

extension Typesetter {
    func set(_ formula: Formula, _ setting: Setting) -> Box {
        switch formula {
        case .symbol(let text, let style):
            var bold = setting
            if style == .bold { bold.weight = .bold }
            return glyphs(text, bold.symbols(italic: style == .italic), setting.color)
        case .number(let numeral): return set(numeral, setting)
        case .words(let text):
            // One face for mathematics: a letter is the same symbol among words as in a formula.
            let parts = Formula.symbols(in: text)
            guard parts.count > 1 || parts != [formula] else { return glyphs(text, setting.words, setting.color) }
            var ignored: [Rect] = []
            return set(row: parts, setting, parts: &ignored)
        case .sign(let sign): return glyphs(sign.rawValue, setting.symbols(italic: false), setting.color)
        case .row(let parts):
            var ignored: [Rect] = []
            return set(row: parts, setting, parts: &ignored)
        case .fraction(let above, let below): return fraction(above, below, setting)
        case .scripts(.primed(let base, let count), let sub?, nil):
            return primed(set(base, setting), count: count, sub: set(sub, setting.script()), setting)
        case .scripts(let base, let sub, let sup):
            return scripts(
                set(base, setting), sub: sub.map { set($0, setting.script()) }, sup: sup.map { set($0, setting.script()) },
                setting)
        case .transposed(let base):
            return scripts(set(base, setting), sub: nil, sup: set(.symbol("T", .upright), setting.script()), setting)
        case .primed(let base, let count): return primed(set(base, setting), count: count, sub: nil, setting)
        case .accented(let base, let accent): return accented(set(base, setting), accent, setting)
        case .root(let inside): return root(set(inside, setting), setting)
        case .fenced(let fence, let inside): return fenced(set(inside, setting), fence, setting)
        case .large(let sign, let below, let above):
            return large(
                sign, below: below.map { set($0, setting.script()) }, above: above.map { set($0, setting.script()) }, setting)
        case .matrix(let rows): return fenced(table(rows, setting), .brackets, setting)
        case .role(let role, let inside): return set(inside, applying(role, to: setting))
        case .place(let key, let inside):
            var box = set(inside, setting)
            box.places[key] = box.bounds
            return box
        }
    }

    private func applying(_ role: Formula.Role, to setting: Setting) -> Setting {
        var copy = setting
        switch role {
        case .value: copy.color = .value
        case .gradient: copy.color = .gradient
        case .local: copy.color = .local
        case .place: copy.color = .place
        case .quiet: copy.color = .quietInk
        case .result:
            copy.color = .ink
            copy.weight = .bold
        case .plain: break
        }
        return copy
    }

    func glyphs(_ text: String, _ font: Font, _ color: Paint) -> Box {
        guard !text.isEmpty else { return Box() }
        let ink = measurer.ink(of: text, in: font)
        var box = Box(width: measurer.extent(of: text, in: font).width, isGlyph: true)
        box.ascent = max(0, -ink.minY)
        box.descent = max(0, ink.maxY)
        if font.italic {
            box.overhang = max(0, ink.maxX - box.width)
            box.underhang = max(0, -ink.minX)
        }
        box.content.text(TextRun(text, font: font, color: color, at: .zero))
        return box
    }

    private func set(_ numeral: Numeral, _ setting: Setting) -> Box {
        let sign = numeral.isNegative ? "−" : ""
        guard let exponent = numeral.exponent else {
            return glyphs(sign + (numeral.magnitude ?? ""), setting.numerals, setting.color)
        }
        let front = sign + (numeral.magnitude.map { $0 + "×" } ?? "") + "10"
        let power = (exponent < 0 ? "−" : "") + String(exponent.magnitude)
        return scripts(
            glyphs(front, setting.numerals, setting.color), sub: nil,
            sup: glyphs(power, setting.script().numerals, setting.color), setting)
    }

    func set(row: [Formula], _ setting: Setting, parts: inout [Rect]) -> Box {
        var box = Box()
        var isGlyph = false
        var isSlanted = false
        for (part, gap) in zip(row, Formula.gaps(in: row)) {
            let next = set(part, setting)
            var space = points(gap, setting)
            // Slanted letters must not touch an upright neighbour.
            if space == 0, next.overhang == 0 { space = box.overhang }
            if gap != .none || parts.isEmpty || !isSlanted { space += next.underhang }
            isSlanted = next.overhang > 0 || next.underhang > 0
            let start = box.width + space
            box.append(next, after: space)
            parts.append(next.bounds.offsetBy(start, 0))
            isGlyph = next.isGlyph && row.count == 1
        }
        box.underhang = 0
        box.isGlyph = isGlyph
        return box
    }

    private func points(_ gap: Formula.Gap, _ setting: Setting) -> Double {
        if setting.scriptLevel > 0 { return gap == .none ? 0 : 0.06 * setting.size }
        switch gap {
        case .none: return 0
        case .thin: return setting.size * 3 / 18
        case .medium: return setting.size * 4 / 18
        case .thick: return setting.size * 5 / 18
        }
    }

    /// The height above the baseline, in points, on which bars, signs and large parts are centred: the middle of "=".
    func axis(_ setting: Setting) -> Double {
        -measurer.ink(of: "=", in: setting.symbols(italic: false)).center.y
    }
}
