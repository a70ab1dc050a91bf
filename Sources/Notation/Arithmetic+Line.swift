extension Arithmetic {
    /// Finds the fewest digits with which the printed leaves give the printed result.
    ///
    /// Leaves get more digits, up to eight, before the result does. First all leaves get as many; then those that don't need them give them
    /// back. The result's digits must hold whatever rounding errors a reader's calculator makes.
    /// - Parameters:
    ///   - result: the value, computed elsewhere.
    ///   - leastDigits: the fewest significant digits for the result.
    package func line(_ result: Double, leastDigits: Int = Numeral.usualDigits) -> Line {
        let leaves = leaves
        let least = leaves.map { Swift.min(Swift.max($0.leastDigits, 1), Numeral.mostDigits) }
        let leastOfResult = Swift.min(Swift.max(leastDigits, 1), Numeral.mostDigits)

        func attempt(_ digits: [Int], _ resultDigits: Int) -> Line? {
            let numerals = zip(leaves, digits).map { Numeral($0.value, digits: $1) }
            let printed = Numeral(result, digits: resultDigits)
            guard interval(of: numerals).rounds(to: printed) else { return nil }
            return Line(
                arithmetic: self, numerals: numerals, digits: digits, result: printed, resultDigits: resultDigits,
                relation: .equals)
        }

        for resultDigits in leastOfResult...Numeral.mostDigits {
            for more in (least.min() ?? Numeral.mostDigits)...Numeral.mostDigits {
                var digits = least.map { Swift.max($0, more) }
                guard var found = attempt(digits, resultDigits) else { continue }
                // Not for long sums, which read better with the same digits everywhere, and for which this takes quadratic time.
                for index in digits.indices where digits.count <= 12 && digits[index] > least[index] {
                    for fewer in least[index]..<digits[index] {
                        let before = digits[index]
                        digits[index] = fewer
                        if let better = attempt(digits, resultDigits) {
                            found = better
                            break
                        }
                        digits[index] = before
                    }
                }
                return found
            }
        }
        return Line(
            arithmetic: self, numerals: zip(leaves, least).map { Numeral($0.value, digits: $1) }, digits: least,
            result: Numeral(result, digits: leastOfResult), resultDigits: leastOfResult, relation: .approximately)
    }
}
