import Notation
import Testing

/// Formulas of every kind, with what each writer makes of them.
struct Specimen: Sendable, CustomTestStringConvertible {
    var formula: Formula
    var plain: String
    var latex: String

    init(_ formula: Formula, _ plain: String, _ latex: String) {
        self.formula = formula
        self.plain = plain
        self.latex = latex
    }

    var testDescription: String { plain }

    static let all: [Specimen] = [
        Specimen(
            .equation(
                .partial("L", over: .sub("w", "5")),
                .role(.gradient, .place(.norm, .partial("L", over: .sub("o", "1"))))
                    * .role(.local, .prime("σ")(.sub("z", "3"))) * .role(.place, .sub("h", "1")),
                .role(.result, .number(0.08216704))),
            "∂L/∂w₅ = ∂L/∂o₁ · σ′(z₃) · h₁ = 0.08217",
            #"\frac{\partial L}{\partial w_{5}} = \frac{\partial L}{\partial o_{1}} \cdot {\sigma'}\left(z_{3}\right) \cdot h_{1} = 0.08217"#
        ),
        Specimen(
            .equation(
                .row([.sub("w", "12"), .sign(.assigned), .sub("w", "12")]) - "η" * .inlinePartial("L", over: .sub("w", "12")),
                -.number(4.386e-12)),
            "w₁₂ ← w₁₂ − η · ∂L/∂w₁₂ = −4.386×10⁻¹²",
            #"w_{12} \leftarrow w_{12} - \eta \cdot \partial L/\partial w_{12} = -4.386 \times 10^{-12}"#),
        Specimen(
            .equation(.sub("z", "3"), .sum(over: .equation("i", "1"), to: "n", .row([.sub("w", "i"), .sub("x", "i")])) + "b"),
            "z₃ = ∑_{i = 1}ⁿ wᵢxᵢ + b", #"z_{3} = \sum\limits_{i = 1}^{n}w_{i}x_{i} + b"#),
        Specimen(
            .equation(.hat("y"), .fraction("1", "1" + .sup("e", -"z"))), "ŷ = 1/(1 + e^{−z})", #"\hat{y} = \frac{1}{1 + e^{-z}}"#),
        Specimen(
            .equation("L", .row([.fraction("1", "2"), .sup(.parenthesized("y" - "t"), "2")])), "L = (1/2)(y − t)²",
            #"L = \frac{1}{2}\left(y - t\right)^{2}"#),
        Specimen(
            .equation(.hat("x"), .fraction("x" - "μ", .root(.sup("σ", "2") + "ε"))), "x̂ = (x − μ)/√(σ² + ε)",
            #"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^{2} + \varepsilon}}"#),
        Specimen(
            .equation(
                .sub("c", "t"),
                .row([.sub("f", "t"), .sign(.hadamard), .sub("c", .row(["t", .sign(.minus), "1"]))])
                    + .row([.sub("i", "t"), .sign(.hadamard), .sub("g", "t")])),
            "cₜ = fₜ ⊙ c_{t − 1} + iₜ ⊙ gₜ", #"c_{t} = f_{t} \odot c_{t - 1} + i_{t} \odot g_{t}"#),
        Specimen(
            .equation("g", .row([.name("min"), .parenthesized(.joined(["1", .fraction("c", .norm("g"))], by: .comma)), "g"])),
            "g = min(1, c/‖g‖)g", #"g = \operatorname{min}\left(1,\frac{c}{\left\lVert g\right\rVert }\right)g"#),
        Specimen(
            .equation(
                "y",
                .row(["W", .matrix([["1", "2"], [.number(-0.5), .sub("w", "22")]]), .matrix([[.sub("x", "1")], [.sub("x", "2")]])]),
                .row(["x", .transposed("W")])),
            "y = W[1, 2; −0.5, w₂₂][x₁; x₂] = xWᵀ",
            #"y = W\begin{bmatrix}1 & 2 \\ -0.5 & w_{22}\end{bmatrix}\begin{bmatrix}x_{1} \\ x_{2}\end{bmatrix} = xW^{\mathrm{T}}"#),
        Specimen(
            .equation(-(.sum(over: "k", .row([.sub("t", "k"), .name("ln"), .sub("p", "k")]))), .bar("x") + .accented("v", .tilde)),
            "−∑ₖ tₖ ln pₖ = x̄ + ṽ", #"-\sum\limits_{k}t_{k}\operatorname{ln}p_{k} = \bar{x} + \tilde{v}"#),
        Specimen(
            .row([.words("How much does the weight "), .sub("w", "5"), .words(" move the loss?")]),
            "How much does the weight w₅ move the loss?",
            #"\text{How much does the weight }w_{5}\text{ move the loss?}"#),
        Specimen(
            .row([.words("50% of {a}_b & <c> \\ #1~^$"), .symbol("a<b", .upright)]), "50% of {a}_b & <c> \\ #1~^$a<b",
            ##"\text{50\% of \{a\}\_b \& \textless{}c\textgreater{} \textbackslash{} \#1\textasciitilde{}\textasciicircum{}\$}\text{a\textless{}b}"##
        ),
        Specimen(
            .joined(
                [
                    .scripts("h", sub: "t", sup: "1"), .sup(.sub("x", "a"), "2"), .fraction(.fraction("a", "b"), .row(["c", "d"])),
                    .primed("f", count: 2)("x"), .fenced(.brackets, .joined(["0", "1"], by: .comma)),
                ], by: .comma),
            "hₜ¹, xₐ², (a/b)/(cd), f′′(x), [0, 1]",
            #"h_{t}^{1},{x_{a}}^{2},\frac{\frac{a}{b}}{cd},{f''}\left(x\right),\left[0,1\right]"#),
        Specimen(
            .joined(
                [
                    .sub(.prime("σ"), "3"), .sup(.prime("f"), "2"),
                    .row(["x", .sign(.element), .fenced(.brackets, .joined(["0", .sign(.ellipsis), "n"], by: .comma))]),
                ], by: .comma),
            "σ′₃, f′², x ∈ [0, …, n]", #"{\sigma'}_{3},{f'}^{2},x \in \left[0,\dots,n\right]"#),
        Specimen(
            .joined([.number(12_345_678), .number(123_456), .number(.nan), .number(-.infinity), "α" * .number(-2)], by: .comma),
            "1.235×10⁷, 123\u{2009}456, NaN, −∞, α · −2",
            #"1.235 \times 10^{7},123\,456,\mathrm{NaN},-\infty,\alpha \cdot -2"#),
    ]
}
