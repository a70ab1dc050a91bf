import Escaping

extension Formula {
    /// As mathematics for a LaTeX document with amsmath, without the dollar signs. Roles (colours) and places are left out.
    package var latex: String {
        switch self {
        case .symbol(let text, let style): return LaTeX.symbol(text, style)
        case .number(let numeral): return LaTeX.number(numeral)
        case .words(let text): return #"\text{\#(text.escapedForLaTeX)}"#
        case .sign(let sign): return sign.latex
        case .row(let parts): return Self.latex(ofRow: parts)
        case .fraction(let above, let below): return #"\frac{\#(above.latex)}{\#(below.latex)}"#
        case .scripts(let base, let sub, let sup):
            return base.latexBase + (sub.map { "_{\($0.latex)}" } ?? "") + (sup.map { "^{\($0.latex)}" } ?? "")
        // In braces, since TeX accepts no superscript after a prime.
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
        case .role(_, let inside), .place(_, let inside): return inside.latex
        }
    }

    /// As running text of a LaTeX document: the words escaped, and the mathematics between them in dollar signs.
    package var runningLatex: String { runningLatex(words: \.escapedForLaTeX) }

    /// The same with the words escaped by `written`, for other formats that take LaTeX mathematics.
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
            // Directly after a command, a letter would become part of its name.
            if next.unicodeScalars.first?.isASCIILetter == true, LaTeX.endsInControlWord(text) { text += " " }
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
        let scalars = text.unicodeScalars
        if scalars.allSatisfy(\.isASCIIDigit) { return style == .bold ? #"\mathbf{\#(text)}"# : text }
        if text == "×" { return #"\times"# }
        // Names with other characters are set as text: in mathematics a hyphen would become a minus.
        guard scalars.allSatisfy({ LaTeXMathematics.letter($0) != nil || $0.isASCIILetter }) else {
            let escaped = text.escapedForLaTeX
            return style == .upright ? #"\text{\#(escaped)}"# : style == .bold ? #"\textbf{\#(escaped)}"# : #"\textit{\#(escaped)}"#
        }
        let hasCommands = scalars.contains { LaTeXMathematics.letter($0) != nil }
        let body = scalars.map { LaTeXMathematics.letter($0) ?? String($0) }.joined(separator: hasCommands ? " " : "")
        switch style {
        case .italic: return scalars.count == 1 ? body : #"\mathit{\#(body)}"#
        case .bold: return #"\boldsymbol{\#(body)}"#
        case .upright:
            if scalars.count > 1 { return #"\operatorname{\#(body)}"# }
            return hasCommands ? body : #"\mathrm{\#(body)}"#
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

    static func endsInControlWord(_ text: String) -> Bool {
        let rest = text.unicodeScalars.reversed().drop(while: \.isASCIILetter)
        return rest.first == "\\" && text.unicodeScalars.last?.isASCIILetter == true
    }
}

extension Formula.Sign {
    package var latex: String {
        if self == .ellipsis { return #"\dots"# }
        return rawValue.unicodeScalars.first.flatMap(LaTeXMathematics.sign) ?? rawValue
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
        case .bars: #"\lvert "#
        case .norm: #"\lVert "#
        }
    }

    fileprivate var latexRight: String {
        switch self {
        case .parentheses: ")"
        case .brackets: "]"
        case .bars: #"\rvert "#
        case .norm: #"\rVert "#
        }
    }
}
