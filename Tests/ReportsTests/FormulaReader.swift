import Foundation
import Notation

/// What a formula says, whoever wrote it: its characters in order without spaces; `_(…)` and `^(…)` for what stands below and
/// above, `⟨a⁄b⟩` for a fraction, `√(…)`, `[a,b;c,d]` for a matrix, `ˆ(x)`, `¯(x)`, `˜(x)`.
enum FormulaReader {
    static func reading(_ formula: Formula) -> String {
        switch formula {
        case .symbol(let text, _): return text.bare
        case .words(let text): return text.bare.raised
        case .number(let numeral): return numeral.text.raisedAsMarks.bare
        case .sign(let sign): return sign.rawValue
        case .row(let parts): return parts.map(reading).joined()
        case .fraction(let a, let b): return "⟨\(reading(a))⁄\(reading(b))⟩"
        case .scripts(let base, let sub, let sup):
            return reading(base) + (sub.map { "_(\(reading($0)))" } ?? "") + (sup.map { "^(\(reading($0)))" } ?? "")
        case .primed(let base, let count): return reading(base) + String(repeating: "′", count: count)
        case .accented(let base, let accent):
            switch accent {
            case .hat: return "ˆ(\(reading(base)))"
            case .bar: return "¯(\(reading(base)))"
            case .tilde: return "˜(\(reading(base)))"
            }
        case .root(let inside): return "√(\(reading(inside)))"
        case .fenced(let fence, let inside):
            switch fence {
            case .parentheses: return "(\(reading(inside)))"
            case .brackets: return "[\(reading(inside))]"
            case .bars: return "|\(reading(inside))|"
            case .norm: return "‖\(reading(inside))‖"
            }
        case .large(let sign, let below, let above):
            return sign.rawValue + (below.map { "_(\(reading($0)))" } ?? "") + (above.map { "^(\(reading($0)))" } ?? "")
        case .matrix(let rows): return "[" + table(rows.map { $0.map(reading) }) + "]"
        case .transposed(let base): return reading(base) + "^(T)"
        case .role(_, let inside), .place(_, let inside): return reading(inside)
        }
    }

    private static func table(_ rows: [[String]]) -> String { rows.map { $0.joined(separator: ",") }.joined(separator: ";") }

    /// Letters and digits only, raised and lowered ones as plain ones: what remains of any way to write it on one line.
    static func letters(_ text: String) -> String {
        String(
            text.decomposedStringWithCompatibilityMapping.unicodeScalars.filter {
                ($0.properties.isAlphabetic || $0.properties.numericType != nil) && $0 != "ˆ"
            }.map(Character.init))
    }
}

extension String {
    /// Without any space, however wide.
    fileprivate var bare: String { filter { !$0.isWhitespace } }

    /// Words that hold raised and lowered characters, as marks.
    fileprivate var raised: String {
        guard utf8.contains(where: { $0 >= 0x80 }) else { return self }
        var text = self
        for (character, mark) in [
            ("ᵀ", "^(T)"), ("ᵗ", "^(t)"), ("²", "^(2)"), ("³", "^(3)"), ("₀", "_(0)"), ("₁", "_(1)"), ("₂", "_(2)"), ("x\u{302}", "ˆ(x)"),
            ("m\u{302}", "ˆ(m)"), ("s\u{302}", "ˆ(s)"),
        ] { text = text.replacing(character, with: mark) }
        return text
    }

    /// 10⁻¹² as 10^(−12).
    fileprivate var raisedAsMarks: String {
        let digits: [Character: Character] = [
            "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "−",
        ]
        let front = prefix { digits[$0] == nil }
        return front.count == count ? self : front + "^(" + String(dropFirst(front.count).map { digits[$0] ?? $0 }) + ")"
    }
}

extension FormulaReader {
    static func reading(latex: String) -> String {
        var rest = latex[...]
        return read(&rest, until: nil, isText: false)
    }

    private static let commands: [Substring: String] = [
        "partial": "∂", "infty": "∞", "nabla": "∇", "ell": "ℓ", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε",
        "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "omega": "ω", "Delta": "Δ",
        "approx": "≈", "neq": "≠", "leq": "≤", "geq": "≥", "in": "∈", "propto": "∝", "leftarrow": "←", "to": "→", "pm": "±", "cdot": "·",
        "times": "×", "odot": "⊙", "circ": "∘", "dots": "…", "sum": "∑", "prod": "∏", "lvert": "|", "rvert": "|", "lVert": "‖",
        "rVert": "‖", "Vert": "‖", "star": "⋆", "ast": "∗", "surd": "√", "textbackslash": "\\", "textasciitilde": "~",
        "textasciicircum": "^", "textless": "<", "textgreater": ">", "textbar": "|", "textquotedbl": "\"", "left": "", "right": "",
        "limits": "", "quad": "",
    ]

