import Escaping
import Forms

/// A token of an expression, with its position.
struct ExpressionToken: Hashable {
    enum Kind: Hashable {
        case number(Double)
        case name(String)
        /// One of `+ - * / ^ ( ) , =`.
        case sign(Character)
        case end
    }

    var kind: Kind
    /// Counted from 0, in Unicode scalars of the line.
    var offset: Int

    /// The token in messages.
    var described: String {
        switch kind {
        case .number(let value): "the number \(value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value))"
        case .name(let name): Printable.quoted(name)
        case .sign(let sign): "\"\(sign)\""
        case .end: "the end of the line"
        }
    }

    func isSign(_ sign: Character) -> Bool { kind == .sign(sign) }
}

/// What is wrong in a line, and where.
struct ExpressionFault: Error, Hashable {
    /// Counted from 0, in Unicode scalars of the line.
    var offset: Int
    var what: String
    var expected: String
    var hint: String?
}

extension ExpressionToken {
    /// The tokens of a line; the last one is `end`.
    static func tokens(of text: String) throws(ExpressionFault) -> [ExpressionToken] {
        let scalars = Array(text.unicodeScalars)
        var tokens: [ExpressionToken] = []
        var index = 0
        func slice(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
        while index < scalars.count {
            let start = index
            let scalar = scalars[index]
            if scalar == " " || scalar == "\t" || scalar == "\n" {
                index += 1
            } else if isDigit(scalar) || scalar == "." {
                index = endOfNumber(scalars, from: start)
                let written = slice(start..<index)
                do {
                    tokens.append(ExpressionToken(kind: .number(try WrittenNumber.double(written)), offset: start))
                } catch {
                    throw ExpressionFault(
                        offset: start, what: "\(Printable.quoted(written)) is no number", expected: error.expected, hint: error.hint)
                }
            } else if isNameStart(scalar) {
                while index < scalars.count, isNamePart(scalars[index]) { index += 1 }
                tokens.append(ExpressionToken(kind: .name(slice(start..<index)), offset: start))
            } else if "+-*/^(),=".unicodeScalars.contains(scalar) {
                if scalar == "*", start + 1 < scalars.count, scalars[start + 1] == "*" {
                    throw ExpressionFault(
                        offset: start, what: "\"**\" is no operator", expected: "+, -, *, / or ^", hint: "a power is x ^ 2")
                }
                tokens.append(ExpressionToken(kind: .sign(Character(scalar)), offset: start))
                index += 1
            } else {
                throw unknown(scalar, at: start)
            }
        }
        tokens.append(ExpressionToken(kind: .end, offset: scalars.count))
        return tokens
    }

    /// Whether a text is a name: a letter or `_`, then letters, digits, `_` and subscript digits.
    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isNameStart(first), text.unicodeScalars.count <= 60 else { return false }
        return text.unicodeScalars.allSatisfy(isNamePart)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || isDigit(scalar) || (0x2080...0x2089).contains(scalar.value)
    }

    /// A number includes all adjoining letters, so that `1_000` and `0x10` are reported as one mistake; but `2x` is a missing
    /// multiplication sign.
    private static func endOfNumber(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
        var index = start
        while index < scalars.count {
            let scalar = scalars[index]
            let before = index > start ? scalars[index - 1] : "0"
            let isSignOfExponent =
                (scalar == "+" || scalar == "-") && (before == "e" || before == "E")
                && index + 1 < scalars.count && isDigit(scalars[index + 1])
            let isExponent =
                (scalar == "e" || scalar == "E") && index + 1 < scalars.count
                && (isDigit(scalars[index + 1]) || scalars[index + 1] == "-" || scalars[index + 1] == "+")
            let isHexadecimal = scalar == "x" && index == start + 1 && scalars[start] == "0"
            guard isDigit(scalar) || scalar == "." || scalar == "_" || isExponent || isSignOfExponent || isHexadecimal
            else { break }
            index += 1
        }
        return index
    }

    private static func unknown(_ scalar: Unicode.Scalar, at offset: Int) -> ExpressionFault {
        let hint: String? =
            switch scalar {
            case "·", "×", "⋅": "write *"
            case "−", "–": "write -, the hyphen of the keyboard"
            case "÷": "write /"
            case "²": "write ^ 2"
            case "³": "write ^ 3"
            case "√": "write sqrt(…)"
            case "[", "]", "{", "}": "group with ( and )"
            default: nil
            }
        let shown = scalar == "\"" ? "a quotation mark" : "\"\(Character(Printable.scalar(scalar)))\""
        return ExpressionFault(
            offset: offset, what: "\(shown) has no meaning in an expression",
            expected: "a number, a name, a function, + - * / ^ or parentheses", hint: hint)
    }
}
