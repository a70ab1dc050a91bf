import Drawing
import Notation
import Typesetting

/// A text of a scene with the box that it takes.
struct SceneLabel {
    var laid: Laid
    /// The ink, on the scene.
    var box: Rect

    init(_ laid: Laid, centeredAt center: Point) {
        let bounds = laid.bounds
        let origin = Point(center.x - bounds.center.x, center.y - bounds.center.y)
        self.laid = laid.moved(to: origin)
        box = bounds.offsetBy(origin.x, origin.y)
    }

    enum Alignment { case leading, center, trailing }

    /// On a baseline, about `x`, from it, or up to it.
    init(_ laid: Laid, x: Double, baseline: Double, _ alignment: Alignment = .center) {
        let part =
            switch alignment {
            case .leading: 0.0
            case .center: 0.5
            case .trailing: 1.0
            }
        let origin = Point(x - laid.width * part, baseline)
        self.laid = laid.moved(to: origin)
        box = laid.bounds.offsetBy(origin.x, origin.y)
    }

    init(_ laid: Laid, at anchor: NetworkGeometry.Anchor) {
        self.init(laid, x: anchor.point.x, baseline: anchor.point.y, anchor.alignment)
    }

    /// Reading from below to above, its middle at `center`.
    init(_ laid: Laid, turnedAbout center: Point) {
        self.init(laid, centeredAt: center)
        self.laid.content = self.laid.content.turned(by: -.pi / 2, about: center)
        box = Rect(center: center, width: box.height, height: box.width)
    }
}

extension Numeral {
    /// A number as words set it; one with a power of ten as mathematics does.
    var asWords: Formula { exponent == nil ? .words(text) : .number(self) }
}

extension NetworkScene {
    enum Lettering {
        static let number = Font(size: 8)
        static let small = Font(size: 7.2)
        static let name = Font(size: 9)
        static let heading = Font(size: 7.5, weight: .medium)
        static let least = 7.0
        /// Between baselines of small lines without raised indices.
        static let lead = 10.5
    }

    func text(_ formula: Formula, _ font: Font, _ color: Paint, bold: Bool = false) -> Laid {
        var font = font
        if bold { font.weight = .semibold }
        return typesetter.layoutText(formula, font: font, color: color)
    }

    /// The number in the largest size from `font`'s down to 7 pt in which it is no wider than `width`.
    func fitted(_ numeral: Numeral, _ font: Font, width: Double, color: Paint, bold: Bool = false) -> Laid {
        var font = font
        var laid = text(numeral.asWords, font, color, bold: bold)
        while laid.width > width, font.size > Lettering.least {
            font.size = max(Lettering.least, font.size - 0.25)
            laid = text(numeral.asWords, font, color, bold: bold)
        }
        return laid
    }

    /// "w₅ = 0.4".
    func equation(_ symbol: Formula, _ number: Numeral) -> Formula {
        .row(symbol.parts + [.sign(.equals), number.asWords])
    }
}
