package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

extension Trajectory: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = TrajectoryFigure(
            measured: measured, experiment: self, findings: TrajectoryFindings(measured: measured, experiment: self))
        let page = PlotPage(
            topic: title, headline: .words(figure.findings.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: min(3, variants.count), sharesAxes: true, notes: figure.notes, frameHeight: 150, aspect: 0.85)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct TrajectoryFigure {
    let measured: Trajectory.Measured
    let experiment: Trajectory
    let findings: TrajectoryFindings

    var subtitle: Formula {
        let steps = TrajectoryFindings.count(Double(experiment.steps))
        let start = experiment.start.map { Numeral($0, digits: 3).text }.joined(separator: ", ")
        let penalty: [Formula] =
            findings.hasPenalties
            ? [
                .words(", plus "), "λ", .sign(.slash), .row(["2", .sup(.norm("w"), "2")]), .words(" with "),
                .equation("w", .parenthesized(.row(["x", .sign(.comma), "y"]))),
            ] : []
        return .row(
            [.words("Paths over "), experiment.surface.formula] + penalty + [
                .words(": \(steps) from (\(start)), ring to disc; thin lines join places of equal height.")
            ])
    }

    var panels: [Panel] {
        maps + (measured.escapes.isEmpty ? findings.hasPenalties ? [] : [heights] : [escapes])
    }

    /// One a variant, over the same part of the plane.
    private var maps: [Panel] {
        let surface = experiment.surface
        let window = surface.window(showing: measured.paths)
        let plain = surface.field(over: window)
        let levels = plain.levels(11)
        return measured.paths.enumerated().map { index, path in
            let l2 = experiment.variants[index].l2 ?? 0
            let field = l2 > 0 ? surface.field(over: window, l2: l2) : plain
            var marks: [any Mark] = [ContourMark(field, levels: levels)]
            if surface == .saddle { marks.append(surface.flow(over: window, color: .quietInk)) }
            return Panel(
                title: .words(path.name),
                x: Axis(LinearScale(window.x.lowerBound, window.x.upperBound), title: "x"),
                y: Axis(LinearScale(window.y.lowerBound, window.y.upperBound), title: "y"),
                marks: marks + [path.mark(SeriesStyle(ofSeries: index))])
        }
    }

    private var heights: Panel {
        let steps = (0...experiment.steps).map(Double.init)
        let all = measured.paths.flatMap(\.heights)
        let scale: any Scale = all.contains { $0 <= 0 } ? LinearScale(covering: all) : LogScale(covering: all)
        return Panel(
            title: .words("Loss by step"),
            x: Axis(OrdinalScale(0, through: experiment.steps), title: .words("step")),
            y: Axis(scale, title: "f", hasGrid: true),
            marks: measured.paths.enumerated().map { index, path in
                LineMark(x: steps, y: path.heights, style: SeriesStyle(ofSeries: index), width: 1.3, name: path.name)
            },
            names: measured.paths.enumerated().map { index, path in
                EndLabel(
                    .words(path.name), style: SeriesStyle(ofSeries: index), x: steps.last ?? 0, y: path.heights.last ?? .nan)
            },
            isWide: true)
    }

    private var escapes: Panel {
        let offsets = experiment.offsets
        let all = measured.escapes.flatMap(\.median)
        // Nobody waited longer than this: what takes more stands above the axis, not at ∞.
        let longest = Double(Trajectory.longest)
        let finite = all.filter(\.isFinite)
        var marks: [any Mark] = []
        if let (name, rate) = plainDescent {
            let places = ScalarField.places(from: log10(offsets.min() ?? 1), to: log10(offsets.max() ?? 1), count: 33)
            marks.append(
                ReferenceMark(
                    x: places.map { pow(10, $0) },
                    y: places.map { experiment.theory(learningRate: rate, offset: pow(10, $0)) },
                    label: .words("\(name) by theory: ln(R/offset)/ln(1 + 2η)")))
        }
        let ordered = offsets.indices.sorted { offsets[$0] < offsets[$1] }
        let lines = measured.escapes.enumerated().map { index, line in
            (line, SeriesStyle(ofSeries: index), ordered.map { line.x[$0] }, ordered.map { min(line.median[$0], 2 * longest) })
        }
        marks += lines.map { line, style, x, y in LineMark(x: x, y: y, style: style, width: 1.3, name: line.name) }
        return Panel(
            title: .words(
                "Steps until the distance from the saddle is R = \(Numeral(experiment.radius, digits: 3).text)"
                    + (finite.count == all.count ? "" : ", at most \(Numeral(longest, decimals: 0).text)")),
            x: Axis(LogScale(covering: offsets), title: .row([.words("offset: "), "y", .words(" at the start")])),
            y: Axis(LinearScale(covering: finite.isEmpty ? [longest] : finite, includingZero: true), title: .words("steps"), hasGrid: true),
            marks: marks,
            names: lines.compactMap { line, style, x, y in
                guard let x = x.last, let y = y.last else { return nil }
                return EndLabel(.words(line.name), style: style, x: x, y: y)
            },
            isWide: true)
    }

    /// The first variant that only scales the gradient, and its rate.
    private var plainDescent: (name: String, rate: Double)? {
        for variant in experiment.variants where variant.clipping == nil && (variant.l2 ?? 0) == 0 {
            let optimizer = variant.optimizer ?? .descent(Trajectory.standardRate)
            if optimizer.kind == .sgd { return (variant.name, optimizer.learningRate) }
        }
        return nil
    }

    var notes: [Formula] {
        var notes = [experiment.variants.optimizerNote(standard: .descent(Trajectory.standardRate))]
        switch experiment.surface {
        case .saddle:
            notes.append(
                "A saddle point is no optimum: its gradient is 0, but along y the loss falls on both sides. Arrows: down the slope.")
        case .ravine: notes.append("Which one is lowest depends on the learning rates, which are the lesson’s; it is no ranking.")
        case .cliff: notes.append("x and y are the weight and the bias of a recurrent unit (Pascanu et al. 2013).")
        case .regression:
            notes.append(
                "The same levels are drawn in each panel: where λ is larger the bowl is steeper and rounder, its bottom nearer to 0.")
        }
        return notes.map { .words($0) }
    }

    var alternative: String {
        "Paths of \(NameList(names: measured.paths.map(\.name), total: measured.paths.count, most: 12).subject) over contour lines of \(experiment.surface.words). \(findings.headline)."
    }

    var account: String {
        (["\(experiment.surface.words), from (\(experiment.start.map { Numeral($0, digits: 3).text }.joined(separator: ", ")))."]
            + measured.paths.indices.map { findings.account(of: $0) }).joined(separator: "\n")
    }
}
