package import Drawing
package import Experiments
import Foundation
import Notation
import Plotting

extension ChainOfUnits: DrawableMeasurement {
    package func figures(
        of measured: [Chain], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = ChainOfUnitsFigure(chains: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, sharesAxes: true,
            notes: figure.notes, width: figure.width, frameHeight: 150)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: "Ladders of the factors of ∂L/∂b₁ on a logarithmic axis. \(figure.headline).", description: figure.account,
                    measurer: measurer, pageWidth: pageWidth.map { max($0, figure.leastWidth) }))
        ]
    }
}

/// A ladder for each variant: each rung is one factor, from the product before it to the product after it.
private struct ChainOfUnitsFigure {
    let chains: [ChainOfUnits.Chain]
    let experiment: ChainOfUnits
    /// The product of each chain's printed factors, and the printed gradient.
    let lines: [Arithmetic.Line]

    init(chains: [ChainOfUnits.Chain], experiment: ChainOfUnits) {
        self.chains = chains
        self.experiment = experiment
        lines = chains.map(\.line)
    }

    /// In points, so that every printed factor, with its × and its parentheses, fits on its rung.
    var width: Double { max(620, 90 + factors * (16 + 4.6 * characters)) }

    /// The same with the smallest gaps.
    var leastWidth: Double { 80 + factors * (10 + 4 * characters) }

    private var characters: Double { lines.flatMap(\.numerals).map { Double($0.text.count + ($0.isNegative ? 2 : 0)) }.max() ?? 0 }

    private var factors: Double { Double(chains.map(\.factors.count).max() ?? 0) }

