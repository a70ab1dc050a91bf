import Drawing

/// The style sheet of an SVG that follows the light or dark setting of its reader's screen. Each paint has a variable, and classes for
/// shapes that are filled or stroked with it. Shapes have attributes with the colours as well, for programs that don't support variables.
///
///     #b3f09-figure{color-scheme:light dark;--ink:#1b2330}
///     @media screen and (prefers-color-scheme:dark){#b3f09-figure{--ink:#e8ecf1}}
///     .b3f09-fill-ink{fill:var(--ink)}
struct SVGStyleSheet {
    private let prefix: String
    private let light, dark: Theme
    /// In order of first use.
    private var paints: [Paint] = []
    private var rules: [String] = []

    init(prefix: String, light: Theme, dark: Theme) {
        self.prefix = prefix
        self.light = light
        self.dark = dark
    }

    /// The class for a paint; nil if its colour is the same in both themes.
    mutating func className(of paint: SVGPaint) -> String? {
        let (property, asked) =
            switch paint {
            case .fill(let paint): ("fill", paint)
            case .stroke(let stroke): ("stroke", stroke.color)
            }
        guard let variable = asked.variable else { return nil }
        if !paints.contains(asked.covering) { paints.append(asked.covering) }
        let name = "\(prefix)\(property)-\(variable)"
        let rule = ".\(name){\(property):var(--\(variable))}"
        if !rules.contains(rule) { rules.append(rule) }
        return name
    }

    /// The rules, one per line.
    var text: String {
        func variables(_ theme: Theme) -> String {
            paints.compactMap { paint in paint.variable.map { "--\($0):\(theme.color(of: paint).hexadecimal)" } }.joined(separator: ";")
        }
        let figure = "#\(prefix)figure"
        let grounds = "\(figure){color-scheme:light dark;\(variables(light))}\n"
        return grounds + "@media screen and (prefers-color-scheme:dark){\(figure){\(variables(dark))}}\n" + rules.map { $0 + "\n" }.joined()
    }
}
