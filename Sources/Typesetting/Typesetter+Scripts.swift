import Drawing
import Notation

extension Typesetter {
    func scripts(_ base: Box, sub: Box?, sup: Box?, _ setting: Setting) -> Box {
        let xHeight = measurer.xHeight(of: setting.symbols(italic: false))
        let small = setting.script().size
        var up = 0.85 * xHeight
        var down = sub.map { drop(of: $0, below: base, setting) } ?? 0
        if !base.isGlyph { up = max(up, base.ascent - 0.55 * small) }
        if let sup { up = max(up, sup.descent + 0.25 * xHeight) }
        if let sub, let sup {
            let overlap = 4 * setting.rule - ((up - sup.descent) - (sub.ascent - down))
            if overlap > 0 {
                up += overlap / 2
                down += overlap / 2
            }
        }
        let kern = 0.03 * setting.size
        var box = base
        var end = base.width
        if let sub {
            box.place(sub, at: Point(base.width + kern, down))
            end = max(end, base.width + kern + sub.width)
        }
        if let sup {
            let start = base.width + base.overhang + kern
            box.place(sup, at: Point(start, -up))
            end = max(end, start + sup.width + sup.overhang)
        }
        box.width = end + kern
        box.overhang = 0
        box.isGlyph = false
        return box
    }

    private func drop(of sub: Box, below base: Box, _ setting: Setting) -> Double {
        let xHeight = measurer.xHeight(of: setting.symbols(italic: false))
        let least = base.isGlyph ? 0.35 * xHeight : max(0.35 * xHeight, base.descent + 0.1 * setting.script().size)
        return max(least, sub.ascent - 0.8 * xHeight)
    }

    /// A subscript is placed below the prime, not after it.
    func primed(_ base: Box, count: Int, sub: Box?, _ setting: Setting) -> Box {
        let prime = glyphs(String(repeating: "′", count: max(count, 0)), setting.symbols(italic: false), setting.color)
        var box = base
        box.append(prime, after: 0.05 * setting.size + base.overhang)
        box.overhang = 0
        // The heights of scripts are those of the base without the prime.
        box.isGlyph = base.isGlyph && sub == nil
        if let sub {
            let kern = 0.03 * setting.size
            box.place(sub, at: Point(base.width + kern, drop(of: sub, below: base, setting)))
            box.width += kern
        }
        return box
    }

    func accented(_ base: Box, _ accent: Formula.Accent, _ setting: Setting) -> Box {
        let size = setting.size
        let isWide = base.width > 0.8 * size
        let width = isWide || accent == .bar ? max(base.width * 0.86, 0.3 * size) : 0.36 * size
        let height = accent == .bar ? 0 : (accent == .hat ? 0.15 : 0.1) * size
        // The top of a slanted letter is to the right of its middle.
        let middle = base.width / 2 + (base.isGlyph ? 0.06 * size : 0)
        let bottom = -(base.ascent + 0.1 * size)
        var path = Path()
        path.move(to: Point(middle - width / 2, bottom))
        switch accent {
        case .bar: path.line(to: Point(middle + width / 2, bottom))
        case .hat:
            path.line(to: Point(middle, bottom - height))
            path.line(to: Point(middle + width / 2, bottom))
        case .tilde:
            path.curve(
                to: Point(middle + width / 2, bottom - height), control1: Point(middle - width / 6, bottom - 2.2 * height),
                control2: Point(middle + width / 6, bottom + 1.2 * height))
        }
        var box = base
        box.content.stroke(path, Stroke(setting.color, width: setting.rule, join: .miter))
        box.ascent = -bottom + height + setting.rule
        box.isGlyph = false
        return box
    }

    /// A large ∑ or ∏ centred on the axis, with its limits below and above.
    func large(_ sign: Formula.LargeSign, below: Box?, above: Box?, _ setting: Setting) -> Box {
        let factor = setting.isCramped || setting.scriptLevel > 0 ? 1.2 : 1.6
        var font = setting.symbols(italic: false)
        font.size *= factor
        let glyph = glyphs(sign.rawValue, font, setting.color)
        let shift = (glyph.ascent - glyph.descent) / 2 - axis(setting)
        let width = max(glyph.width, below?.width ?? 0, above?.width ?? 0)
        let gap = 0.14 * setting.size
        var box = Box()
        box.place(glyph, at: Point((width - glyph.width) / 2, shift))
        let (top, bottom) = (box.ascent, box.descent)
        if let below { box.place(below, at: Point((width - below.width) / 2, bottom + gap + below.ascent)) }
        if let above { box.place(above, at: Point((width - above.width) / 2, -(top + gap + above.descent))) }
        box.width = width
        return box
    }
}
