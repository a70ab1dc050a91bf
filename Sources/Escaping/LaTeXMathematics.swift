/// How LaTeX's math mode writes mathematical letters and signs.
package enum LaTeXMathematics {
    /// The command for a mathematical letter; nil for any other scalar.
    package static func letter(_ scalar: Unicode.Scalar) -> String? { letters[scalar] }

    /// The command for an operator, relation or arrow; nil for any other scalar.
    package static func sign(_ scalar: Unicode.Scalar) -> String? { signs[scalar] }

    /// The accent command for a combining hat, tilde or bar; nil for other marks.
    static func accent(_ mark: Unicode.Scalar) -> String? {
        switch mark {
        case "\u{302}": #"\hat"#
        case "\u{303}": #"\tilde"#
        case "\u{304}": #"\bar"#
        default: nil
        }
    }

    /// The math-mode form of a scalar that running text may contain: letters, signs, raised and lowered digits; nil for any other.
    static func inWords(_ scalar: Unicode.Scalar) -> String? {
        letters[scalar] ?? signs[scalar] ?? others[scalar] ?? scripts[scalar] ?? accented[scalar]
    }

    private static let letters: [Unicode.Scalar: String] = [
        "∂": #"\partial"#, "∞": #"\infty"#, "∇": #"\nabla"#, "ℓ": #"\ell"#, "α": #"\alpha"#, "β": #"\beta"#,
        "γ": #"\gamma"#, "δ": #"\delta"#, "ε": #"\varepsilon"#, "ϵ": #"\epsilon"#, "ζ": #"\zeta"#, "η": #"\eta"#,
        "θ": #"\theta"#, "ι": #"\iota"#, "κ": #"\kappa"#, "λ": #"\lambda"#, "μ": #"\mu"#, "µ": #"\mu"#, "ν": #"\nu"#,
        "ξ": #"\xi"#, "π": #"\pi"#, "ρ": #"\rho"#, "σ": #"\sigma"#, "τ": #"\tau"#, "υ": #"\upsilon"#, "φ": #"\varphi"#,
        "ϕ": #"\phi"#, "χ": #"\chi"#, "ψ": #"\psi"#, "ω": #"\omega"#, "Γ": #"\Gamma"#, "Δ": #"\Delta"#,
        "Θ": #"\Theta"#, "Λ": #"\Lambda"#, "Ξ": #"\Xi"#, "Π": #"\Pi"#, "Σ": #"\Sigma"#, "Φ": #"\Phi"#, "Ψ": #"\Psi"#,
        "Ω": #"\Omega"#, "\u{2126}": #"\Omega"#,
    ]

    private static let signs: [Unicode.Scalar: String] = [
        "≈": #"\approx"#, "≠": #"\neq"#, "≤": #"\leq"#, "≥": #"\geq"#, "∈": #"\in"#, "∝": #"\propto"#, "←": #"\leftarrow"#,
        "→": #"\to"#, "−": "-", "±": #"\pm"#, "·": #"\cdot"#, "×": #"\times"#, "⊙": #"\odot"#, "∘": #"\circ"#,
    ]

    private static let others: [Unicode.Scalar: String] = [
        "‖": #"\Vert"#, "′": "{}'", "√": #"\surd"#, "∑": #"\sum"#, "∏": #"\prod"#, "÷": #"\div"#, "½": #"\frac12"#, "¼": #"\frac14"#,
        "¾": #"\frac34"#, "ᵀ": #"{}^{\mathrm{T}}"#, "ᵗ": "{}^{t}", "⋆": #"\star"#, "∗": #"\ast"#, "⋮": #"\vdots"#, "⋯": #"\cdots"#,
        "¬": #"\neg"#,
    ]

    /// Precomposed letters: those with a hat or bar as a single scalar.
    private static let accented: [Unicode.Scalar: String] = [
        "\u{15D}": #"\hat{s}"#, "\u{177}": #"\hat{y}"#, "\u{175}": #"\hat{w}"#, "\u{1E91}": #"\hat{z}"#, "\u{125}": #"\hat{h}"#,
        "\u{11D}": #"\hat{g}"#, "\u{109}": #"\hat{c}"#, "\u{233}": #"\bar{y}"#, "\u{1E21}": #"\bar{g}"#,
    ]

    private static let scripts: [Unicode.Scalar: String] = {
        var written: [Unicode.Scalar: String] = [:]
        for (raised, plain) in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾".unicodeScalars, "0123456789-+()".unicodeScalars) { written[raised] = "{}^\(plain)" }
        for (lowered, plain) in zip("₀₁₂₃₄₅₆₇₈₉₋₊₍₎".unicodeScalars, "0123456789-+()".unicodeScalars) { written[lowered] = "{}_\(plain)" }
        return written
    }()
}