    var panels: [Panel] {
        let hasSigns = chains.contains { $0.factors.contains { $0.value < 0 } }
        let y = Axis(
            LogScale(covering: chains.flatMap(\.products).map(abs) + [2]),
            title: .words(hasSigns ? "size of the product so far" : "product so far"), hasGrid: true)
        return zip(chains, lines).map { chain, line in
            let products = chain.products.map(abs)
            let before = [1] + products.dropLast()
            let x = products.indices.map(Double.init)
            return Panel(
                title: .row([.words("\(chain.name): "), gradientName, .sign(line.relation), .number(line.result)]),
                x: Axis(BandScale(chain.factors.map(name))), y: y,
                marks: [
                    RungMark(
                        x: x, from: before, to: products, colors: chain.factors.map { color($0).line },
                        width: 0.62 / Double(max(products.count, 1)))
                ],
                labels: chain.factors.indices.map { index in
                    let numeral = line.numerals[index]
                    let number = Formula.number(numeral)
                    // The axis title is above the frame.
                    let goesOver = !products[index].isFinite
                    return PointLabel(
                        .row([.words("×"), numeral.isNegative ? .parenthesized(number) : number]),
                        color: color(chain.factors[index]).text, x: x[index],
                        y: goesOver ? before[index] : max(before[index], products[index]),
                        side: goesOver ? .below : .above)
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

    private func color(_ factor: ChainOfUnits.Factor) -> (line: Paint, text: Paint) {
        switch factor.kind {
        case .upstream: (.gradientLine, .gradient)
        case .slope: (.local, .local)
        case .weight: (.place, .place)
        }
    }

    /// The product of all slopes of a chain.
    private func slopes(_ chain: ChainOfUnits.Chain) -> Double {
        chain.factors.filter { $0.kind == .slope }.reduce(1) { $0 * $1.value }
    }

    var headline: String {
        let loudest = chains.max { abs(log(abs(slopes($0)))) < abs(log(abs(slopes($1)))) }
        return Wording.fitting(
            claim(chains),
            loudest.map { "In one of \(English.count(chains.count, "chain")) \(claim([$0], isNamed: false))" } ?? "Nothing was measured")
    }

    /// "5 slopes multiply to about 1/1600 for Sigmoid, to 1 for ReLU": not what the ladder falls by, which has weights too.
    private func claim(_ chains: [ChainOfUnits.Chain], isNamed: Bool = true) -> String {
        let count = chains.first?.factors.count { $0.kind == .slope } ?? 0
        let products = chains.map { "\(product($0))\(isNamed ? " for \($0.name.asName)" : "")\(fate(of: $0))" }
        return (count == 1 ? "\(isNamed ? "One" : "one") slope is " : "\(count) slopes multiply to ")
            + products.joined(separator: count == 1 ? ", " : ", to ")
    }

    private func product(_ chain: ChainOfUnits.Chain) -> String {
        let product = abs(slopes(chain))
        let isFraction = product < 0.1 && product > 1e-6
        guard isFraction else {
            return Numeral(product, digits: product > 0 && product < 0.1 ? 1 : 2).text
        }
        let whole = (1 / product).toTwoDigits
        return (whole * product == 1 ? "" : "about ") + "1/\(Numeral(whole, decimals: 0).text)"
    }

    /// What becomes of the whole gradient, if it is no number that says anything.
    private func fate(of chain: ChainOfUnits.Chain) -> String {
        chain.isUnderflow ? " (∂L/∂b₁ underflows to 0)" : chain.gradient.isFinite ? "" : " (∂L/∂b₁ is \(Numeral(chain.gradient).text))"
    }

    var subtitle: Formula {
        .row([
            .words(
                "Single units in a row, from the loss back to the first bias: each rung multiplies by one factor, the loss’s gradient (orange), a slope "
            ),
            .row([.prime("f"), .parenthesized("z")]), .words(" (green) or a weight "), "w",
            .words(" (violet).\(chains.contains(where: \.rises) ? " A rung that rises is hatched." : "")"),
        ])
    }

    var notes: [Formula] {
        [
            .row([
                .words("The product of the printed factors is "), gradientName, .words(", since "),
                .inlinePartial(.sub("z", "1"), over: .sub("b", "1")), .words(" = 1. (Nielsen 2015, chapter 5.)"),
            ]),
            .row([
                .words("Input "), .equation("x", .number(Numeral(experiment.input))), .words(", target "),
                .equation("t", .number(Numeral(experiment.target))), .words(", "), .equation("L", loss),
                .words(". All weights, w₁ too: \(experiment.variants.initializerNote). Biases are 0.\(slopeProducts)"),
            ]),
        ]
    }

    private var loss: Formula {
        let output = Formula.sub("a", .symbol("\(experiment.depth)", .upright))
        return .row(["½", .sup(.parenthesized(output - "t"), "2")])
    }

    /// " Products of the slopes. Sigmoid: 0.00064 (about 1/1600); ReLU: 1.": with fewer digits than the slopes have, so that it can be redone.
    private var slopeProducts: String {
        let products = chains.map { chain in
            let product = slopes(chain)
            let inverse = product > 0 && product < 0.1 && product > 1e-6 ? " (\(self.product(chain)))" : ""
            return "\(chain.name): \(Numeral(product, digits: 2).text)\(inverse)"
        }
        return " \(products.count == 1 ? "Product" : "Products") of the slopes. \(products.joined(separator: "; "))."
    }

    var account: String {
        zip(chains, lines).map { chain, line in
            "\(chain.name): "
                + zip(chain.factors, line.numerals).map { "\(name($0).plainText) = \($1.text)" }.joined(separator: ", ")
                + "; ∂L/∂b₁ \(line.relation == .equals ? "=" : "≈") \(line.result.text)."
        }.joined(separator: "\n")
    }
}

extension ChainOfUnits.Chain {
    /// The factors and the gradient with digits such that the printed product holds.
    fileprivate var line: Arithmetic.Line {
        Arithmetic.product(factors.map { .leaf(Arithmetic.Leaf($0.value, leastDigits: 3)) }).line(gradient, leastDigits: 3)
    }

    /// 0 although no factor is.
    fileprivate var isUnderflow: Bool { gradient == 0 && !factors.contains { $0.value == 0 } }

    fileprivate var rises: Bool { factors.contains { abs($0.value) > 1 } }
}

extension Double {
    /// 1 552 becomes 1 600.
    fileprivate var toTwoDigits: Double {
        guard self > 0, isFinite else { return self }
        let unit = pow(10, log10(self).rounded(.down) - 1)
        return (self / unit).rounded() * unit
    }
}
