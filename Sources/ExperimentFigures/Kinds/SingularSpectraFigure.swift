import Autodiff
package import Drawing
package import Experiments
import Notation
import Plotting

extension SingularSpectra: DrawableMeasurement {
    package func figures(
        of measured: [Series], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = SingularSpectraFigure(series: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels, columns: 2,
            notes: figure.notes, width: 640, frameHeight: 170)
        return [
            ExperimentFigure(
                page.picture(
                    alternative:
                        "Line plots of singular values before and after, of the power iteration’s error, and of the Jacobian’s norm by depth. \(figure.headline).",
                    description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct SingularSpectraFigure {
    typealias Quantity = SingularSpectra.Quantity

    let experiment: SingularSpectra
    let lines: VariantLines

    init(series: [Series], experiment: SingularSpectra) {
        self.experiment = experiment
        lines = VariantLines(series, of: experiment.variants, width: experiment.inputs)
    }

    /// W/σ₁.
    private static let divided: Formula = .row(["W", .sign(.slash), .sub("σ", "1")])

    private func lines(of quantity: String) -> [Series] { lines.series.filter { $0.quantity == quantity } }

    var panels: [Panel] {
        let before = lines(of: Quantity.before)
        let after = lines(of: Quantity.after)
        let error = lines(of: Quantity.error).filter { !isExact($0) }.map(\.aboveRounding)
        let count = before.first?.x.count ?? 1
        let x = Axis(OrdinalScale(1, through: count), title: .sentence("number \(math: "i"), largest first"))
        let heights = LinearScale(covering: (before + after).flatMap { $0.high }, includingZero: true)
        let one = ReferenceMark.level(1, from: 1, to: Double(count), label: .words("σ₁ = 1"))
        let first = lines.panel(before, title: "1. W stretches by σ₁ at most", x: x, y: Axis(heights, title: .sub("σ", "i"), hasGrid: true))
        // Lines that are one can be named at either end: below the names of the first panel they take no room of their own.
        let isOne = error.coinciding.count == error.count
        return [
            first,
            lines.panel(
                after, title: "2. Divided by σ₁: by 1 at most", x: x, y: Axis(heights, title: .sub("σ", "i"), hasGrid: true),
                references: [one]),
            lines.panel(
                error, title: "3. Power iteration nears σ₁",
                x: Axis(OrdinalScale(1, through: max(experiment.iterations, 1)), title: .words("step")),
                y: Axis(
                    LogScale(covering: error.flatMap { $0.median + $0.high }.filter { $0 > 1e-16 }), title: .words("relative error"),
                    hasGrid: true), namesLeft: isOne ? first.namesStandLeft : nil),
            throughDepth,
        ]
    }

    /// The bound ∏σ₁ as a dashed line and the measured norm as a solid one, both before normalization; and the norm after it, where the
    /// bound is 1.
    private var throughDepth: Panel {
        let (bound, plain, divided) = (lines(of: Quantity.bound), lines(of: Quantity.jacobian), lines(of: Quantity.divided))
        let x = Axis(OrdinalScale(1, through: max(experiment.depth, 1)), title: .words("layers"))
        let y = Axis(
            LogScale(covering: (bound + plain + divided).flatMap { $0.median } + [1]), title: .row([.norm("J"), .words(" and its bound")]),
            hasGrid: true)
        var references = bound.map {
            ReferenceMark(x: $0.x, y: $0.median, label: .words("∏σ₁, \($0.name)"), color: lines.style(of: $0).color)
        }
        references.append(.level(1, from: 1, to: Double(max(experiment.depth, 1)), label: .words(isBounded ? "bound 1" : "1")))
        let depth = English.count(experiment.depth, "layer")
        var panel = lines.panel(
            plain, title: isBounded ? "4. So \(depth): by 1 at most" : "4. Through \(depth): the Jacobian", x: x, y: y,
            references: references)
        // After normalization, variants with the same random numbers coincide; their one line has the colour of none of them.
        let isOne = divided.count > 1 && divided.coinciding.count == divided.count
        for line in isOne ? Array(divided.prefix(1)) : divided {
            let style = isOne ? SeriesStyle(color: .ink, textColor: .ink, marker: .disc) : lines.style(of: line)
            let name = isOne ? (divided.count == 2 ? "both" : "all") : line.name
            panel.marks.append(LineMark(x: line.x, y: line.median, style: style, width: 0.9, hasMarkers: false, name: name))
            guard let x = line.x.last, let y = line.median.last else { continue }
            panel.names.append(
                EndLabel(.sentence("\(name), \(math: Self.divided)"), style: style, x: x, y: y, hasMarkers: false, width: 0.9))
        }
        return panel
    }

    /// Whether no activation is steeper than 1 anywhere, as swish is, so that layers with σ₁ = 1 stretch by 1 at most.
    private var isBounded: Bool {
        experiment.variants.allSatisfy { variant in
            let activation = variant.activation ?? .relu
            return stride(from: -8.0, through: 8, by: 0.01).allSatisfy { abs(activation.derivative(at: $0)) < 1 + 1e-9 }
        }
    }

    /// Bound and measured norm at full depth, for the variant with the largest bound.
    private var ends: End? { allEnds.max { $0.bound < $1.bound } }

    private typealias End = (name: String, bound: Double, measured: Double, divided: Double)

    private var allEnds: [End] {
        zip(zip(lines(of: Quantity.bound), lines(of: Quantity.jacobian)), lines(of: Quantity.divided)).map { pair, divided in
            (pair.0.name, pair.0.median.last ?? .nan, pair.1.median.last ?? .nan, divided.median.last ?? .nan)
        }
    }

    /// Whether the error is mere rounding from the first step on.
    private func isExact(_ line: Series) -> Bool { line.median.allSatisfy { $0 < 1e-14 } }

    private var largest: [(name: String, before: Double, after: Double)] {
        zip(lines(of: Quantity.before), lines(of: Quantity.after)).map { ($0.name, $0.median.first ?? .nan, $1.median.first ?? .nan) }
    }

    var headline: String {
        let numbers = English.count(experiment.depth, "layer")
        guard largest.allSatisfy({ abs($0.after - 1) < 1e-9 }) else {
            return "Spectral normalization does not bring the largest singular value to 1"
        }
        guard let ends, ends.bound.isFinite, ends.bound > 0, ends.measured.isFinite, isBounded else {
            return "Divided by σ₁, the largest singular value is 1"
        }
        let bound = "With σ₁ = 1 in each of \(numbers), the Jacobian’s norm is at most 1"
        // Of all variants, not of the smallest one alone.
        let divided = allEnds.map(\.divided)
        let (least, most) = (Numeral(divided.min() ?? .nan, digits: 1).text, Numeral(divided.max() ?? .nan, digits: 1).text)
        return ends.divided < 0.1 ? bound + "; measured: " + (least == most ? least : "\(least) to \(most)") : bound
    }

    var subtitle: Formula {
        .words(
            "Singular values σ₁ ≥ σ₂ ≥ … of sampled \(experiment.units)×\(experiment.inputs) weights before and after division by the largest, how near the power iteration comes to that, and the norm of the Jacobian J through \(English.count(experiment.depth, "such layer")) beside its bound, the product of the norms. "
                + VariantLines.spread(over: experiment.seeds))
    }

    var notes: [Formula] {
        let worst = largest.map { abs($0.after - 1) }.max() ?? 0
        let exact = NameList(names: lines(of: Quantity.error).filter(isExact).map(\.name), total: experiment.variants.count)
        let found = exact.isEmpty ? "" : " \(exact.says("needs", "need")) one step: all singular values are equal."
        let alike = NameList(names: lines(of: Quantity.after).coinciding, total: experiment.variants.count)
        let same = alike.isEmpty ? "" : " \(alike.subject) are the same random numbers at other sizes: divided, they are one matrix."
        return [
            .words(
                "Largest singular value after the division: 1 within \(Numeral(worst, digits: 1).text). Each step multiplies the power iteration’s error by about (σ₂/σ₁)⁴: it falls slowly where the two are close.\(found)\(same)"
            ),
            .words(jacobianNote),
            .words(
                "Miyato et al. (2018). In training one step per update suffices: it goes on from the vector of the last, and the weight moves little in between."
            ),
        ]
    }

    /// Setting and numbers of the last panel.
    private var jacobianNote: String {
        let activations = Set(experiment.variants.map { $0.activation ?? .relu }).map { $0.row.title }.sorted().joined(separator: ", ")
        let weights = experiment.variants.initializerNote
        let setting =
            "Panel 4: untrained layers of \(experiment.units) units, \(activations), \(weights.isEmpty ? "weights that suit it" : "weights \(weights)"), no biases, at one standard normal input per seed."
        func text(_ value: Double) -> String { Numeral(value, digits: 2).text }
        let ends = allEnds.map { end in
            "\(end.name): bound \(text(end.bound)), measured \(text(end.measured)), of W/σ₁ \(Numeral(end.divided, digits: 1).text)"
        }
        return setting + " At \(English.count(experiment.depth, "layer")), medians: \(ends.joined(separator: "; "))."
    }

    var account: String {
        lines.series.map { line in
            func text(_ value: Double?) -> String { value.map { Numeral($0, digits: 3).text } ?? "none" }
            return
                "\(line.name), \(line.quantity ?? ""): \(text(line.median.first)) at \(Numeral(line.x.first ?? 1).text), \(text(line.median.last)) at \(Numeral(line.x.last ?? 1).text)."
        }.joined(separator: "\n")
    }
}

extension Series {
    /// The part before the values become mere rounding.
    fileprivate var aboveRounding: Series {
        let count = median.firstIndex { $0 < 1e-15 } ?? median.count
        var part = self
        part.x = Array(x.prefix(count))
        part.median = Array(median.prefix(count))
        part.low = low.prefix(count).map { max($0, 1e-16) }
        part.high = Array(high.prefix(count))
        return part
    }
}
