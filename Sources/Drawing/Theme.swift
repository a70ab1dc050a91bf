/// A theme by name, as lessons, commands and programs choose it.
public enum ThemeName: String, CaseIterable, Hashable, Sendable {
    /// For a white page.
    case light
    /// For a dark page.
    case dark
    /// For paper and grey printers.
    case print
    /// An SVG follows the light or dark setting of its reader's screen; a PNG or PDF, which cannot change, is light.
    case auto

    /// The theme for dark screens; nil if it is the same as for light ones.
    package var darkScreen: Theme? {
        switch self {
        case .light, .dark, .print: nil
        case .auto: .dark
        }
    }
}

/// The colours of a page, one for each `ThemeRole`.
///
/// A role has the same hue in every theme. The contrast with the page is at least 4.5:1 for text and 3:1 for lines.
package struct Theme: Hashable, Sendable {
    package var page, ink, quietInk, restingLine, grid, panel: Color
    package var value, gradient, gradientLine, gradientWash, local, place: Color
    /// `ThemeRole.seriesCount` colours.
    package var series: [Color]

    package static func named(_ name: ThemeName) -> Theme {
        switch name {
        case .light, .auto: .light
        case .dark: .dark
        case .print: .print
        }
    }

    /// For screens and slides with a white page. The series differ by at least 8 in CIELAB lightness, and so also in grey.
    package static let light = Theme(
        page: Color(0xFFFFFF), ink: Color(0x1B2330), quietInk: Color(0x5E6875), restingLine: Color(0x838C99),
        grid: Color(0xDDE1E6), panel: Color(0xF5F6F8), value: Color(0x0072B2), gradient: Color(0xB34F00),
        gradientLine: Color(0xD55E00), gradientWash: Color(0xFDEFE5), local: Color(0x00735C), place: Color(0x7B4397),
        series: [Color(0xE56500), Color(0x0068A2), Color(0x005947), Color(0x4E2A5F), Color(0x151C26), Color(0x9D6E00)])

    /// The same hues on a dark page.
    package static let dark = Theme(
        page: Color(0x14181F), ink: Color(0xE8ECF1), quietInk: Color(0xA3ADB9), restingLine: Color(0x6F7986),
        grid: Color(0x2C333D), panel: Color(0x1E242D), value: Color(0x5CB8EE), gradient: Color(0xFF9B52),
        gradientLine: Color(0xF08030), gradientWash: Color(0x3A2416), local: Color(0x3FC9A5), place: Color(0xC79BE0),
        series: [Color(0xF08437), Color(0x72C2F0), Color(0x92E0CC), Color(0xAC6FD3), Color(0xEBEEF3), Color(0x8C6D2E)])

    /// For paper and grey printers: black ink, darker lines, backgrounds without toner, and roles that differ in lightness too.
    package static let print = Theme(
        page: Color(0xFFFFFF), ink: Color(0x000000), quietInk: Color(0x404040), restingLine: Color(0x767676),
        grid: Color(0xD0D0D0), panel: Color(0xFFFFFF), value: Color(0x005E92), gradient: Color(0xA84A00),
        gradientLine: Color(0xC05400), gradientWash: Color(0xF6F2EE), local: Color(0x004E3E), place: Color(0x412450),
        series: [Color(0xD85F00), Color(0x005E92), Color(0x004E3E), Color(0x412450), Color(0x000000), Color(0x936800)])
}

extension Theme {
    /// `color` mixed with as little ink as makes it readable as text on the page (4.5:1).
    package func legible(_ color: Color) -> Color {
        (0..<20).lazy.map { ink.opacity(Double($0) / 20).over(color) }.first { $0.contrast(with: page) >= 4.5 } ?? ink
    }
}
