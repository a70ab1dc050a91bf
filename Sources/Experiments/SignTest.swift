/// Whether one of two measurements paired by seed is significantly larger: the two-sided sign test (Dixon & Mood 1946). Ties are ignored.
package struct SignTest: Hashable, Sendable {
    /// The number of pairs in which the first number is larger, and in which it is smaller.
    package let larger, smaller: Int

    /// Pairs with a NaN are ignored.
    package init(_ first: [Double], _ second: [Double]) {
        larger = zip(first, second).count { $0 > $1 }
        smaller = zip(first, second).count { $0 < $1 }
    }

    /// The probability of a split at least this uneven under the null hypothesis that neither is larger more often; 1 without pairs.
    package var p: Double {
        let n = larger + smaller
        // Each term is n over k, halved n times, summed from the tail, where the terms are smallest.
        var (term, sum) = (1.0, 0.0)
        var scale = n
        for k in 0...min(larger, smaller) {
            sum += term
            term *= Double(n - k) / Double(k + 1)
            // Halve early to stay within the range of Doubles.
            while scale > 0, term > 1 {
                term /= 2
                sum /= 2
                scale -= 1
            }
        }
        for _ in 0..<scale { sum /= 2 }
        return min(1, 2 * sum)
    }

    /// The share of the pairs without ties in which the same number is larger as in most: ½ to 1; more pairs do not raise it.
    package var majority: Double { Double(max(larger, smaller)) / Double(max(larger + smaller, 1)) }

    /// At the usual level of 0.05.
    package var isFirstLarger: Bool { larger > smaller && p < 0.05 }
    package var isFirstSmaller: Bool { smaller > larger && p < 0.05 }

    /// The fewest wins in this many pairs without ties that are significant; nil where there are too few pairs for any.
    package static func fewestWins(of pairs: Int) -> Int? {
        (pairs / 2..<max(pairs, pairs / 2) + 1).first { wins in
            let numbers = (0..<max(pairs, 0)).map { $0 < wins ? 1.0 : -1 }
            return SignTest(numbers, numbers.map { _ in 0 }).isFirstLarger
        }
    }
}
