extension Arithmetic {
    /// The value of the printed numbers, with a bound on the rounding errors of computing it.
    func interval(of numerals: [Numeral]) -> Interval { Interval(0, radius: 0) }
}
