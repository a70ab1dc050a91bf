extension Formula {
    /// For alternative texts and terminals: ∂L/∂w₅ = 0.7414 × 0.1868. Scripts are raised and lowered characters where
    /// Unicode has every one of them, otherwise w_{12b}.
    package var plainText: String { "" }
    /// For a LaTeX document with amsmath, without the dollar signs.
    package var latex: String { "" }
    /// A MathML Core `math` element.
    package var mathML: String { "" }
}