    /// What no formula holds: the end of an environment.
    private static let ended = "\u{0}"

    /// - Parameter isText: within `\text`, where a hyphen is a hyphen.
    private static func read(_ rest: inout Substring, until end: Character?, isText: Bool) -> String {
        var result = ""
        while let next = rest.popFirst() {
            if next == end { return result }
            switch next {
            case "{": result += read(&rest, until: "}", isText: isText)
            case "_", "^": result += "\(next)(\(argument(&rest)))"
            case "'": result += isText ? "'" : "′"
            case "-" where !isText: result += "−"
            case "&": result += ","
            case "~", " ": continue
            case "\\":
                let text = command(&rest, isText)
                if text == ended { return result }
                result += text
            default: result += String(next).bare
            }
        }
        return result.unicodeScalars.contains("′") ? result.replacing("^(′)", with: "′") : result
    }

    private static func argument(_ rest: inout Substring, isText: Bool = false) -> String {
        while rest.first == " " { rest.removeFirst() }
        guard rest.first == "{" else { return rest.popFirst().map(String.init) ?? "" }
        rest.removeFirst()
        return read(&rest, until: "}", isText: isText)
    }

    private static func command(_ rest: inout Substring, _ isText: Bool) -> String {
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        guard !name.isEmpty else {
            let sign = rest.popFirst() ?? " "
            return sign == "," ? "" : sign == "\\" ? ";" : String(sign)
        }
        rest = rest.dropFirst(name.count)
        switch name {
        // Without braces it is one of Unicode's fractions, in words.
        case "frac" where rest.removePrefix("12"): return "½"
        case "frac" where rest.removePrefix("14"): return "¼"
        case "frac" where rest.removePrefix("34"): return "¾"
        case "frac": return "⟨\(argument(&rest))⁄\(argument(&rest))⟩"
        case "sqrt": return "√(\(argument(&rest)))"
        case "hat", "widehat": return "ˆ(\(argument(&rest)))"
        case "bar", "overline": return "¯(\(argument(&rest)))"
        case "tilde", "widetilde": return "˜(\(argument(&rest)))"
        case "text", "textbf", "textit": return argument(&rest, isText: true)
        case "mathrm", "mathit", "mathbf", "boldsymbol", "operatorname", "ensuremath": return argument(&rest)
        case "begin":
            _ = argument(&rest)
            return "[" + read(&rest, until: nil, isText: false) + "]"
        case "end":
            _ = argument(&rest)
            return ended
        default: return commands[name] ?? "\\\(name)"
        }
    }

    static func reading(mathML: String) throws -> String {
        try MathMLFold.text(of: mathML, \.shape)
    }
}

extension Substring {
    fileprivate mutating func removePrefix(_ text: String) -> Bool {
        guard hasPrefix(text) else { return false }
        removeFirst(text.count)
        return true
    }
}

extension MathMLFold.Element {
    /// As `FormulaReader` writes it.
    fileprivate var shape: String {
        switch name {
        case "mfrac": return "⟨\(parts[0])⁄\(parts[1])⟩"
        case "msup": return parts[1].allSatisfy { $0 == "′" } ? parts[0] + parts[1] : "\(parts[0])^(\(parts[1]))"
        case "msub", "munder": return "\(parts[0])_(\(parts[1]))"
        case "msubsup", "munderover": return "\(parts[0])_(\(parts[1]))^(\(parts[2]))"
        case "mover":
            let marks = ["^": "ˆ", "¯": "¯", "~": "˜"]
            return isAccent ? "\(marks[parts[1]] ?? "?")(\(parts[0]))" : "\(parts[0])^(\(parts[1]))"
        case "msqrt": return "√(\(parts.joined()))"
        case "mtable": return parts.joined(separator: ";")
        case "mtr": return parts.joined(separator: ",")
        case "mn", "mi", "mo": return text.bare
        case "mtext": return text.bare.raised
        default: return parts.joined()
        }
    }
}
