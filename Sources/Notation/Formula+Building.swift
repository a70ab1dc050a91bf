extension Formula: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = .name(text) }

    /// A symbol in its usual style: a single letter and ∂ are italic; several letters, digits, ∞ and capital Greek letters are upright.
    package static func name(_ text: String) -> Formula {
        .symbol(text, text.count == 1 && text.allSatisfy(isItalic) ? .italic : .upright)
    }

    private static func isItalic(_ character: Character) -> Bool {
        guard character.isLetter else { return character == "∂" }
        return !("Α"..."Ω").contains(character)
    }

    /// The symbol for a variable's name in a program: w11 becomes w₁₁, h_out gets a subscript, alpha becomes α.
    package static func variable(_ name: String) -> Formula {
        func base(_ text: Substring) -> Formula { .name(greek[String(text)] ?? String(text)) }

        if let line = name.firstIndex(of: "_"), line != name.startIndex, name.index(after: line) != name.endIndex {
            return .sub(base(name[..<line]), base(name[name.index(after: line)...]))
        }
        let letters = name.reversed().drop { $0.isASCII && $0.isNumber }.count
        guard letters > 0, letters < name.count else { return base(name[...]) }
        return .sub(base(name.prefix(letters)), .symbol(String(name.dropFirst(letters)), .upright))
    }

    /// A ratio as a multiple: 10¹²×.
    package static func fold(_ ratio: Double) -> Formula {
        .row([.number(.orderOfMagnitude(ratio)), .symbol("×", .upright)])
    }

    private static let greek: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
        "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ",
        "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ",
        "Psi": "Ψ", "Omega": "Ω",
    ]

    package static func number(_ value: Double, digits: Int = Numeral.usualDigits) -> Formula {
        .number(Numeral(value, digits: digits))
    }

    package static func row(_ parts: Formula...) -> Formula { .row(parts) }

    package static func sub(_ base: Formula, _ below: Formula) -> Formula { .scripts(base, sub: below, sup: nil) }
    package static func sup(_ base: Formula, _ above: Formula) -> Formula { .scripts(base, sub: nil, sup: above) }
    package static func prime(_ base: Formula) -> Formula { .primed(base, count: 1) }
    package static func hat(_ base: Formula) -> Formula { .accented(base, .hat) }
    package static func bar(_ base: Formula) -> Formula { .accented(base, .bar) }
    package static func parenthesized(_ inside: Formula) -> Formula { .fenced(.parentheses, inside) }
    package static func norm(_ inside: Formula) -> Formula { .fenced(.norm, inside) }

    /// ∂y/∂x as a fraction.
    package static func partial(_ y: Formula, over x: Formula) -> Formula {
        .fraction(.row(["∂", y]), .row(["∂", x]))
    }

    /// ∂y/∂x on one line, for running text and labels.
    package static func inlinePartial(_ y: Formula, over x: Formula) -> Formula {
        .row(["∂", y, .sign(.slash), "∂", x])
    }

    /// The parts with = between them.
    package static func equation(_ sides: Formula...) -> Formula { joined(sides, by: .equals) }

    package static func joined(_ parts: [Formula], by sign: Sign) -> Formula {
        var row: [Formula] = []
        for part in parts {
            if !row.isEmpty { row.append(.sign(sign)) }
            row += part.parts
        }
        return .row(row)
    }

    /// Σ with its limits and the summand.
    package static func sum(over below: Formula?, to above: Formula? = nil, _ summand: Formula) -> Formula {
        .row([.large(.sum, below: below, above: above)] + summand.parts)
    }

    package static func + (a: Formula, b: Formula) -> Formula { joined([a, b], by: .plus) }
    package static func - (a: Formula, b: Formula) -> Formula { joined([a, b], by: .minus) }
    /// The factors with · between them.
    package static func * (a: Formula, b: Formula) -> Formula { joined([a, b], by: .dot) }
    package static prefix func - (a: Formula) -> Formula { .row([.sign(.minus)] + a.parts) }

    /// This formula applied to arguments in parentheses: `.name("tanh")("z")`.
    package func callAsFunction(_ arguments: Formula...) -> Formula {
        .row(parts + [.parenthesized(.joined(arguments, by: .comma))])
    }

    /// The parts of a row, or the formula itself.
    package var parts: [Formula] {
        if case .row(let parts) = self { parts } else { [self] }
    }
}
