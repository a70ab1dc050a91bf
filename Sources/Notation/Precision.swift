/// How many digits each named value gets, so that a page prints a value alike wherever it stands and all its lines still hold.
///
///     var precision = Precision()
///     precision.settle([("loss", lossLine, loss), …])
///     let line = precision.line(arithmetic, result: value, key: "∂L/∂w5")
package struct Precision: Hashable, Sendable {
    private var digits: [String: Int] = [:]

    package init() {}

    /// Significant digits of the value with this name.
    package func digits(of key: String) -> Int { digits[key] ?? Numeral.usualDigits }

    package func numeral(_ value: Double, key: String) -> Numeral { Numeral(value, digits: digits(of: key)) }

    /// The line with at least the digits that its keyed leaves and its result have elsewhere.
    package func line(_ arithmetic: Arithmetic, result: Double, key: String? = nil) -> Arithmetic.Line {
        arithmetic.withLeastDigits(of: self).line(result, leastDigits: key.map(digits(of:)) ?? Numeral.usualDigits)
    }

    /// Raises digits until every line agrees with the others. Digits only grow and end at eight, so this ends.
    package mutating func settle(_ lines: [(key: String?, arithmetic: Arithmetic, result: Double)]) {
        var changed = true
        while changed {
            changed = false
            for entry in lines {
                let line = line(entry.arithmetic, result: entry.result, key: entry.key)
                for (leaf, count) in zip(entry.arithmetic.leaves, line.digits) {
                    if let key = leaf.key { changed = raise(key, to: count) || changed }
                }
                if let key = entry.key { changed = raise(key, to: line.resultDigits) || changed }
            }
        }
    }

    private mutating func raise(_ key: String, to count: Int) -> Bool {
        guard count > digits(of: key) else { return false }
        digits[key] = count
        return true
    }
}

extension Arithmetic {
    fileprivate func withLeastDigits(of precision: Precision) -> Arithmetic {
        switch self {
        case .leaf(var leaf):
            if let key = leaf.key { leaf.leastDigits = Swift.max(leaf.leastDigits, precision.digits(of: key)) }
            return .leaf(leaf)
        case .sum(let parts): return .sum(parts.map { $0.withLeastDigits(of: precision) })
        case .product(let parts): return .product(parts.map { $0.withLeastDigits(of: precision) })
        case .function(let function, let parts):
            return .function(function, parts.map { $0.withLeastDigits(of: precision) })
        case .quotient(let a, let b):
            return .quotient(a.withLeastDigits(of: precision), b.withLeastDigits(of: precision))
        case .power(let a, let b):
            return .power(a.withLeastDigits(of: precision), b.withLeastDigits(of: precision))
        case .negation(let a): return .negation(a.withLeastDigits(of: precision))
        }
    }
}
