extension Formula {
    /// As plain text, for alternative texts and terminals: ∂L/∂w₅ = 0.7414 × 0.1868.
    ///
    /// Scripts become Unicode's raised and lowered characters if it has all of them, otherwise w_{12b}. Parentheses replace the grouping
    /// that a fraction bar or a root gives.
    package var plainText: String {
        switch self {
        case .symbol(let text, _), .words(let text): return text
        case .number(let numeral): return numeral.text
        case .sign(let sign): return sign.rawValue
        case .row(let parts): return Self.plainText(ofRow: parts)
        case .fraction(let above, let below):
            return above.plainText(enclosed: above.hasSigns) + "/"
                + below.plainText(enclosed: below.hasSigns || below.isProduct)
        case .scripts(let base, let sub, let sup):
            var text = base.plainText
            if let sub { text += sub.plainScript(mark: "_", by: Scripts.lowered) }
            if let sup { text += sup.plainScript(mark: "^", by: Scripts.raised) }
            return text
        case .primed(let base, let count): return base.plainText + String(repeating: "′", count: max(count, 0))
        case .accented(let base, let accent):
            let text = base.plainText
            return text.count == 1 ? text + accent.combining : "\(accent.rawValue)(\(text))"
        case .root(let inside):
            let text = inside.plainText
            return "√" + (text.count == 1 ? text : "(\(text))")
        case .fenced(let fence, let inside): return fence.left + inside.plainText + fence.right
        case .large(let sign, let below, let above):
            return Formula.scripts(.symbol(sign.rawValue, .upright), sub: below, sup: above).plainText
        case .matrix(let rows):
            return "[" + rows.map { $0.map(\.plainText).joined(separator: ", ") }.joined(separator: "; ") + "]"
        case .transposed(let base): return base.plainText + "ᵀ"
        case .role(_, let inside), .place(_, let inside): return inside.plainText
        }
    }

    private static func plainText(ofRow parts: [Formula]) -> String {
        var text = ""
        for (index, (part, gap)) in zip(parts, gaps(in: parts)).enumerated() {
            let neighbours = [index - 1, index + 1].filter(parts.indices.contains).map { parts[$0].unwrapped }
            let isFactor = neighbours.contains { neighbour in
                switch neighbour {
                case .sign(let sign): sign == .slash
                case .words: false
                default: true
                }
            }
            if case .fraction = part.unwrapped, isFactor {
                text += (gap == .none ? "" : " ") + part.plainText(enclosed: true)
            } else {
                text += (gap == .none ? "" : " ") + part.plainText
            }
        }
        return text
    }

    private func plainText(enclosed: Bool) -> String { enclosed ? "(\(plainText))" : plainText }

    private func plainScript(mark: String, by mapping: (String) -> String?) -> String {
        let text = plainText
        return mapping(text) ?? (text.count == 1 ? mark + text : "\(mark){\(text)}")
    }

    /// Whether it needs parentheses beside a slash.
    private var hasSigns: Bool {
        switch unwrapped {
        case .row(let parts):
            parts.contains {
                if case .sign(let sign) = $0.unwrapped { sign.spacing != .punctuation } else { $0.hasSigns }
            }
        case .fraction: true
        default: false
        }
    }

    /// Whether it is several factors in a row; ∂w and f(x) count as one.
    private var isProduct: Bool {
        guard case .row(let parts) = unwrapped, parts.count > 1, let first = parts.first?.unwrapped else { return false }
        if first == "∂" { return parts.count > 2 }
        if case .fenced(.parentheses, _) = parts[1].unwrapped { return parts.count > 2 }
        return true
    }
}

extension Formula.Accent {
    var combining: String {
        switch self {
        case .hat: "\u{302}"
        case .bar: "\u{304}"
        case .tilde: "\u{303}"
        }
    }
}

extension Formula.Fence {
    package var left: String {
        switch self {
        case .parentheses: "("
        case .brackets: "["
        case .bars: "|"
        case .norm: "‖"
        }
    }

    package var right: String {
        switch self {
        case .parentheses: ")"
        case .brackets: "]"
        case .bars: "|"
        case .norm: "‖"
        }
    }
}
