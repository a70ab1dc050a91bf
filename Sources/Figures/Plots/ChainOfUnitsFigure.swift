package import Drawing
package import Experiments
import Notation
import Plotting

extension ChainOfUnits: DrawableMeasurement {
    package func figures(
        of measured: [Chain], title: String?, measurer: any TextMeasuring, theme: Theme
    ) -> [ExperimentFigure] {
        let figure = ChainOfUnitsFigure(chains: measured, theme: theme)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, sharesAxes: true,
            notes: figure.notes, width: 600, frameHeight: 150)
        let (size, content) = page.draw(measurer: measurer, theme: theme)
        return [
            ExperimentFigure(
                Picture(
                    size: size, background: theme.page, content: content, title: figure.headline,
                    alternative: "Ladders of the factors of ∂L/∂b₁ on a logarithmic axis. \(figure.headline).",
                    description: figure.account))
        ]
    }
}

/// A ladder a variant: each rung is one factor, from the product before it to the product after it.
private struct ChainOfUnitsFigure {
    let chains: [ChainOfUnits.Chain]
    let theme: Theme

    var panels: [Panel] {
        let y = Axis(
            LogScale(covering: chains.flatMap(\.products).map(abs) + [2]), title: .words("product so far"), hasGrid: true)
        return chains.map { chain in
            let products = chain.products.map(abs)
            let before = [1] + products.dropLast()
            let x = products.indices.map(Double.init)
            return Panel(
                title: .row([.words("\(chain.name): "), gradientName, .sign(.equals), .number(chain.gradient, digits: 3)]),
                x: Axis(BandScale(chain.factors.map(name))), y: y,
                marks: [
                    RungMark(
                        x: x, from: before, to: products, colors: chain.factors.map { color($0).line },
                        width: 0.62 / Double(max(products.count, 1)))
                ],
                labels: chain.factors.indices.map { index in
                    PointLabel(
                        .row([.words("×"), .number(chain.factors[index].value, digits: 3)]), color: color(chain.factors[index]).text,
                        x: x[index], y: max(before[index], products[index]), side: .above)
                })
        }
    }

    private var gradientName: Formula { .inlinePartial("L", over: .sub("b", "1")) }

    private func name(_ factor: ChainOfUnits.Factor) -> Formula {
        let layer = Formula.symbol("\(factor.layer)", .upright)
        return switch factor.kind {
        case .upstream: .inlinePartial("L", over: .sub("a", layer))
        case .slope: .row([.prime("f"), .parenthesized(.sub("z", layer))])
        case .weight: .sub("w", layer)
        }
    }

    private func color(_ factor: ChainOfUnits.Factor) -> (line: Color, text: Color) {
        switch factor.kind {
        case .upstream: (theme.gradientLine, theme.gradient)
        case .slope: (theme.local, theme.local)
        case .weight: (theme.place, theme.place)
        }
    }

    /// What all slopes of a chain make of a gradient.
    private func slopes(_ chain: ChainOfUnits.Chain) -> Double {
        chain.factors.filter { $0.kind == .slope }.reduce(1) { $0 * $1.value }
    }

    var headline: String {
        chains.map { chain in
            let count = chain.factors.filter { $0.kind == .slope }.count
            let all = count == 1 ? "one slope" : "\(count) slopes"
            let product = slopes(chain)
            let effect =
                product == 0
                ? "let nothing through"
                : product == 1
                    ? "let the gradient through whole"
                    : product < 1
                        ? "shrink the gradient \(Numeral.orderOfMagnitude(1 / product).text)×"
                        : "enlarge the gradient \(Numeral.orderOfMagnitude(product).text)×"
            return "\(chain.name): \(all) \(effect)"
        }.joined(separator: ". ")
    }

    var subtitle: Formula {
        .row([
            .words(
                "Single units in a row, from the loss back to the first bias: each rung multiplies by one factor, the loss’s gradient (orange), a slope "
            ),
            .row([.prime("f"), .parenthesized("z")]), .words(" (green) or a weight "), "w",
            .words(" (violet). A rung that rises is hatched."),
        ])
    }

    var notes: [Formula] {
        [.words("The product of the factors is ∂L/∂b₁, since ∂z₁/∂b₁ = 1. All biases are 0. (Nielsen 2015, chapter 5.)")]
    }

    var account: String {
        chains.map { chain in
            "\(chain.name): " + chain.factors.map { "\(name($0).plainText) = \(Numeral($0.value).text)" }.joined(separator: ", ")
                + "; ∂L/∂b₁ = \(Numeral(chain.gradient).text)."
        }.joined(separator: "\n")
    }
}
