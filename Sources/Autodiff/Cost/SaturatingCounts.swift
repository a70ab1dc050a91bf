extension Int {
    /// The product, or the largest Int where it would overflow. Both factors are counts.
    package func saturatingTimes(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    package func saturatingPlus(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension [Int] {
    /// How many scalars a tensor of this shape has, or the largest Int where that would overflow.
    package var saturatingCount: Int { reduce(1) { $0.saturatingTimes($1) } }
}
