extension Numeral {
    /// A number as words set it; one with a power of ten as mathematics does.
    package var asWords: Formula { exponent == nil ? .words(text) : .number(self) }
}
