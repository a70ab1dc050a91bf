extension Arithmetic {
    /// Finds the fewest digits with which the printed leaves give the printed result.
    ///
    /// Leaves get more digits before the result does, all of them at first and then only those that need it, up to eight.
    /// A digit counts as found only if it holds for every rounding error that a reader's calculator may make.
    /// - Parameters:
    ///   - result: the value that was computed elsewhere.
    ///   - leastDigits: significant digits that the result has at least.
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
                // Long sums read better with all numbers alike, and the search would take the square of their length.
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
