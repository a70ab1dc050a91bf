package import Drawing

/// The colours of drawings as variables of the page, so that they follow the reader's setting.
package struct ThemeColors: Sendable {
    private let theme: Theme
    private let named: [(name: String, light: Color, dark: Color)]

    package init(_ theme: Theme) {
        self.theme = theme
        let pairs: [(String, KeyPath<Theme, Color>)] = [
            ("page", \.page), ("ink", \.ink), ("quiet-ink", \.quietInk), ("resting-line", \.restingLine), ("grid", \.grid),
            ("panel", \.panel), ("value", \.value), ("gradient", \.gradient), ("gradient-line", \.gradientLine),
            ("gradient-wash", \.gradientWash), ("local", \.local), ("place", \.place),
        ]
        named = pairs.map { ($0.0, theme[keyPath: $0.1], Theme.dark[keyPath: $0.1]) }
    }

    /// The variables, for a light and for a dark page.
    var variables: [[String: Any]] { named.map { ["name": $0.name, "light": $0.light.css, "dark": $0.dark.css] } }

    /// The variable of a colour, or a mixture of the page and the ink that is as light.
    package func css(_ color: Color) -> String {
        let parts = [color.red, color.green, color.blue]
        func distance(_ color: Color) -> Double {
            max(abs(color.red - parts[0]), abs(color.green - parts[1]), abs(color.blue - parts[2]))
        }
        if let near = named.min(by: { distance($0.light) < distance($1.light) }), distance(near.light) < 0.004 {
            return "var(--\(near.name))"
        }
        // A tint: the nearest pure colour, thinned by the page.
        var best = (name: "ink", share: 1.0, error: Double.infinity)
        for candidate in named where candidate.name != "page" {
            for step in 1...20 {
                let share = Double(step) / 20
                let mixed = candidate.light.opacity(share).over(theme.page)
                let error = distance(mixed)
                if error < best.error - 0.001 { best = (candidate.name, share, error) }
            }
        }
        return "color-mix(in srgb,var(--\(best.name)) \(Int((best.share * 100).rounded()))%,var(--page))"
    }
}

extension Color {
    /// As CSS writes it: #0072b2.
    fileprivate var css: String {
        let parts = [red, green, blue].map { part -> String in
            let byte = String(Int((min(max(part, 0), 1) * 255).rounded()), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }
        return "#" + parts.joined()
    }
}
