/// The colours of a figure: colour carries kind, the same everywhere. Text reaches 4.5:1, lines 3:1 against the page.
package struct Theme: Hashable, Sendable {
    package var page: Color
    /// Words and results.
    package var ink: Color
    /// Secondary words.
    package var quietInk: Color
    /// What is not spoken of just now: outlines and edges.
    package var restingLine: Color
    /// The hairline grid.
    package var grid: Color
    /// The ground of a formula's panel.
    package var panel: Color
    /// Forward values.
    package var value: Color
    /// Gradients, as text.
    package var gradient: Color
    /// Gradients, as lines.
    package var gradientLine: Color
    /// The ground behind a highlighted gradient.
    package var gradientWash: Color
    /// Local derivatives.
    package var local: Color
    /// A second local derivative beside the first: the input of a weight.
    package var place: Color
    /// Series of a plot, told apart by dash and marker too.
    package var series: [Color]

    package static let light = Theme(
        page: Color(0xFFFFFF), ink: Color(0x1B2330), quietInk: Color(0x5E6875), restingLine: Color(0x8C95A1),
        grid: Color(0xDDE1E6), panel: Color(0xF5F6F8), value: Color(0x0072B2), gradient: Color(0xB34F00),
        gradientLine: Color(0xD55E00), gradientWash: Color(0xFDEFE5), local: Color(0x00735C), place: Color(0x7B4397),
        series: [Color(0xD55E00), Color(0x0072B2), Color(0x00735C), Color(0x7B4397), Color(0x1B2330), Color(0x8A6100)])
}
