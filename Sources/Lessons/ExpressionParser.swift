import Autodiff
import Escaping
import Forms

/// Parses one line `name = expression`, by recursive descent.
///
///     line    = name "=" sum
///     sum     = product { ("+" | "-") product }
///     product = signed { ("*" | "/") signed }
///     signed  = "-" signed | power
///     power   = primary [ "^" signed ]          so that -x^2 is -(x^2), and 2^3^2 is 2^(3^2)
///     primary = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
///
/// A minus right before a number is the number's own sign, unless a power follows.
package struct ExpressionParser {
    /// A name in the expression, at its first use.
    struct Use: Hashable {
        var name: String
        var offset: Int
    }

    struct Line {
        var name: String
        var expression: Expression
        var uses: [Use]
    }

    private let tokens: [ExpressionToken]
    private var position = 0
    private var depth = 0
    private var operations = 0
    private var uses: [Use] = []

    package static let functions =
        Pointwise.inExpressions.flatMap { $0 == .ln ? ["ln", "log"] : [$0.kind] } + [BinaryFunction.max, .min].map(\.rawValue)

    private static func function(_ name: String) -> Pointwise? { name == "log" ? .ln : Pointwise.inExpressions.first { $0.kind == name } }

    /// Names that other software uses.
    private static let synonyms = [
        "loge": "ln", "lg": "log10", "pow": "x ^ y", "power": "x ^ y", "square": "x ^ 2", "sigma": "sigmoid", "σ": "sigmoid",
        "logistic": "sigmoid", "silu": "swish", "tg": "tan", "arctan": "tanh", "fabs": "abs", "maximum": "max", "minimum": "min",
        "expit": "sigmoid",
    ]

    private init(_ text: String) throws(ExpressionFault) {
        tokens = try ExpressionToken.tokens(of: text)
    }

    /// The name of a line, if it has one, even where the rest is wrong.
    static func name(of text: String) -> String? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals].drop { $0.isWhitespace }
        let trimmed = String(name.reversed().drop { $0.isWhitespace }.reversed())
        return ExpressionToken.isName(trimmed) ? trimmed : nil
    }

    static func line(_ text: String) throws(ExpressionFault) -> Line {
        var parser = try ExpressionParser(text)
        let first = parser.next()
        guard case .name(let name) = first.kind, parser.token.isSign("=") else {
            if parser.tokens.contains(where: { $0.isSign("=") }) {
                throw ExpressionFault(
                    offset: first.offset, what: "the line begins with \(first.described)", expected: "name = expression")
            }
            throw ExpressionFault(
                offset: first.offset, what: "the line has no name", expected: "name = expression",
                hint: first.kind == .end ? nil : "write f = \(Printable.text(String(text.prefix(30))))")
        }
        _ = parser.next()
        let expression = try parser.sum()
        if parser.token.kind != .end { throw parser.unexpected() }
        return Line(name: name, expression: expression, uses: parser.uses)
    }

    // MARK: Tokens

    private var token: ExpressionToken { tokens[min(position, tokens.count - 1)] }

    private mutating func next() -> ExpressionToken {
        let token = token
        if position < tokens.count - 1 { position += 1 }
        return token
    }

    private func unexpected() -> ExpressionFault {
        let expected = depth > 0 ? "an operator, \",\" or \")\"" : "an operator or the end of the line"
        var hint: String?
        switch token.kind {
        case .number, .name: hint = "a product is written with *"
        case .sign("("): hint = "a product is written with *"
        case .sign(")"): hint = "no \"(\" is open"
        case .sign("="): hint = "a line gives one name: begin another line"
        case .sign, .end: break
        }
        return ExpressionFault(offset: token.offset, what: "found \(token.described)", expected: expected, hint: hint)
    }

    // MARK: Grammar

    private mutating func nested<T>(
        _ parse: (inout ExpressionParser) throws(ExpressionFault) -> T
    ) throws(ExpressionFault) -> T {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.nesting else {
            throw ExpressionFault(
                offset: token.offset, what: "more than \(Limits.nesting) parentheses, signs or powers inside one another",
                expected: "at most \(Limits.nesting)", hint: "name a part of it in a line of its own")
        }
        return try parse(&self)
    }

    private mutating func count(at offset: Int) throws(ExpressionFault) {
        operations += 1
        guard operations <= Limits.lineOperations else {
            throw ExpressionFault(
                offset: offset, what: "more than \(Limits.lineOperations.grouped) operations in one line",
                expected: "at most \(Limits.lineOperations.grouped)", hint: "name a part of it in a line of its own")
        }
    }

    private mutating func sum() throws(ExpressionFault) -> Expression {
        var left = try product()
        while token.isSign("+") || token.isSign("-") {
            let sign = next()
            let right = try product()
            try count(at: sign.offset)
            left = .binary(sign.isSign("+") ? .add : .subtract, left, right)
        }
        return left
    }

    private mutating func product() throws(ExpressionFault) -> Expression {
        var left = try signed()
        while token.isSign("*") || token.isSign("/") {
            let sign = next()
            let right = try signed()
            try count(at: sign.offset)
            left = .binary(sign.isSign("*") ? .multiply : .divide, left, right)
        }
        return left
    }

    private mutating func signed() throws(ExpressionFault) -> Expression {
        guard token.isSign("-") else { return try power() }
        let sign = next()
        if case .number(let value) = token.kind, position + 1 < tokens.count, !tokens[position + 1].isSign("^") {
            _ = next()
            return .number(-value)
        }
        let operand = try nested { (parser) throws(ExpressionFault) in try parser.signed() }
        try count(at: sign.offset)
        return .unary(.negate, operand)
    }

    private mutating func power() throws(ExpressionFault) -> Expression {
        let base = try primary()
        guard token.isSign("^") else { return base }
        let sign = next()
        let exponent = try nested { (parser) throws(ExpressionFault) in try parser.signed() }
        try count(at: sign.offset)
        return .binary(.power, base, exponent)
    }

    private mutating func primary() throws(ExpressionFault) -> Expression {
        let first = next()
        switch first.kind {
        case .number(let value): return .number(value)
        case .name(let name):
            if token.isSign("(") { return try call(name, at: first.offset) }
            if Self.functions.contains(name) {
                throw ExpressionFault(
                    offset: token.offset, what: "found \(token.described) after the function \(name)", expected: "\"(\"",
                    hint: "write \(name)(…)")
            }
            if !uses.contains(where: { $0.name == name }) { uses.append(Use(name: name, offset: first.offset)) }
            return .name(name)
        case .sign("("):
            let inner = try nested { (parser) throws(ExpressionFault) in
                let inner = try parser.sum()
                try parser.close(first.offset)
                return inner
            }
            return inner
        case .sign, .end:
            throw ExpressionFault(
                offset: first.offset, what: "found \(first.described)", expected: "a number, a name, a function or \"(\"")
        }
    }

    private mutating func close(_ opened: Int) throws(ExpressionFault) {
        guard token.isSign(")") else {
            if token.kind == .end {
                throw ExpressionFault(offset: opened, what: "\"(\" is never closed", expected: "\")\"")
            }
            throw unexpected()
        }
        _ = next()
    }

    private mutating func call(_ name: String, at offset: Int) throws(ExpressionFault) -> Expression {
        let unary = Self.function(name)
        let binary = BinaryFunction(rawValue: name)
        guard unary != nil || binary != nil else {
            let word = Self.synonyms[name] ?? Self.functions.nearest(to: name)
            throw ExpressionFault(
                offset: offset, what: "unknown function \(Printable.quoted(name))", expected: Self.functions.listed(),
                hint: word.map { "did you mean \"\($0)\"?" })
        }
        let opened = next().offset
        let arguments = try nested { (parser) throws(ExpressionFault) in
            var arguments: [Expression] = []
            if !parser.token.isSign(")") {
                arguments.append(try parser.sum())
                while parser.token.isSign(",") {
                    _ = parser.next()
                    arguments.append(try parser.sum())
                }
            }
            try parser.close(opened)
            return arguments
        }
        let wanted = unary == nil ? 2 : 1
        guard arguments.count == wanted else {
            throw ExpressionFault(
                offset: offset, what: "\(name) has \(arguments.count) \(arguments.count == 1 ? "argument" : "arguments")",
                expected: "\(wanted)")
        }
        try count(at: offset)
        if let unary { return .unary(unary, arguments[0]) }
        return .binary(binary ?? .max, arguments[0], arguments[1])
    }
}
