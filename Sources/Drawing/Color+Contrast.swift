#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Color {
    /// Relative luminance of an opaque colour, 0…1 (WCAG 2.1, "relative luminance").
    package var luminance: Double {
        func linear(_ component: Double) -> Double {
            component <= 0.04045 ? component / 12.92 : pow((component + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// What a grey print makes of an opaque colour: the lightness L* of CIELAB, 0 (black) … 100 (white), in which equal steps look equal.
    package var greyLevel: Double {
        let y = luminance
        return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27
    }

    /// Contrast ratio of two opaque colours, 1…21 (WCAG 2.1). Text wants 4.5, lines 3.
    package func contrast(with other: Color) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }
}
