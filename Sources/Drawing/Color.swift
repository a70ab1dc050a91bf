/// A colour in sRGB, opaque or translucent; components in 0…1.
package struct Color: Hashable, Sendable {
    package var red, green, blue, alpha: Double

    package init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// From its hexadecimal notation: `Color(0x0072B2)`.
    package init(_ hex: UInt32, alpha: Double = 1) {
        self.init(
            red: Double(hex >> 16 & 0xFF) / 255, green: Double(hex >> 8 & 0xFF) / 255,
            blue: Double(hex & 0xFF) / 255, alpha: alpha)
    }

    package func opacity(_ alpha: Double) -> Color { Color(red: red, green: green, blue: blue, alpha: alpha) }

    /// The hexadecimal notation without alpha: #0072b2.
    package var hexadecimal: String {
        let parts = [red, green, blue].map { part -> String in
            let byte = String(Int((min(max(part, 0), 1) * 255).rounded()), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }
        return "#" + parts.joined()
    }

    /// This colour laid over an opaque one.
    package func over(_ page: Color) -> Color {
        Color(
            red: page.red + (red - page.red) * alpha, green: page.green + (green - page.green) * alpha,
            blue: page.blue + (blue - page.blue) * alpha)
    }
}
