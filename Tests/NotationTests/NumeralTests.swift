import Testing

@testable import Notation

@Suite("Numerals")
struct NumeralTests {
    @Test(
        "print as a teacher would write them",
        arguments: [
            (0.15, "0.15"), (-2, "−2"), (5, "5"), (0, "0"), (-0.0, "0"), (0.4, "0.4"), (0.08216704056423078, "0.08217"),
            (0.00043856773447434685, "0.0004386"), (0.7310585786300049, "0.7311"), (24.70408163265306, "24.70"),
            (0.00004, "4×10⁻⁵"), (0.000043861, "4.386×10⁻⁵"), (9.5367431640625e-7, "9.537×10⁻⁷"), (1e-12, "10⁻¹²"),
            (-1e6, "−10⁶"), (1_227_529_869_090, "1.228×10¹²"), (645.5772594752186, "645.6"), (9999, "9999"),
            (12345.678, "12\u{2009}346"), (123_456, "123\u{2009}456"), (999_999.7, "1.00000×10⁶"), (0.99996, "1.000"),
            (0.00009999999, "0.0001000"), (.infinity, "∞"), (-.infinity, "−∞"), (.nan, "NaN"), (-.nan, "NaN"),
            (.leastNonzeroMagnitude, "5×10⁻³²⁴"), (.greatestFiniteMagnitude, "1.798×10³⁰⁸"), (0.5000000001, "0.5000"),
            (100_000, "100\u{2009}000"),
        ] as [(Double, String)])
    func usual(value: Double, text: String) {
        #expect(Numeral(value).text == text)
    }

    @Test(
        "with fixed decimals line up",
        arguments: [
            (0.05, 4, "0.0500"), (-0.00004, 4, "0.0000"), (-0.00005, 4, "−0.0001"), (1234567.891, 1, "1\u{2009}234\u{2009}567.9"),
            (2.5, 0, "3"),
            (-0.5, 0, "−1"), (0.49, 0, "0"), (9.995, 2, "9.99"), (99.96, 1, "100.0"), (.nan, 2, "NaN"), (1e300, 2, "10³⁰⁰"),
        ] as [(Double, Int, String)])
    func fixed(value: Double, decimals: Int, text: String) {
        #expect(Numeral(value, decimals: decimals).text == text)
    }

    @Test("keep trailing zeros where asked to")
    func padded() {
        #expect(Numeral(0.4, padded: true).text == "0.4000")
        #expect(Numeral(0, padded: true).text == "0.000")
        #expect(Numeral(12, digits: 6, padded: true).text == "12.0000")
    }

    @Test(
        "tell orders of magnitude without false precision",
        arguments: [
            (1_227_529_869_090, "10¹²"), (4.23, "4.2"), (37.4, "37"), (523.0, "520"), (1, "1"), (999, "10³"), (3100, "10³"), (3200, "10⁴"),
            (0.031, "0.031"), (0.0009, "10⁻³"), (1e-9, "10⁻⁹"), (1e-6, "10⁻⁶"), (9999.99, "10⁴"), (.infinity, "∞"), (0, "0"),
            (-2e7, "−10⁷"),
        ] as [(Double, String)])
    func magnitude(ratio: Double, text: String) {
        #expect(Numeral.orderOfMagnitude(ratio).text == text)
    }

    @Test("round the exact decimal expansion, which is that of the Double and not of its short text")
    func expansion() {
        #expect(DecimalExpansion(0.1)?.plain(decimals: 55) == "0.1000000000000000055511151231257827021181583404541015625")
        #expect(DecimalExpansion(Double.leastNonzeroMagnitude)?.digits.count == 751)
        #expect(DecimalExpansion(shortest: 0).isZero && DecimalExpansion(shortest: 5e22).leadingPower == 22)
        #expect(DecimalExpansion(0.125)?.rounded(toPlace: -2).plain(decimals: 2) == "0.13")
        // 1.005 is 1.00499999999999989…
        #expect(DecimalExpansion(1.005)?.rounded(toPlace: -2).plain(decimals: 2) == "1.00")
        #expect(DecimalExpansion(.nan) == nil)
    }

    @Test("never trap, lie within half a unit of their last place, and print no negative zero, whatever the Double")
    func anyDouble() {
        var generator = SplitMix(state: 7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            let digits = Int.random(in: -3...20, using: &generator)
            let numeral = Numeral(value, digits: digits)
            #expect(!numeral.text.isEmpty)
            #expect(!(numeral.isZero && numeral.isNegative))
            #expect(!Numeral(value, decimals: digits).text.isEmpty)
            #expect(!Numeral.orderOfMagnitude(value).text.isEmpty)
            guard value.isFinite, value.isNormal else { continue }
            let asked = min(max(digits, 1), 17)
            #expect(abs(numeral.value / value - 1) <= 0.51 * pow10(1 - asked) + 1e-15, "\(value) \(digits)")
        }
    }

    @Test("are numbers again when read back")
    func readBack() {
        for value in [0.15, -2, 123_456, 4e-5, 1e-12, 0.0001, 1e22, .leastNonzeroMagnitude] as [Double] {
            #expect(Numeral(value, digits: 17).value == value)
        }
    }

    private func pow10(_ power: Int) -> Double { Double("1e\(power)") ?? .nan }
}

@Suite("Names")
struct NameTests {
    @Test(
        "become symbols as mathematics writes them",
        arguments: [
            ("w", "w"), ("w11", "w₁₁"), ("alpha", "α"), ("sigma2", "σ₂"), ("h_out", "hₒᵤₜ"), ("w_by", "w_{by}"), ("loss", "loss"),
            ("x_", "x_"), ("_x", "_x"),
            ("7", "7"), ("mu_3", "μ₃"), ("", ""),
        ])
    func variables(name: String, text: String) {
        #expect(Formula.variable(name).plainText == text)
    }

    @Test("of one letter are italic, of functions and numbers upright")
    func styles() {
        #expect(Formula.name("x") == .symbol("x", .italic) && Formula.name("σ") == .symbol("σ", .italic))
        #expect(Formula.name("tanh") == .symbol("tanh", .upright) && Formula.name("2") == .symbol("2", .upright))
        #expect(Formula.name("Σ") == .symbol("Σ", .upright) && Formula.name("∂") == .symbol("∂", .italic))
    }

    @Test("of ratios are powers of ten")
    func folds() {
        #expect(Formula.fold(1_227_529_869_090).plainText == "10¹²×")
        #expect(Formula.fold(1_227_529_869_090).latex == #"10^{12}\times"#)
    }
}

/// A repeatable source of randomness (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
