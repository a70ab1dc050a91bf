extension Formula {
    /// For a LaTeX document with amsmath, without the dollar signs. Colours and places are left out.
    package var latex: String {
        switch self {
        case .symbol(let text, let style): return LaTeX.symbol(text, style)
        case .number(let numeral): return LaTeX.number(numeral)
        case .words(let text): return #"\text{\#(LaTeX.text(text))}"#
        case .sign(let sign): return sign.latex
        case .row(let parts): return Self.latex(ofRow: parts)
        case .fraction(let above, let below): return #"\frac{\#(above.latex)}{\#(below.latex)}"#
        case .scripts(let base, let sub, let sup):
            return base.latexBase + (sub.map { "_{\($0.latex)}" } ?? "") + (sup.map { "^{\($0.latex)}" } ?? "")
        // Grouped, as TeX takes no second superscript after a prime.
        case .primed(let base, let count): return "{\(base.latexBase)\(String(repeating: "'", count: max(count, 0)))}"
        case .accented(let base, let accent): return accent.latex(base.latex, isWide: base.plainText.count > 1)
        case .root(let inside): return #"\sqrt{\#(inside.latex)}"#
        case .fenced(let fence, let inside): return #"\left\#(fence.latexLeft)\#(inside.latex)\right\#(fence.latexRight)"#
        case .large(let sign, let below, let above):
            return (sign == .sum ? #"\sum\limits"# : #"\prod\limits"#)
                + (below.map { "_{\($0.latex)}" } ?? "") + (above.map { "^{\($0.latex)}" } ?? "")
        case .matrix(let rows):
            let lines = rows.map { $0.map(\.latex).joined(separator: " & ") }
            return #"\begin{bmatrix}"# + lines.joined(separator: #" \\ "#) + #"\end{bmatrix}"#
        case .transposed(let base): return base.latexBase + #"^{\mathrm{T}}"#
        case .cases(let cases):
            let lines = cases.map { "\($0.value.latex) & \($0.condition.latex)" }
            return #"\begin{cases}"# + lines.joined(separator: #" \\ "#) + #"\end{cases}"#
        case .role(_, let inside), .place(_, let inside): return inside.latex
        }
    }

    /// Running text of a LaTeX document: words as they are, the mathematics between them in dollar signs.
    package var runningLatex: String { runningLatex(words: LaTeX.text) }

    /// The same with words written by another rule, for formats that take LaTeX mathematics.
    package func runningLatex(words written: (String) -> String) -> String {
        var text = ""
        var mathematics: [Formula] = []
        func flush() {
            if !mathematics.isEmpty { text += "$\(Formula.row(mathematics).latex)$" }
            mathematics = []
        }
        for part in parts {
            if case .words(let words) = part {
                flush()
                text += written(words)
            } else {
                mathematics.append(part)
            }
        }
        flush()
        return text
    }

    private static func latex(ofRow parts: [Formula]) -> String {
        var text = ""
        for (index, part) in parts.enumerated() {
            let next = part.latex
            if case .sign(let sign) = part.unwrapped, sign.spacing == .relation || sign.spacing == .binary,
                index > 0, !isPrefix(sign, after: parts[..<index])
            {
                text += (text.hasSuffix(" ") ? "" : " ") + next + " "
                continue
            }
            // A letter after a control word would become part of its name.
            if let first = next.first, first.isLetter, LaTeX.endsInControlWord(text) { text += " " }
            text += next
        }
        return text
    }

    private var latexBase: String {
        switch unwrapped {
        case .symbol, .number, .fenced, .primed: latex
        default: "{\(latex)}"
        }
    }
}

enum LaTeX {
    static func symbol(_ text: String, _ style: Formula.Style) -> String {
        if text.allSatisfy({ $0.isNumber && $0.isASCII }) { return style == .bold ? #"\mathbf{\#(text)}"# : text }
        if text == "×" { return #"\times"# }
        // Only letters keep their meaning in mathematics: a hyphen would become a minus.
        guard text.allSatisfy({ letters[$0] != nil || ($0.isASCII && $0.isLetter) }) else {
            let escaped = Self.text(text)
            return style == .upright ? #"\text{\#(escaped)}"# : style == .bold ? #"\textbf{\#(escaped)}"# : #"\textit{\#(escaped)}"#
        }
        let body = text.map { letters[$0] ?? String($0) }.joined(separator: text.contains { letters[$0] != nil } ? " " : "")
        switch style {
        case .italic: return text.count == 1 ? body : #"\mathit{\#(body)}"#
        case .bold: return #"\boldsymbol{\#(body)}"#
        case .upright:
            if text.count > 1 { return #"\operatorname{\#(body)}"# }
            return text.contains { letters[$0] != nil } ? body : #"\mathrm{\#(body)}"#
        }
    }

    static func number(_ numeral: Numeral) -> String {
        let sign = numeral.isNegative ? "-" : ""
        switch numeral.kind {
        case .undefined: return #"\mathrm{NaN}"#
        case .infinite: return sign + #"\infty"#
        case .finite: break
        }
        let digits = numeral.magnitude?.replacing("\u{2009}", with: #"\,"#)
        guard let exponent = numeral.exponent else { return sign + (digits ?? "") }
        return sign + (digits.map { $0 + #" \times "# } ?? "") + "10^{\(exponent)}"
    }

    static func text(_ text: String) -> String {
        text.map { character in
            if let escaped = escapes[character] { return escaped }
            if let letter = letters[character] { return #"\ensuremath{\#(letter)}"# }
            if let sign = Formula.Sign(rawValue: String(character)), !character.isASCII, sign != .ellipsis {
                return #"\ensuremath{\#(sign.latex)}"#
            }
            if character.isNewline { return " " }
            return character.unicodeScalars.map { scalar(of: $0) }.joined()
        }.joined()
    }

    /// What pdfLaTeX sets with its usual fonts as it is; anything else by its number, which a reader can look up.
    private static func scalar(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x20...0x7E,
            0xA1...0xFF where scalar.value != 0xAD && scalar.value != 0xA4:
            String(scalar)
        case 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026: String(scalar)
        case 0xA0, 0x202F: "~"
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFE00...0xFE0F, 0xAD, 0..<0x20: ""
        default: "[U+\(String(scalar.value, radix: 16, uppercase: true))]"
        }
    }

    static func endsInControlWord(_ text: String) -> Bool {
        let rest = text.reversed().drop { $0.isASCII && $0.isLetter }
        return rest.first == "\\" && text.last?.isLetter == true
    }

    private static let escapes: [Character: String] = [
        "\\": #"\textbackslash{}"#, "{": #"\{"#, "}": #"\}"#, "$": #"\$"#, "&": #"\&"#, "#": "\\#", "%": #"\%"#,
        "_": #"\_"#, "~": #"\textasciitilde{}"#, "^": #"\textasciicircum{}"#, "<": #"\textless{}"#,
        ">": #"\textgreater{}"#, "|": #"\textbar{}"#, "\"": #"\textquotedbl{}"#,
        "‖": #"\ensuremath{\Vert}"#, "′": #"\ensuremath{{}'}"#, "√": #"\ensuremath{\surd}"#, "∑": #"\ensuremath{\sum}"#,
        "½": #"\ensuremath{\tfrac12}"#, "¼": #"\ensuremath{\tfrac14}"#, "\u{2009}": #"\,"#,
        "ᵀ": #"\ensuremath{{}^{\mathrm{T}}}"#, "⋆": #"\ensuremath{\star}"#, "∗": #"\ensuremath{\ast}"#,
        "₀": #"\ensuremath{{}_0}"#, "₁": #"\ensuremath{{}_1}"#, "₂": #"\ensuremath{{}_2}"#,
        "x\u{302}": #"\ensuremath{\hat{x}}"#, "m\u{302}": #"\ensuremath{\hat{m}}"#, "s\u{302}": #"\ensuremath{\hat{s}}"#,
        "²": #"\ensuremath{{}^2}"#, "³": #"\ensuremath{{}^3}"#,
    ]

    private static let letters: [Character: String] = [
        "∂": #"\partial"#, "∞": #"\infty"#, "∇": #"\nabla"#, "ℓ": #"\ell"#, "α": #"\alpha"#, "β": #"\beta"#,
        "γ": #"\gamma"#, "δ": #"\delta"#, "ε": #"\varepsilon"#, "ϵ": #"\epsilon"#, "ζ": #"\zeta"#, "η": #"\eta"#,
        "θ": #"\theta"#, "ι": #"\iota"#, "κ": #"\kappa"#, "λ": #"\lambda"#, "μ": #"\mu"#, "µ": #"\mu"#, "ν": #"\nu"#,
        "ξ": #"\xi"#, "π": #"\pi"#, "ρ": #"\rho"#, "σ": #"\sigma"#, "τ": #"\tau"#, "υ": #"\upsilon"#, "φ": #"\varphi"#,
        "ϕ": #"\phi"#, "χ": #"\chi"#, "ψ": #"\psi"#, "ω": #"\omega"#, "Γ": #"\Gamma"#, "Δ": #"\Delta"#,
        "Θ": #"\Theta"#, "Λ": #"\Lambda"#, "Ξ": #"\Xi"#, "Π": #"\Pi"#, "Σ": #"\Sigma"#, "Φ": #"\Phi"#, "Ψ": #"\Psi"#,
        "Ω": #"\Omega"#,
    ]
}

extension Formula.Sign {
    package var latex: String {
        switch self {
        case .equals: "="
        case .approximately: #"\approx"#
        case .notEqual: #"\neq"#
        case .less: "<"
        case .lessOrEqual: #"\leq"#
        case .greater: ">"
        case .greaterOrEqual: #"\geq"#
        case .element: #"\in"#
        case .proportional: #"\propto"#
        case .assigned: #"\leftarrow"#
        case .maps: #"\to"#
        case .plus: "+"
        case .minus: "-"
        case .plusMinus: #"\pm"#
        case .dot: #"\cdot"#
        case .times: #"\times"#
        case .hadamard: #"\odot"#
        case .compose: #"\circ"#
        case .slash: "/"
        case .comma: ","
        case .ellipsis: #"\dots"#
        }
    }
}

extension Formula.Accent {
    fileprivate func latex(_ base: String, isWide: Bool) -> String {
        switch self {
        case .hat: isWide ? #"\widehat{\#(base)}"# : #"\hat{\#(base)}"#
        case .bar: isWide ? #"\overline{\#(base)}"# : #"\bar{\#(base)}"#
        case .tilde: isWide ? #"\widetilde{\#(base)}"# : #"\tilde{\#(base)}"#
        }
    }
}

extension Formula.Fence {
    fileprivate var latexLeft: String {
        switch self {
        case .parentheses: "("
        case .brackets: "["
        case .braces: #"\{"#
        case .bars: #"\lvert "#
        case .norm: #"\lVert "#
        }
    }

    fileprivate var latexRight: String {
        switch self {
        case .parentheses: ")"
        case .brackets: "]"
        case .braces: #"\}"#
        case .bars: #"\rvert "#
        case .norm: #"\rVert "#
        }
    }
}
