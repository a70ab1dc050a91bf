/// The number of digits for each number, such that a page prints a number with the same digits everywhere and all its lines hold.
///
///     var precision = Precision()
///     precision.settle([(.value(loss), lossLine, lossValue), …])
///     let line = precision.line(arithmetic, result: slope, key: .gradient(weight))
package struct Precision: Hashable, Sendable {
    private var digits: [NumberKey: Int] = [:]

    package init() {}

    /// The most that any number gets.
    package var mostDigits: Int { digits.values.max() ?? Numeral.usualDigits }

    package func digits(of key: NumberKey) -> Int { digits[key] ?? Numeral.usualDigits }

    package func numeral(_ value: Double, key: NumberKey) -> Numeral { Numeral(value, digits: digits(of: key)) }

    package func numeral(_ leaf: Arithmetic.Leaf) -> Numeral {
        Numeral(leaf.value, digits: max(leaf.leastDigits, leaf.key.map(digits) ?? 0))
    }

    /// The line whose leaves and result have at least the digits that were settled for their keys.
    package func line(_ arithmetic: Arithmetic, result: Double, key: NumberKey? = nil) -> Arithmetic.Line {
        arithmetic.withLeastDigits(of: self).line(result, leastDigits: key.map(digits(of:)) ?? Numeral.usualDigits)
    }

    /// Raises digits until all lines use the same digits for the same number. This ends because digits only grow, up to eight.
    package mutating func settle(_ lines: [(key: NumberKey?, arithmetic: Arithmetic, result: Double)]) {
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

    private mutating func raise(_ key: NumberKey, to count: Int) -> Bool {
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
