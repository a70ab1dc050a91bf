import Notation
import Testing

@Suite("Mathematics among words")
struct SentenceTests {
    @Test(
        "is symbols: Greek letters and signs with their indices and powers, what has a prime, and a letter next to a symbol",
        arguments: [
            ("learning rate", [.words("learning rate")]),
            ("η = 0.1", [.name("η"), .words(" = 0.1")]),
            ("Adam: β₁ = 0.9", [.words("Adam: "), .sub("β", .symbol("1", .upright)), .words(" = 0.9")]),
            ("β₁₂", [.sub("β", .symbol("12", .upright))]),
            ("(σ₂²)", [.words("("), .scripts("σ", sub: .symbol("2", .upright), sup: .symbol("2", .upright)), .words(")")]),
            ("‖Δw‖/‖w‖", ["‖", "Δ", "w", "‖", .words("/"), "‖", "w", "‖"]),
            ("1 + F′ and ReLU′(0)", [.words("1 + "), .prime("F"), .words(" and "), .prime("ReLU"), .words("(0)")]),
            ("σ′", [.prime("σ")]),
            (
                "by u₁v₁ᵀ",
                [
                    .words("by "), .sub("u", .symbol("1", .upright)),
                    .transposed(.sub("v", .symbol("1", .upright))),
                ]
            ),
            // Letters of a word, and digits without a symbol, stay words.
            ("μ means", [.name("μ"), .words(" means")]),
            ("10⁵× for H₂O", [.words("10⁵× for H₂O")]),
            ("don’t", [.words("don’t")]),
            // A text in Greek is no mathematics.
            ("η κλίση", [.words("η κλίση")]),
            ("", [.words("")]),
        ] as [(String, [Formula])])
    func symbols(_ words: String, _ parts: [Formula]) {
        #expect(Formula.symbols(in: words) == parts)
    }

    @Test(
        "reads as before in plain text",
        arguments: ["η = 0.1, β₁ = 0.9", "‖∂L/∂z‖ of 1 + F′", "λ/2·Σw²", "∏σ₁, He", "σ₁ grows by u₁v₁ᵀ", "√(2/32)"])
    func plainText(_ words: String) {
        #expect(Formula.row(Formula.symbols(in: words)).plainText == words)
    }

    @Test("A sentence keeps formulas as formulas, and joins the words between them")
    func sentence() {
        let (name, count) = ("bias", 2)
        #expect(
            Formula.sentence("The \(name) \(math: "b") of \(count) units: \(math: .equation("b", "c")).")
                == .row([.words("The bias "), "b", .words(" of 2 units: "), "b", .sign(.equals), "c", .words(".")]))
        #expect(Formula.sentence("Words alone").plainText == "Words alone")
    }
}
