/// Whether one of two measurements paired by seed is larger by more than chance: the two-sided sign test (Dixon & Mood 1946). Ties say nothing.
package struct SignTest: Hashable, Sendable {
    /// In how many pairs the first number is larger, and in how many smaller.
    package let larger, smaller: Int

    /// Pairs with a NaN are left out.
    package init(_ first: [Double], _ second: [Double]) {
        larger = zip(first, second).count { $0 > $1 }
        smaller = zip(first, second).count { $0 < $1 }
    }

    /// The probability of a split at least as uneven where neither is more often larger; 1 of no pairs.
    package var p: Double {
        let n = larger + smaller
        // Each term is n over k halved n times; from the outer end, where it is least.
        var (term, sum) = (1.0, 0.0)
        var scale = n
        for k in 0...min(larger, smaller) {
            sum += term
            term *= Double(n - k) / Double(k + 1)
            // Kept within the range of numbers by halving on the way.
            while scale > 0, term > 1 {
                term /= 2
                sum /= 2
                scale -= 1
            }
        }
        for _ in 0..<scale { sum /= 2 }
        return min(1, 2 * sum)
    }

    /// At the usual level of 0.05.
    package var isFirstLarger: Bool { larger > smaller && p < 0.05 }
    package var isFirstSmaller: Bool { smaller > larger && p < 0.05 }

    /// The fewest wins of so many pairs, the others lost, that are more than chance; nil where there are too few pairs for any.
    package static func fewestWins(of pairs: Int) -> Int? {
        (pairs / 2..<max(pairs, pairs / 2) + 1).first { wins in
            let numbers = (0..<max(pairs, 0)).map { $0 < wins ? 1.0 : -1 }
            return SignTest(numbers, numbers.map { _ in 0 }).isFirstLarger
        }
    }
}
