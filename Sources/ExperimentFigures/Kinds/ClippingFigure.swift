package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

extension GradientClipping: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = ClippingFigure(measured: measured, experiment: self)
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: min(3, variants.count), notes: figure.notes, frameHeight: 130, aspect: 1)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct ClippingFigure {
    let measured: GradientClipping.Measured
    let experiment: GradientClipping

    /// "Clipping by norm keeps the direction, by value turns it by 8.13°; unclipped, the descent is thrown off the cliff".
    var headline: String {
        var clauses: [String] = []
        for (variant, gradient) in zip(experiment.variants, measured.gradients) where gradient.before != gradient.after {
            let way = if case .norm = variant.clipping { "by norm" } else { "by value" }
            clauses.append(way + (gradient.angle < 1e-9 ? " keeps the direction" : " turns it by \(Self.degrees(gradient.angle))"))
        }
        var sentences = [
            clauses.isEmpty
                ? "The gradient is within its limits: nothing is clipped" : "Clipping " + Set(clauses).sorted().joined(separator: ", ")
        ]
        let thrown = zip(experiment.variants, isThrown).filter(\.1).map(\.0)
        if !thrown.isEmpty, thrown.count < measured.paths.count {
            let isUnclipped = thrown.allSatisfy { $0.clipping == nil }
            let subject = NameList(names: thrown.map(\.name), total: measured.paths.count).says("is", "are")
            sentences.append((isUnclipped ? "unclipped, the descent is" : subject) + " thrown off the cliff")
        }
        return sentences.joined(separator: "; ")
    }

    /// Which paths one step throws far away (ten times as far as half of the steps go), to where the loss is no tenth of
    /// what it was at first; or that end nowhere.
    private var isThrown: [Bool] {
        measured.paths.map { path in
            guard let first = path.heights.first, let last = path.heights.last, last.isFinite else { return true }
            let places = Array(zip(path.x, path.y))
            let lengths = zip(places, places.dropFirst()).map { hypot($1.0 - $0.0, $1.1 - $0.1) }.sorted()
            guard let longest = lengths.last else { return false }
            return last > first / 10 && longest > 10 * lengths[lengths.count / 2]
        }
    }

    var subtitle: Formula {
        .row([
            .words("Above: the gradient "), .words(Self.pair(experiment.gradient)),
            .words(" (grey) and what each variant makes of it. Below: \(TrajectoryFindings.count(Double(experiment.steps))) from "),
            .words(Self.pair(experiment.start)), .words(" over "), Surface.cliff.formula,
            .words(", the loss of a recurrent unit of weight "), "x", .words(" and bias "), "y", .words(" after 50 steps; ring to disc."),
        ])
    }

    var panels: [Panel] { arrows + maps + [heights] }

    private var arrows: [Panel] {
        let longest = max(experiment.gradient.map { abs($0) }.max() ?? 1, 1e-300)
        func range(_ entry: Double) -> LinearScale {
            LinearScale(entry < 0 ? -1.15 * longest : -0.25 * longest, entry < 0 ? 0.25 * longest : 1.15 * longest)
        }
        return measured.gradients.enumerated().map { index, gradient in
            let style = SeriesStyle(ofSeries: index)
            var marks = limit(of: experiment.variants[index])
            marks.append(
                ArrowMark([.init(from: (0, 0), to: (gradient.before[0], gradient.before[1]))], color: .restingLine, width: 1.4))
            let isClipped = gradient.before != gradient.after
            if isClipped {
                marks.append(ArrowMark([.init(from: (0, 0), to: (gradient.after[0], gradient.after[1]))], color: style.color))
            }
            let said =
                isClipped
                ? "\(Self.pair(gradient.after)), "
                    + (gradient.angle < 1e-9 ? "direction kept" : "turned by \(Self.degrees(gradient.angle))")
                : "not clipped"
            return Panel(
                title: .words(gradient.name),
                x: Axis(range(experiment.gradient[0]), title: .sub("g", "1")),
                y: Axis(range(experiment.gradient[1]), title: .sub("g", "2")), marks: marks,
                remarks: [Remark(.words(said), of: gradient.name, color: style.textColor, x: gradient.after[0], y: gradient.after[1])])
        }
    }

    /// Where a clipped gradient may end: a circle, or a square.
    private func limit(of variant: Variant) -> [any Mark] {
        let places: [(Double, Double)]
        switch variant.clipping {
        case .norm(let limit):
            places = (0...72).map { (limit * cos(Double($0) * .pi / 36), limit * sin(Double($0) * .pi / 36)) }
        case .value(let limit): places = [(limit, limit), (-limit, limit), (-limit, -limit), (limit, -limit), (limit, limit)]
        case nil: return []
        }
        let style = SeriesStyle(color: .quietInk, textColor: .quietInk, dash: [2.5, 2], marker: .disc)
        return [LineMark(x: places.map(\.0), y: places.map(\.1), style: style, width: 0.8, hasMarkers: false)]
    }

    private var maps: [Panel] {
        let window = Surface.cliff.window(showing: measured.paths)
        let field = Surface.cliff.field(over: window)
        let levels = field.levels(11)
        return measured.paths.enumerated().map { index, path in
            Panel(
                x: Axis(LinearScale(window.x.lowerBound, window.x.upperBound), title: "x"),
                y: Axis(LinearScale(window.y.lowerBound, window.y.upperBound), title: "y"),
                marks: [ContourMark(field, levels: levels), path.mark(SeriesStyle(ofSeries: index))])
        }
    }

    private var heights: Panel {
        let steps = (0...experiment.steps).map(Double.init)
        return Panel(
            title: .words("Loss by step"), x: Axis(OrdinalScale(0, through: experiment.steps), title: .words("step")),
            y: Axis(LogScale(covering: measured.paths.flatMap(\.heights)), title: "f", hasGrid: true),
            marks: measured.paths.enumerated().map { index, path in
                LineMark(x: steps, y: path.heights, style: SeriesStyle(ofSeries: index), width: 1.3, name: path.name)
            },
            names: measured.paths.enumerated().map { index, path in
                EndLabel(.words(path.name), style: SeriesStyle(ofSeries: index), x: steps.last ?? 0, y: path.heights.last ?? .nan)
            },
            isWide: true)
    }

    var notes: [Formula] {
        let limits = experiment.variants.compactMap { variant in
            switch variant.clipping {
            case .norm(let limit): "\(variant.name): all of g is scaled by min(1, \(Numeral(limit).text)/‖g‖)"
            case .value(let limit): "\(variant.name): each entry of g is clamped to ±\(Numeral(limit).text)"
            case nil: nil
            }
        }
        return [
            .words(limits.joined(separator: "; ") + "."),
            .words(experiment.variants.optimizerNote(standard: .descent(experiment.learningRate)) + " Cliff: Pascanu et al. 2013."),
        ]
    }

    var alternative: String {
        "The gradient \(Self.pair(experiment.gradient)) as an arrow before and after clipping, and descents over a cliff. \(headline)."
    }

    var account: String {
        let gradients = measured.gradients.map { gradient in
            "\(gradient.name): \(Self.pair(gradient.before)) becomes \(Self.pair(gradient.after)), turned by \(Self.degrees(gradient.angle))."
        }
        let ends = measured.paths.map { path in
            "\(path.name): after \(TrajectoryFindings.count(Double(experiment.steps))) at "
                + Self.pair([path.x.last ?? .nan, path.y.last ?? .nan])
                + ", loss \(Numeral(path.heights.last ?? .nan, digits: 3).text)."
        }
        return (gradients + ends).joined(separator: "\n")
    }

    private static func pair(_ entries: [Double]) -> String {
        "(" + entries.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + ")"
    }

    private static func degrees(_ angle: Double) -> String { angle < 1e-9 ? "0°" : Numeral(angle, digits: 3).text + "°" }
}
