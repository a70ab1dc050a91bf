package import Drawing
package import Notation

/// Lays formulas out as display lists, measuring with whatever measures text.
package struct Typesetter: Sendable {
    package let measurer: any TextMeasuring
    package let theme: Theme

    package init(measurer: any TextMeasuring, theme: Theme) {
        self.measurer = measurer
        self.theme = theme
    }

    /// A formula in the mathematics face, `size` in points.
    package func layout(_ formula: Formula, size: Double, color: Color? = nil) -> Laid { Laid() }

    /// A line of words with formulas among them. `size` is that of the words; mathematics is set 1.08 times as large.
    /// - Parameter text: a row whose `words` are set in `font`, and everything else as mathematics.
    package func layoutText(_ text: Formula, font: Font, color: Color? = nil) -> Laid { Laid() }

    /// The text broken at the spaces of its words into lines no wider than `width` where possible.
    package func wrapText(_ text: Formula, font: Font, width: Double, color: Color? = nil) -> [Laid] { [] }
}
