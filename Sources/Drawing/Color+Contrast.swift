#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Color {
    /// The relative luminance of an opaque colour, 0…1 (WCAG 2.1, "relative luminance").
    package var luminance: Double {
        func linear(_ component: Double) -> Double {
            component <= 0.04045 ? component / 12.92 : pow((component + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// How light an opaque colour is in a grey print: its CIELAB lightness L*, 0 (black) … 100 (white). Equal steps of L* look equal.
    package var greyLevel: Double {
        let y = luminance
        return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27
    }

    /// The contrast ratio of two opaque colours, 1…21 (WCAG 2.1). Text needs 4.5, lines need 3.
    package func contrast(with other: Color) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }
}
