import Foundation

/// Works out what a reader would: a printed formula, in one notation that the three printed ones are turned into.
struct Calculator {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var rest: Substring

    /// - Parameter text: numbers, + − × / ^, parentheses, and functions by name: `0.7414*0.1868+exp(0.3)`.
    static func value(_ text: String) throws -> Double {
        var calculator = Calculator(rest: text.filter { $0 != " " && $0 != "\u{2009}" }[...])
        let value = try calculator.sum()
        guard calculator.rest.isEmpty else { throw Failure(description: "cannot read \(calculator.rest) in \(text)") }
        return value
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func sum() throws -> Double {
        var value = try product()
        while true {
            if take("+") { value += try product() } else if take("−") || take("-") { value -= try product() } else { return value }
        }
    }

    private mutating func product() throws -> Double {
        var value = try power()
        while true {
            if take("×") || take("·") { value *= try power() } else if take("/") { value /= try power() } else { return value }
        }
    }

    private mutating func power() throws -> Double {
        if take("−") || take("-") { return -(try power()) }
        let base = try atom()
        return take("^") ? pow(base, try atom(signed: true)) : base
    }

    private mutating func atom(signed: Bool = false) throws -> Double {
        if signed, take("−") || take("-") { return -(try atom()) }
        if take("(") {
            let value = try sum()
            guard take(")") else { throw Failure(description: "a parenthesis is open before \(rest)") }
            return value
        }
        if take("|") {
            let value = try sum()
            guard take("|") else { throw Failure(description: "a bar is open before \(rest)") }
            return abs(value)
        }
        for (name, function) in Self.functions where take(name + "(") {
            var arguments = [try sum()]
            while take(",") { arguments.append(try sum()) }
            guard take(")") else { throw Failure(description: "\(name) is open before \(rest)") }
            return function(arguments)
        }
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { throw Failure(description: "no number at \(rest)") }
        rest = rest.dropFirst(digits.count)
        return number
    }

    private static let functions: [(String, @Sendable ([Double]) -> Double)] = [
        ("exp", { exp($0[0]) }), ("sqrt", { $0[0].squareRoot() }), ("σ", { 1 / (1 + exp(-$0[0])) }), ("tanh", { tanh($0[0]) }),
        ("tan", { tan($0[0]) }), ("sin", { sin($0[0]) }), ("cos", { cos($0[0]) }), ("ln", { log($0[0]) }),
        ("ReLU", { max($0[0], 0) }), ("GELU", { 0.5 * $0[0] * erfc(-$0[0] * 0.5.squareRoot()) }),
        ("softplus", { log1p(exp($0[0])) }), ("swish", { $0[0] / (1 + exp(-$0[0])) }),
        ("max", { $0.max() ?? .nan }), ("min", { $0.min() ?? .nan }),
    ]
}

/// A line as a page prints it: what is worked out, = or ≈, and the result.
struct PrintedEquation {
    let left: String
    let relation: Character
    let result: String

    /// - Parameter text: `0.7414×0.1868=0.1385`, or with a name before: `z=…=…`.
    init?(_ text: String) {
        guard let place = text.lastIndex(where: { $0 == "=" || $0 == "≈" }) else { return nil }
        relation = text[place]
        result = String(text[text.index(after: place)...]).filter { $0 != " " }
        var before = text[..<place]
        if let name = before.lastIndex(where: { $0 == "=" || $0 == "≈" || $0 == "←" }) { before = before[before.index(after: name)...] }
        left = String(before)
    }

    /// Whether the reader's result, rounded to the printed digits, is the printed result.
    func holds() throws -> Bool {
        let value = try Calculator.value(left)
        let printed = try Calculator.value(result)
        if value.isNaN || printed.isNaN { return value.isNaN && printed.isNaN }
        var (digits, power) = (result, 0)
        if let times = result.firstIndex(of: "×") {
            digits = String(result[..<times])
            power =
                Int(
                    result[times...].drop { $0 != "^" }.dropFirst().filter { !"()".contains($0) }.map { $0 == "−" ? "-" : String($0) }
                        .joined()) ?? 0
        }
        let decimals = digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
        let unit = pow(10, Double(power - decimals))
        return abs(value - printed) <= 0.5 * unit * (1 + 1e-9) + abs(value) * 1e-13
    }
}
