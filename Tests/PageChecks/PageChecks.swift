package import Drawing

/// What must hold of every page, read off its display list alone, so that no figure has to help: each check gives what is wrong, in words.
package struct PageChecks {
    private let picture: Picture
    private let theme: Theme
    private let background: Color
    private let marks: [PaintedMark]
    private let fills: [(order: Int, mark: PaintedMark, color: Color)]
    private let texts: [(order: Int, text: PaintedText)]
    // Pairs are sought among thousands of marks: their bounds alone lie close together in memory.
    private let bounds: [Rect]
    private let textBounds: [Rect]

    package init(_ picture: Picture, _ measurer: some TextMeasuring) {
        self.picture = picture
        let theme = Theme.named(picture.look.theme)
        self.theme = theme
        background = theme.color(of: picture.background).over(Color(0xFFFFFF))
        marks = PaintedMark.all(of: picture.content, measurer)
        fills = marks.enumerated().compactMap { order, mark in
            if case .fill(let paint) = mark.paint { (order, mark, theme.color(of: paint)) } else { nil }
        }
        texts = marks.enumerated().compactMap { order, mark in if case .text(let text) = mark.paint { (order, text) } else { nil } }
        bounds = marks.map(\.bounds)
        textBounds = texts.map(\.text.bounds)
    }

    /// Everything that a look does not change.
    package var layoutFaults: [String] { outside + tooSmall + overlaps + crossings + idleStrikes }

    /// Everything that a look decides.
    package var colorFaults: [String] { faintTexts + faintMarks + alikeInGrey }
}

// MARK: Layout

extension PageChecks {
    /// Texts less than 4 points from the page's edge, and marks that pass it.
    package var outside: [String] {
        let page = Rect(0, 0, picture.size.width, picture.size.height)
        return marks.compactMap { mark in
            switch mark.paint {
            case .text(let text): page.insetBy(4, 4).contains(mark.bounds) ? nil : "“\(text.run.text)” stands at the page's edge"
            case .fill, .stroke:
                page.insetBy(-0.5, -0.5).contains(mark.bounds) || mark.bounds.width < 0 ? nil : "a mark leaves the page at \(mark.bounds)"
            }
        }
    }

    package var tooSmall: [String] {
        texts.filter { $0.text.run.font.size < 7 - 1e-9 }.map { "“\($0.text.run.text)” has \($0.text.run.font.size) pt" }
    }

    /// Pairs of texts that stand in each other's way: scripts may touch their base, nothing may touch more.
    package var overlaps: [String] {
        var found: [String] = []
        for index in texts.indices {
            for other in texts.indices[(index + 1)...] where textBounds[index].overlaps(textBounds[other]) {
                let (a, b) = (texts[index].text, texts[other].text)
                if a.depth(of: b) > 0.2 * max(a.run.font.size, b.run.font.size) {
                    found.append("“\(a.run.text)” and “\(b.run.text)” overlap at \(a.bounds)")
                }
            }
        }
        return found
    }

    /// Lines and markers that run through a text. Behind a text with a halo a hairline of the grid may pass, and nothing else.
    package var crossings: [String] {
        var found: [String] = []
        for (order, text) in texts {
            for other in marks.indices where bounds[other].insetBy(-0.1, -0.1).overlaps(text.bounds) {
                let mark = marks[other]
                guard mark.meets(text), !mark.crossesOut else { continue }
                switch mark.paint {
                case .text: continue
                case .stroke(let stroke):
                    if stroke.width <= 0.5, text.run.halo != nil, other < order { continue }
                case .fill(let paint):
                    guard other > order || mark.isSmall, paint.opacity > 0.3 else { continue }
                }
                if other < order, isHidden(other, at: text, before: order) { continue }
                found.append("a \(mark.word) runs through “\(text.run.text)” at \(text.bounds)")
            }
        }
        return found
    }

    /// Marks that should cross out a text and meet none.
    package var idleStrikes: [String] {
        marks.filter(\.crossesOut).compactMap { mark in
            texts.contains { mark.meets($0.text) } ? nil : "nothing is crossed out at \(mark.bounds)"
        }
    }

    /// Whether an opaque fill between the two covers the whole text.
    private func isHidden(_ mark: Int, at text: PaintedText, before order: Int) -> Bool {
        marks[(mark + 1)..<order].contains { cover in
            guard case .fill(let paint) = cover.paint, paint.opacity >= 1 else { return false }
            return text.places.allSatisfy(cover.covers)
        }
    }
}

// MARK: Colour

extension PageChecks {
    /// Texts with less than 4.5:1 against what is really behind them.
    package var faintTexts: [String] {
        texts.compactMap { order, text in
            let least =
                text.places.map { place in
                    let behind = ground(at: place, before: order)
                    let seen = text.run.halo.map { theme.color(of: $0).over(behind) } ?? behind
                    return theme.color(of: text.run.color).over(seen).contrast(with: seen)
                }.min() ?? 21
            return least < 4.5 - 1e-9 ? "“\(text.run.text)” has a contrast of \(least) at \(text.bounds)" : nil
        }
    }

    private func ground(at place: Point, before order: Int) -> Color {
        // What lies under an opaque fill is not seen.
        var seen: [Color] = []
        for index in fills.indices.reversed()
        where fills[index].order < order && bounds[fills[index].order].contains(place) && fills[index].mark.covers(place) {
            seen.append(fills[index].color)
            if fills[index].color.alpha == 1 { break }
        }
        return seen.reversed().reduce(background) { $1.over($0) }
    }

    /// Lines and opaque areas with less than 3:1 against the page; the hairlines of the grid and what lies behind things may be fainter.
    package var faintMarks: [String] {
        let page = background
        let grounds = [Paint.page, .panel, .grid, .gradientWash]
        return marks.compactMap { mark in
            let paint: Paint
            switch mark.paint {
            case .text: return nil
            case .stroke(let stroke): paint = stroke.color
            case .fill(let fill):
                // What shines through only tints the page.
                if fill.opacity < 1 { return nil }
                paint = fill
            }
            if grounds.contains(paint) { return nil }
            let contrast = theme.color(of: paint).over(page).contrast(with: page)
            return contrast < 3 - 1e-9 ? "a \(mark.word) has a contrast of \(contrast) at \(mark.bounds)" : nil
        }
    }

    /// Lines of two kinds that cross or lie beside each other, with one dash and one lightness: a grey print would mix them up.
    package var alikeInGrey: [String] {
        let kinds = Set((0..<ThemeRole.seriesCount).map(Paint.series) + [.value, .gradientLine, .local, .place])
        let lines = marks.compactMap { mark -> (stroke: Stroke, bounds: Rect)? in
            // A marker is told by its shape.
            guard case .stroke(let stroke) = mark.paint, stroke.width >= 1, kinds.contains(stroke.color), !mark.isSmall else {
                return nil
            }
            return (stroke, mark.bounds)
        }
        var found: [String] = []
        for (index, a) in lines.enumerated() {
            for b in lines[(index + 1)...] where a.stroke.color != b.stroke.color && a.stroke.dash == b.stroke.dash {
                guard a.bounds.insetBy(-1, -1).overlaps(b.bounds.insetBy(-1, -1)) else { continue }
                let difference = abs(theme.color(of: a.stroke.color).greyLevel - theme.color(of: b.stroke.color).greyLevel)
                if difference < 7.5 { found.append("two lines at \(b.bounds) are \(difference) steps of lightness apart") }
            }
        }
        return found
    }
}
