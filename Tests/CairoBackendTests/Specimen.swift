import Drawing

/// A page with all that a picture may hold: every font, halos, turns, dashes, clips, washes.
enum Specimen {
    static func picture(theme: ThemeName = .light, title: String = "Specimen", source: String? = "title: Specimen\n") -> Picture {
        var list = DisplayList()
        var y = 30.0
        for (family, sample) in [
            (Font.Family.words, "Sigmoid lets the gradient vanish: 0.6513 × (−0.25) = −0.1628"),
            (.mathematics, "∂L/∂w₅ = σ′(z₁)·h₂   ‖g‖ ≤ 1 234   ½Σ(y−t)²   10⁻¹²  ∇ ← ⋮ √x ∈ ℓ"),
        ] {
            for weight in [Font.Weight.regular, .medium, .semibold, .bold] {
                for italic in [false, true] {
                    list.text(
                        TextRun(
                            sample, font: Font(family, size: 12, weight: weight, italic: italic), color: .ink, at: Point(20, y)))
                    y += 18
                }
            }
        }
        for index in 0..<ThemeRole.seriesCount {
            let color = Paint.series(index)
            let x = 20 + Double(index) * 70
            list.stroke(
                .line(from: Point(x, y), to: Point(x + 60, y + 50)), Stroke(color, width: 1.5, dash: index % 2 == 0 ? [] : [4, 2]))
            list.text(
                TextRun(
                    "w\(index) halo", font: Font(size: 10), color: color.legible, at: Point(x + 10, y + 29), halo: .page))
        }
        list.fill(.circle(center: Point(480, y + 20), radius: 18), .gradientWash)
        list.stroke(.circle(center: Point(480, y + 20), radius: 18), Stroke(.gradientLine, width: 1))
        list.text(TextRun("upwards", font: Font(size: 11), color: .quietInk, at: Point(520, y + 60), rotation: -.pi / 2))
        list.text(
            TextRun(
                "along an edge", font: Font(.mathematics, size: 11, italic: true), color: .gradient, at: Point(540, y),
                rotation: .pi / 6, halo: .page))
        var inside = DisplayList()
        inside.fill(.rect(Rect(0, y + 60, 900, 40)), .panel)
        inside.text(TextRun("cut off by the clip", font: Font(size: 16), color: .local, at: Point(24, y + 88)))
        list.clip(to: Rect(20, y + 66, 120, 30), inside)
        for (kind, words) in [(Group.Kind.node, "h₁ < \"2\" & more: value 0.5"), (.node, "the same name"), (.edge, "")] {
            var thing = DisplayList()
            thing.fill(.circle(center: Point(600, y + Double(words.utf8.count)), radius: 4), .value)
            var outer = DisplayList()
            outer.group(Group(kind, "h[0], <a> \"b\"", words: words, isHighlighted: words.isEmpty), thing)
            list.group(Group(.panel, "", words: "holds others"), outer)
        }
        list.text(
            TextRun(mixture, font: Font(size: 12, weight: .semibold), color: .value, at: Point(160, y + 88)))
        return Picture(
            size: Size(640, y + 110), background: .page, content: list, look: Look(theme: theme), title: title,
            alternative: "Lines of text in all fonts.", description: "Nothing <is> \"said\" & done.", source: source)
    }

    /// Characters that no single font has.
    static let mixture = "∂σ′ ‖g‖ ← ⋮ Latin w₁ é 10⁻³ 𝑤 漢 😀 👩‍🔬 \u{E123}"
}
