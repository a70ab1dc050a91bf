extension Arithmetic.Line {
    /// With what the leaves are called: w₅ − η·∂L/∂w₅.
    package var symbolic: Formula { .row([]) }
    /// With the printed numbers: 0.4 − 0.5 × 0.08217.
    package var numeric: Formula { .row([]) }
    /// The numbers, = or ≈, and the result.
    package var formula: Formula { .row(numeric.parts + [.sign(relation), .role(.result, .number(result))]) }
}
