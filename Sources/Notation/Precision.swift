/// The number of digits for each number, such that a page prints a number with the same digits everywhere and all its lines hold.
///
///     var precision = Precision()
///     precision.settle([(.value(loss), lossLine, lossValue), …])
///     let line = precision.line(arithmetic, result: slope, key: .gradient(weight))
package struct Precision: Hashable, Sendable {
    private var digits: [NumberKey: Int] = [:]
    /// Numbers that another telling has printed, as they stand there.
    private var printed: [NumberKey: Numeral] = [:]
    /// Significant digits of a number that no line calls for more of.
    private let usual: Int

    /// - Parameter usual: fewer than usual where many lines hang together: each digit less at the end of a chain of products is one less in all of it.
    package init(usual: Int = Numeral.usualDigits) { self.usual = usual }

    /// The most that any number gets.
    package var mostDigits: Int { digits.values.max() ?? usual }

    package func digits(of key: NumberKey) -> Int { digits[key] ?? usual }

    package func numeral(_ value: Double, key: NumberKey) -> Numeral { printed[key] ?? Numeral(value, digits: digits(of: key)) }

    /// The number as another telling printed it; nil where none did.
    package func numeral(printedFor key: NumberKey) -> Numeral? { printed[key] }

    /// Has the number printed as it stands elsewhere, zeros included.
    package mutating func print(_ numeral: Numeral, for key: NumberKey) { printed[key] = numeral }

    package func numeral(_ leaf: Arithmetic.Leaf) -> Numeral {
        Numeral(leaf.value, digits: leastDigits(of: leaf))
    }

    fileprivate func leastDigits(of leaf: Arithmetic.Leaf) -> Int {
        guard let key = leaf.key else { return leaf.leastDigits }
        return max(leaf.leastDigits == Numeral.usualDigits ? usual : leaf.leastDigits, digits(of: key))
    }

    /// The line whose leaves and result have at least the digits that were settled for their keys.
    package func line(_ arithmetic: Arithmetic, result: Double, key: NumberKey? = nil) -> Arithmetic.Line {
        arithmetic.withLeastDigits(of: self).line(result, leastDigits: key.map(digits(of:)) ?? usual)
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

    /// As many digits as another telling gives the same numbers.
    package mutating func raise(to other: Precision) {
        for (key, count) in other.digits { _ = raise(key, to: count) }
    }

    /// - Returns: whether that is more than before.
    @discardableResult
    package mutating func raise(_ key: NumberKey, to count: Int) -> Bool {
        guard count > digits(of: key) else { return false }
        digits[key] = count
        return true
    }
}

extension Arithmetic {
    fileprivate func withLeastDigits(of precision: Precision) -> Arithmetic {
        switch self {
        case .leaf(var leaf):
            leaf.leastDigits = precision.leastDigits(of: leaf)
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
