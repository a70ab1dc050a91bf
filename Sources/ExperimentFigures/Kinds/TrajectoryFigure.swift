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
            columns: min(3, variants.count), sharesAxes: true, sharesColumns: true, notes: figure.notes,
            frameHeight: measured.sweeps.isEmpty ? 150 : 93, aspect: TrajectoryFigure.aspect)
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

    private var isTurned: Bool { experiment.angle != 0 }

    var subtitle: Formula {
        let steps = TrajectoryFindings.count(Double(experiment.steps))
        let start = experiment.start.map { Numeral($0, digits: 3).text }.joined(separator: ", ")
        let penalty: [Formula] =
            findings.hasPenalties
            ? [
                .words(", plus "), "λ", .sign(.slash), .row(["2", .sup(.norm("w"), "2")]), .words(" with "),
                .equation("w", .parenthesized(.row([experiment.surface.letters.x, .sign(.comma), experiment.surface.letters.y]))),
            ] : []
        let turned = isTurned ? ", a ravine askew by \(Numeral(experiment.angle, digits: 3).text)°" : ""
        let rate = measured.sweeps.isEmpty ? "" : ", each at its best rate η below"
        return .row(
            [.words("Paths over "), experiment.surface.formula(isTurned: isTurned)] + penalty + [
                .words(
                    "\(turned): \(steps) from (\(start))\(rate). Ring: start; disc: end. Darker is higher\(experiment.surface == .saddle ? "" : "; numbers: heights\(findings.hasPenalties ? ", penalty included" : "")").\(offset)\(leavesFrame ? " Paths are cut at the frame." : "")"
                )
            ])
    }

    /// What the offsets of the panel below are, and which one the paths have.
    private var offset: String {
        guard !measured.escapes.isEmpty else { return "" }
        return " Offset: the start’s y, in these paths \(Numeral(experiment.start[1], digits: 3).text)."
    }

    private var window: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        experiment.surface.window(showing: measured.paths, angle: experiment.angle, aspect: Self.aspect)
    }

    /// Whether some path leaves the frame.
    private var leavesFrame: Bool {
        let window = window
        return measured.paths.contains { path in
            zip(path.x, path.y).contains { !window.x.contains($0) || !window.y.contains($1) }
        }
    }

    var panels: [Panel] {
        if !measured.sweeps.isEmpty { return maps + measured.sweeps.map(losses) }
        return maps + (measured.escapes.isEmpty ? findings.hasPenalties ? [] : [heights] : [escapes])
    }

    static let aspect = 0.72
    /// The lowest loss on the axis, at least, as a fraction of the highest.
    private static let depth = 1e-7

    /// One for each variant, over the same part of the plane.
    private var maps: [Panel] {
        let surface = experiment.surface
        let window = window
        let plain = surface.field(over: window, angle: experiment.angle)
        let levels = surface.levels(of: plain)
        return measured.paths.enumerated().map { index, path in
            let l2 = experiment.variants[index].l2 ?? 0
            let field = l2 > 0 ? surface.field(over: window, l2: l2, angle: experiment.angle) : plain
            var marks: [any Mark] = [HeightMark(field, levels: levels)]
            if surface == .saddle { marks.append(surface.flow(over: window, color: .quietInk)) }
            var ways = [(x: path.x, y: path.y)]
            let style = SeriesStyle(ofSeries: index)
            let rate = measured.sweeps.first.map { ", η = \(Numeral($0.best[index], digits: 2).text)" } ?? ""
            var words = path.name + rate + (findings.isDiverged(path) ? ": diverges" : "")
            if findings.hasPenalties, let distance = findings.endDistance(path), let x = path.x.last, let y = path.y.last {
                words += ": ends \(Numeral(distance, digits: 2).text) from 0"
                if window.x.contains(0), window.y.contains(0), window.x.contains(x), window.y.contains(y) {
                    ways.append((x: [0, x], y: [0, y]))
                    marks.append(ReferenceMark(x: [0, x], y: [0, y], color: .ink))
                    marks.append(PointMark(x: [0], y: [0], style: SeriesStyle(color: .ink, textColor: .ink, marker: .square)))
                }
            }
            return Panel(
                title: .words(words),
                x: Axis(LinearScale(window.x.lowerBound, window.x.upperBound), title: surface.letters.x),
                y: Axis(LinearScale(window.y.lowerBound, window.y.upperBound), title: surface.letters.y),
                marks: marks + [path.mark(style)],
                labels: surface == .saddle
                    ? [] : surface.heightLabels(levels.suffix(5), of: field, over: window, avoiding: ways))
        }
    }

    /// Paths that diverge leave the frame, where they are labelled, and do not extend the axis.
    private var heights: Panel {
        let steps = (0...experiment.steps).map(Double.init)
        let kept = measured.paths.filter { !findings.isDiverged($0) }
        let first = measured.paths.compactMap(\.heights.first).filter(\.isFinite)
        let cap = 10 * max((kept.flatMap(\.heights) + first).filter(\.isFinite).max() ?? 1, 0)
        let all = measured.paths.flatMap(\.heights).filter { $0 <= cap || cap == 0 }
        let scale: any Scale = all.contains { $0 <= 0 } ? LinearScale(covering: all) : RatioScale(covering: all)
        return Panel(
            title: .words("Loss by step"),
            x: Axis(OrdinalScale(0, through: experiment.steps), title: .words("step")),
            y: Axis(scale, title: "f", hasGrid: true),
            marks: measured.paths.enumerated().map { index, path in
                LineMark(x: steps, y: path.heights, style: SeriesStyle(ofSeries: index), width: 1.3, name: path.name)
            },
            names: measured.paths.enumerated().compactMap { index, path in
                findings.isDiverged(path)
                    ? nil
                    : EndLabel(
                        .words(path.name), style: SeriesStyle(ofSeries: index), x: steps.last ?? 0, y: path.heights.last ?? .nan)
            },
            isWide: true)
    }

    /// The loss by learning rate; a cross marks the first rate at which a variant diverges in half of the starts.
    private func losses(_ sweep: Trajectory.RateSweep) -> Panel {
        let values = sweep.series.flatMap(\.median).filter { $0 > 0 && $0.isFinite }
        let cap = min(values.max() ?? 1, 30)
        // Losses that fall without bound, like Adagrad's along the axes, do not extend the axis either.
        let floor = min(max(values.min() ?? 1e-6, Self.depth * cap), cap)
        let losing = sweep.series.indices.filter { sweep.series[$0].median.contains { !($0 <= cap) } }
        let base = RatioScale(covering: [floor, cap])
        let step = pow(cap / base.lower, 0.05)
        let cut = sweep.series.map { CutLine($0, from: floor, at: losing.isEmpty ? .infinity : cap) }
        var marks: [any Mark] = []
        var labels: [PointLabel] = []
        // Names have few places that are nearest to their lines, and come first.
        var (names, ends): ([Remark], [Remark]) = ([], [])
        for (index, line) in cut.enumerated() {
            let style = SeriesStyle(ofSeries: index)
            for piece in line.pieces {
                marks.append(LineMark(x: piece.x, y: piece.y, style: style, width: 1.4, hasMarkers: false, name: line.name))
            }
            let series = sweep.series[index]
            let least = series.median.filter { !$0.isNaN }.min() ?? .infinity
            if least >= floor {
                if least <= cap { marks.append(PointMark(x: [sweep.best[index]], y: [least], style: style, size: 5.5)) }
            } else if let end = line.pieces.flatMap({ zip($0.x, $0.y).map { (x: $0, y: $1) } }).first(where: { $0.y <= floor }) {
                // Its lowest value is below the frame, so that there is no marker.
                let words = "↓ to \(Numeral.orderOfMagnitude(least).text) at η = \(Numeral(sweep.best[index], digits: 2).text)"
                ends.append(
                    Remark(.words("\(line.name): \(words)"), of: line.name, color: style.textColor, x: end.x, y: end.y))
            }
            // At the marker of its lowest value, if it has one.
            let marker = (floor...max(cap, floor)).contains(least) ? (x: sweep.best[index], y: least) : nil
            if let place = marker ?? line.placeOfName(among: cut) {
                names.append(
                    Remark(.words(line.name), of: "Line", color: style.textColor, x: place.x, y: place.y, line: line.name))
            }
            if let place = series.median.indices.first(where: { series.median[$0] == .infinity || series.median[$0].isNaN }) {
                let row = losing.firstIndex(of: index) ?? 0
                labels.append(
                    PointLabel(
                        .words("×"), color: style.textColor, x: series.x[place], y: cap * pow(step, Double(row % 3) + 0.3), side: .above))
            }
        }
        let title =
            !isTurned
            ? "Loss by learning rate"
            : sweep.angle == 0 ? "Loss by learning rate, the ravine along the axes" : "Loss by learning rate, the ravine askew as above"
        return Panel(
            title: .words(title),
            x: Axis(RatioScale(experiment.rates.min() ?? 1, experiment.rates.max() ?? 1), title: .row([.words("learning rate "), "η"])),
            y: Axis(losing.isEmpty ? base : RatioScale(base.lower, cap * pow(step, 3.4)), title: "f", hasGrid: true), marks: marks,
            remarks: names + ends, isWide: true, labels: labels)
    }

    /// By the distance of the start from the ridge; small distances are at the right, where the lines are apart and are labelled.
    private var escapes: Panel {
        let offsets = experiment.offsets
        let all = measured.escapes.flatMap(\.median)
        // No run was longer than this; what takes more is drawn above the axis, not at ∞.
        let longest = Double(Trajectory.longest)
        let finite = all.filter(\.isFinite)
        let ordered = offsets.indices.sorted { offsets[$0] > offsets[$1] }
        let lines = measured.escapes.enumerated().map { index, line in
            (line, SeriesStyle(ofSeries: index), ordered.map { line.x[$0] }, ordered.map { min(line.median[$0], 2 * longest) })
        }
        // Of coinciding lines the first is drawn wide, so that it shows behind the next.
        let broad = Set(findings.equals.flatMap { $0.dropLast() })
        var marks: [any Mark] = []
        for (index, (line, style, x, y)) in lines.enumerated() where broad.contains(index) {
            marks.append(
                LineMark(
                    x: x, y: y, style: SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker),
                    width: Self.broad, hasMarkers: false, name: line.name))
        }
        marks += lines.enumerated().filter { !broad.contains($0.offset) }.map { _, entry in
            LineMark(x: entry.2, y: entry.3, style: entry.1, width: 1.3, name: entry.0.name)
        }
        if let (name, rate) = plainDescent {
            let places = ScalarField.places(from: log10(offsets.min() ?? 1), to: log10(offsets.max() ?? 1), count: 33)
            marks.append(
                ReferenceMark(
                    x: places.map { pow(10, $0) },
                    y: places.map { experiment.theory(learningRate: rate, offset: pow(10, $0)) },
                    label: .words("\(name) by theory: ln(R/offset)/ln(1 + 2η)")))
        }
        let costs = lines.indices.compactMap { index -> String? in
            guard let cost = findings.stepsADecade(index)?.rounded(), cost >= 1, cost.isFinite else { return nil }
            let (name, more) = (lines[index].0.name, "+\(Numeral(cost, decimals: 0).text)")
            return findings.endInNumbers ? "\(more) with \(name)" : "\(name) \(more)"
        }
        let more = costs.isEmpty ? "" : "; for a 10× smaller offset \(costs.joined(separator: ", "))"
        return Panel(
            title: .words(
                "Steps until the distance from the saddle is R = \(Numeral(experiment.radius, digits: 3).text)" + more
                    + (finite.count == all.count ? "" : ", at most \(Numeral(longest, decimals: 0).text)")),
            x: Axis(
                ReversedScale(LogScale(covering: offsets)),
                title: .row([.words("offset: "), "y", .words(" at the start (smaller to the right)")])),
            y: Axis(LinearScale(covering: finite.isEmpty ? [longest] : finite, includingZero: true), title: .words("steps"), hasGrid: true),
            marks: marks,
            names: lines.enumerated().compactMap { index, entry in
                let (line, style, x, y) = entry
                guard let x = x.last, let y = y.last else { return nil }
                return broad.contains(index)
                    ? EndLabel(
                        .words(line.name), style: SeriesStyle(color: style.color, textColor: style.textColor, marker: style.marker),
                        x: x, y: y, hasMarkers: false, width: Self.broad)
                    : EndLabel(.words(line.name), style: style, x: x, y: y, width: 1.3)
            },
            isWide: true)
    }

    /// The width in points of a line under another one.
    private static let broad = 4.5

    /// The first variant with plain gradient descent, and its rate.
    private var plainDescent: (name: String, rate: Double)? {
        for variant in experiment.variants where variant.clipping == nil && (variant.l2 ?? 0) == 0 {
            let optimizer = variant.optimizer ?? .descent(Trajectory.standardRate)
            if optimizer.kind == .sgd { return (variant.name, optimizer.learningRate) }
        }
        return nil
    }

    var notes: [Formula] {
        var notes = [
            experiment.variants.optimizerNote(standard: .descent(Trajectory.standardRate), withRate: measured.sweeps.isEmpty)
                + experiment.variants.epsilonNote
        ]
        if let sweep = measured.sweeps.first, let rates = sweep.series.first?.x {
            func text(_ value: Double) -> String { Numeral(value, digits: 2).text }
            let lost = measured.sweeps.contains { $0.series.contains { $0.median.contains { !$0.isFinite } } }
            notes.append(
                "Loss: mean of f over the last \(min(Trajectory.averaged, experiment.steps)) of \(TrajectoryFindings.count(Double(experiment.steps))), median of \(English.count(experiment.starts, "start")), \(starts); \(English.count(rates.count, "chosen rate")) from \(text(rates.first ?? 0)) to \(text(rates.last ?? 0)). Marker: the lowest of a line."
                    + (lost ? " ×: diverges." : ""))
            let winners = findings.winners
            if winners.count > 1 {
                notes.append(
                    "\(measured.sweeps.count > 1 ? "Askew: " : "")\(winners.map { experiment.variants[$0].name }.asNames) are each lowest at some rate (sign test over the starts, p < 0.05)."
                )
            }
        }
        let rates = Set(experiment.variants.map { $0.optimizer?.learningRate ?? Trajectory.standardRate })
        if rates.count > 1, measured.sweeps.isEmpty {
            notes.append("Learning rates differ, so this compares these settings rather than the methods.")
        }
        switch experiment.surface {
        case .saddle:
            notes.append(
                "A saddle point is no optimum: its gradient is 0, but along y the loss falls on both sides. Arrows: down the slope.")
            for group in findings.equals {
                notes.append(
                    "\(group.map { experiment.variants[$0].name }.asNames) take the same number of steps as each other from every offset.")
            }
        case .ravine:
            if isTurned, measured.sweeps.isEmpty { notes.append("u runs along the ravine, v across it.") }
        case .cliff: notes.append("w and b are the weight and the bias of a recurrent unit (Pascanu et al. 2013).")
        case .regression:
            notes.append(
                "The same levels are drawn in each panel: where λ is larger the bowl is steeper and rounder, its bottom nearer to 0.\(findings.hasPenalties ? " Dashed: the distance from 0, the small square." : "")"
            )
            if findings.hasPenalties, !findings.differInPenaltyAlone {
                let penalties = experiment.variants.map { variant in
                    "\(variant.name): \((variant.l2 ?? 0) == 0 ? "none" : "λ\u{A0}=\u{A0}\(Numeral(variant.l2 ?? 0).text)")"
                }
                notes.append("Penalty: \(penalties.joined(separator: "; ")).")
            }
            let samples = Surface.samples.map { sample in
                "(\([sample.a, sample.b, sample.t].map { Numeral($0).text }.joined(separator: ", ")))"
            }
            notes.append("The n = \(samples.count) samples (a, b, t): \(samples.joined(separator: ", ")).")
        }
        let clipping = experiment.variants.clippingNote
        return notes.map { .words($0) } + (clipping.isEmpty ? [] : [.row(clipping)])
    }

    /// "uniform over −5 < u < 5, −2 < v < 2".
    private var starts: String {
        let (x, y) = experiment.surface.starts
        let (across, up) = isTurned ? ("u", "v") : (experiment.surface.letters.x.plainText, experiment.surface.letters.y.plainText)
        func text(_ value: Double) -> String { Numeral(value).text }
        return
            "uniform over \(text(x.lowerBound)) < \(across) < \(text(x.upperBound))\(isTurned ? " along the ravine" : ""), "
            + "\(text(y.lowerBound)) < \(up) < \(text(y.upperBound))\(isTurned ? " across it" : "")"
    }

    var alternative: String {
        "Paths of \(NameList(names: measured.paths.map(\.name), total: measured.paths.count, most: 12).subject) over the heights of \(experiment.surface.words). \(findings.headline)."
    }

    var account: String {
        (["\(experiment.surface.words), from (\(experiment.start.map { Numeral($0, digits: 3).text }.joined(separator: ", ")))."]
            + measured.paths.indices.map { findings.account(of: $0) }).joined(separator: "\n")
    }
}
