package import Drawing
import Escaping
package import Experiments
import Notation
import Plotting
package import Recordings

/// The figures of recorded runs.
/// - Parameters:
///   - title: the topic, in small type above each headline.
///   - pageWidth: the width of the page, in points; nil for what the panels need.
package func recordingFigures(
    _ lesson: RecordedLesson, title: String?, measurer: any TextMeasuring, pageWidth: Double?
) -> [ExperimentFigure] {
    let drawing = RecordingDrawing(lesson, pageWidth: pageWidth)
    return lesson.figures.map { figure in
        let page = drawing.page(figure, title: title)
        let picture = page.picture(
            alternative: drawing.alternative(of: figure), description: drawing.account(of: figure), measurer: measurer, pageWidth: pageWidth
        )
        return ExperimentFigure(picture, name: lesson.figures.count > 1 ? figure.rawValue : nil)
    }
}

/// What is drawn and said of some runs.
struct RecordingDrawing {
    let runs: [DrawnRun]
    /// The most characters of a layer's name in a panel: on a narrow page long ones would leave no room for it.
    private let nameLength: Int

    init(_ lesson: RecordedLesson, pageWidth: Double? = nil) {
        let width = pageWidth ?? .infinity
        nameLength = width < 245 ? 7 : width < 330 ? 9 : 20
        runs = lesson.runs.enumerated().map { DrawnRun($1, number: $0, steps: lesson.steps, layers: lesson.layers) }
    }

    private var isContrast: Bool { runs.count > 1 }

    func page(_ figure: RecordingFigure, title: String?) -> PlotPage {
        let parts = (figure == .page ? Self.parts : [figure]).map { (figure: $0, panels: panels(of: $0)) }
        let isWide = isContrast || figure == .page
        var drawn = parts.flatMap(\.panels)
        let narrow = drawn.indices.filter { !drawn[$0].isWide }
        // Nothing would stand beside the last one.
        if figure == .page, !isContrast, narrow.count % 2 == 1, let last = narrow.last { drawn[last].isWide = true }
        return PlotPage(
            topic: title, headline: .words(headline(of: figure)), subtitle: .words(subtitle), panels: drawn,
            columns: isContrast ? min(runs.count, 3) : 2, sharesAxes: isContrast, notes: notes(of: parts).map { .words($0) },
            width: isWide ? 640 : 480, frameHeight: isWide ? 130 : 200)
    }

    // MARK: Panels

    private static let norm = Formula.norm(.inlinePartial("L", over: "y"))
    private static let ratio = Formula.row([.norm(.row(["Δ", "w"])), .sign(.slash), .norm("w")])

    /// The figures of a page, in its order.
    static let parts: [RecordingFigure] = [.loss, .updates, .decay, .units, .heat]

    private func panels(of figure: RecordingFigure) -> [Panel] {
        switch figure {
        case .page: []
        case .loss: loss
        case .decay: profiles(.gradientNorm, layers: { $0.layers(with: .gradientNorm, in: $0.rows) })
        case .units: profiles(.activationZeros, layers: \.layersWithZeros)
        case .updates: updates
        case .heat: heat
        }
    }

    /// What sets a panel apart: the run, where there are several, and what is shown, where that is more than one thing.
    private func title(_ what: String, _ run: DrawnRun) -> Formula { .words(isContrast ? "\(run.name): \(what)" : what) }

    /// The steps of all runs, so that panels below each other have one axis.
    private var stepAxis: Axis {
        let first = runs.compactMap(\.steps.first).min() ?? 0
        let last = runs.compactMap(\.steps.last).max() ?? 0
        return Axis(LinearScale(Double(first), Double(last)), title: .words("step"))
    }

    private var loss: [Panel] {
        let lines = VariantLines(
            runs.map(\.losses).filter { !$0.x.isEmpty }, styles: Dictionary(runs.map { ($0.name, $0.style) }) { first, _ in first })
        guard !lines.series.isEmpty else { return [] }
        var panel = lines.panel(
            lines.series, title: "Loss", x: stepAxis,
            y: Axis(lossScale(covering: lines.series.heights), title: .words("loss"), hasGrid: true)
        ).withoutCrowdedMarkers
        panel.isWide = isContrast
        if !isContrast { panel.names = [] }
        return [panel]
    }

    private func profiles(_ quantity: Recording.Quantity, layers: (DrawnRun) -> [Int]) -> [Panel] {
        let shown = runs.map { (run: $0, layers: layers($0)) }
        guard shown.contains(where: { !$0.layers.isEmpty }) else { return [] }
        let profiles = shown.map { $0.run.profiles(quantity, of: $0.layers) }
        let isShare = quantity == .activationZeros
        let y =
            isShare
            ? Axis(LinearScale(0, 1), title: .words("share of zeros"), hasGrid: true)
            : Axis(LogScale(covering: profiles.flatMap(\.heights)), title: Self.norm, hasGrid: true)
        return zip(shown, profiles).map { shown, profiles in
            // Panels below each other whose axes have one title have one axis.
            let x = Axis(
                NamedScale(shown.run.names(shown.layers, atMost: min(nameLength, 14))),
                title: .words(isShare ? "layer with zeros" : "layer, from the input on"))
            var panel = panel(of: profiles, x: x, y: y)
            panel.title = title(isShare ? "Zeros among outputs" : "Gradient by layer", shown.run)
            // Where a run has none, its place beside the others stays.
            if shown.run.rows.isEmpty {
                panel.title = .words("\(shown.run.name): none of the steps recorded")
            } else if shown.layers.isEmpty {
                panel.title = .words("\(shown.run.name): \(isShare ? "no zeros among outputs" : "no gradients")")
            }
            return panel
        }
    }

    /// Lines with their names on the right, so that all panels have their names on one side.
    private func panel(of lines: [Series], x: Axis, y: Axis) -> Panel {
        let drawn = VariantLines(lines, styles: [:])
        var panel = drawn.panel(lines, title: nil, x: x, y: y).withoutCrowdedMarkers
        panel.namesStandLeft = false
        panel.names = lines.compactMap { line in
            guard let x = line.x.last, let y = line.median.last else { return nil }
            return EndLabel(.words(line.name), style: drawn.style(of: line), x: x, y: y)
        }
        return panel
    }

    private var updates: [Panel] {
        let shown = runs.map { (run: $0, lines: UpdateLines($0, atMost: nameLength)) }
        guard shown.contains(where: { !$0.lines.curves.isEmpty }) else { return [] }
        let all = shown.flatMap { $0.lines.named.flatMap(\.median) + $0.lines.curves.flatMap { $0.median } }
        // With room on both sides of the usual ratio.
        let y = Axis(LogScale(covering: all + [0.5, 2].map { $0 * RunThresholds.usualRatio }), title: Self.ratio, hasGrid: true)
        return shown.map { run, lines in
            var panel = panel(of: lines.named, x: stepAxis, y: y)
            panel.title = title("Size of steps by layer", run)
            // Where a run has none, its place beside the others stays.
            if lines.curves.isEmpty { panel.title = .words("\(run.name): no sizes of steps") }
            if lines.curves.count > lines.named.count {
                // Layers that were recorded at the same steps together.
                let together = Dictionary(grouping: lines.curves, by: \.x).sorted { $0.key.lexicographicallyPrecedes($1.key) }
                panel.marks.insert(
                    contentsOf: together.map { x, curves in
                        CurvesMark(x: x, curves: curves.map { $0.median.map { $0 > 0 ? $0 : .nan } }, color: .restingLine)
                    }, at: 0)
            }
            if !lines.curves.isEmpty, let first = run.steps.first, let last = run.steps.last {
                // In ink and above the lines, which often lie on it.
                var usual = ReferenceMark.level(
                    RunThresholds.usualRatio, from: Double(first), to: Double(last), label: .words("usual"))
                usual.color = .ink
                panel.marks.append(usual)
            }
            return panel
        }
    }

    private var heat: [Panel] {
        let shown = runs.filter { !$0.heat.rows.isEmpty }
        let numbers = shown.flatMap(\.heat.numbers)
        guard !shown.isEmpty else { return [] }
        let scale = LogScale(covering: numbers)
        let edges = shown.flatMap(\.heat.edges)
        let x = Axis(LinearScale(edges.min() ?? 0, edges.max() ?? 1), title: .words("step"))
        var panels = shown.map { run in
            let table = run.heat
            let most = Double(max(table.layers.count, 1))
            return Panel(
                title: title("Gradient by layer and step", run), x: x,
                y: Axis(ReversedScale(BandScale(run.names(table.layers, atMost: nameLength)))),
                marks: [HeatMark(edges: table.edges, rows: table.rows, scale: scale)],
                isWide: true, aspect: min(max(most * 0.022, 0.12), 0.45))
        }
        panels.append(
            Panel(
                x: Axis(scale, title: Self.norm), y: Axis(BandScale([.words("")])), marks: [HeatMark.key(scale)], isWide: true,
                aspect: 0.015))
        return panels
    }

    // MARK: Words

    func headline(of figure: RecordingFigure) -> String {
        guard isContrast else { return runs.first?.told.verdict ?? "" }
        return Wording.fitting(
            runs.map { "\($0.name): \($0.told.verdictInShort)" }.joined(separator: "; "),
            runs.map { "\(Printable.shortened($0.name)): \($0.told.finding.kind.words)" }.joined(separator: "; "),
            "\(runs.count) runs: "
                + Dictionary(grouping: runs, by: \.told.finding.kind).sorted { $0.key.words < $1.key.words }
                .map { "\($0.value.count) \($0.key.words)" }.joined(separator: ", "))
    }

    private var subtitle: String { runs.map { (isContrast ? "\($0.name): " : "") + $0.described + "." }.joined(separator: " ") }

    private func notes(of parts: [(figure: RecordingFigure, panels: [Panel])]) -> [String] {
        var notes: [String] = []
        for run in runs where !notes.contains(run.told.reason) { notes.append(run.told.reason) }
        if parts.contains(where: { $0.figure == .heat }) {
            let values = runs.flatMap { $0.heat.rows.flatMap(\.self) }
            var signs: [String] = []
            if values.contains(where: { $0?.isNaN == true }) { signs.append("full black (on a dark page white) is NaN") }
            if values.contains(.infinity) { signs.append("hatched is ∞") }
            if values.contains(0) { signs.append("blank is 0") }
            if values.contains(nil) { signs.append("grey is not recorded") }
            if !signs.isEmpty { notes.append("In the map \(signs.joined(separator: ", ")).") }
        }
        var absent = parts.filter(\.panels.isEmpty).map(\.figure)
        if absent.contains(.units), runs.contains(where: { $0.recording.has(.activationZeros) }) {
            notes.append("No layer has zeros among its outputs.")
            absent.removeAll { $0 == .units }
        }
        if !absent.isEmpty { notes.append("Not recorded: \(absent.map(\.rawValue).joined(separator: ", ")).") }
        return notes
    }

    func alternative(of figure: RecordingFigure) -> String { "\(figure.about) \(headline(of: figure))." }

    func account(of figure: RecordingFigure) -> String {
        runs.map { run in
            var parts = ["\(run.told.verdict).", "\(run.described)."]
            if run.told.finding != .nothingToWorryAbout, let course = run.told.course { parts.append("The loss \(course).") }
            for (row, profile) in zip(run.rows, run.profiles(.gradientNorm, of: run.layers(with: .gradientNorm, in: run.rows))) {
                guard let first = profile.median.first, let last = profile.median.last, profile.median.count > 1 else { continue }
                let layers = run.layers(with: .gradientNorm, in: [row])
                guard let one = layers.first, let other = layers.last else { continue }
                parts.append(
                    "Gradient norm at \(profile.name): \(Numeral(first, digits: 3).text) at \(run.told.name(one)), "
                        + "\(Numeral(last, digits: 3).text) at \(run.told.name(other)).")
            }
            return (isContrast ? "\(run.name). " : "") + parts.joined(separator: " ")
        }.joined(separator: "\n")
    }
}

/// The lines of ‖Δw‖/‖w‖ by step.
private struct UpdateLines {
    /// Of each layer.
    let curves: [Series]
    /// Those that bear a name: all where they are few, else the lowest, the middle and the highest.
    let named: [Series]

    private static let mostNamed = 5

    /// - Parameter most: the most characters of a name; nil: any.
    init(_ run: DrawnRun, atMost most: Int? = nil) {
        let labels = most.map { LayerLabels(run.recording.layers, atMost: $0) }
        // Of what was recorded: a number that is none has a mark.
        curves = run.layers.compactMap { layer in
            let known = run.ratios(of: layer)
            guard !known.isEmpty else { return nil }
            let name = labels?.noun(layer) ?? run.recording.layers[layer].name
            return Series(name: name, x: known.map(\.x), values: known.map(\.ratio)).binned(atMost: 300)
        }
        guard curves.count > Self.mostNamed else {
            named = curves
            return
        }
        let ranked = curves.map { (curve: $0, middle: $0.median.filter(\.isFinite).lowerMedian ?? .infinity) }
            .sorted { $0.middle < $1.middle }.map(\.curve)
        named = [ranked[0], ranked[(ranked.count - 1) / 2], ranked[ranked.count - 1]]
    }
}

extension Panel {
    /// Without markers on lines of so many numbers that they would hide the line.
    fileprivate var withoutCrowdedMarkers: Panel {
        var panel = self
        panel.marks = marks.map { mark in
            guard var line = mark as? LineMark, line.x.count > 40 else { return mark }
            line.hasMarkers = false
            return line
        }
        return panel
    }
}

extension RecordingFigure {
    /// What is to be seen, for those who can't.
    fileprivate var about: String {
        switch self {
        case .decay: "Line plot of the gradient’s norm by layer at several steps, on a logarithmic axis."
        case .heat: "Heat map of the gradient’s norm by layer and step."
        case .updates: "Line plot of the size of each layer’s steps relative to its weights."
        case .units: "Line plot of the share of zeros among each layer’s outputs."
        case .loss: "Line plot of the loss by step."
        case .page: "Plots of a training run: its loss, its steps, its gradients by layer and step, and its zeros."
        }
    }
}

extension RunFinding.Kind {
    /// In a sentence.
    var words: String {
        switch self {
        case .diverged: "diverged"
        case .exploding: "exploding"
        case .explodingInTime: "exploding in time"
        case .vanishing: "vanishing"
        case .vanishingInTime: "vanishing in time"
        case .deadUnits: "dead units"
        case .saturation: "saturation"
        case .frozenLayers: "frozen layers"
        case .stepsTooLarge: "steps too large"
        case .stepsTooSmall: "steps too small"
        case .nothingToWorryAbout: "nothing to worry about"
        }
    }
}

// MARK: Data

extension RecordedLesson {
    /// The numbers behind the figures, which `backstep data` prints.
    package var data: MeasuredData {
        let drawing = RecordingDrawing(self)
        let shown = Set(figures.flatMap { $0 == .page ? RecordingDrawing.parts : [$0] })
        var data = MeasuredData()
        var verdicts = MeasuredData.Table("verdict", columns: ["run", "verdict", "sentence"], rows: [])
        var profiles = MeasuredData.Table("layers", columns: ["run", "step", "layer", "gradient-norm", "zeros"], rows: [])
        var heat = MeasuredData.Table("heat", columns: ["run", "layer", "first-step", "last-step", "gradient-norm"], rows: [])
        for run in drawing.runs {
            verdicts.rows.append([.text(run.name), .text(run.told.finding.kind.rawValue), .text(run.told.verdict)])
            if shown.contains(.loss), !run.losses.x.isEmpty {
                var losses = run.losses
                losses.quantity = "loss"
                data.series.append(losses)
            }
            if shown.contains(.updates) {
                for var line in UpdateLines(run).curves {
                    line.quantity = "update-ratio"
                    line.panel = run.name
                    data.series.append(line)
                }
            }
            if !shown.isDisjoint(with: [.decay, .units]) {
                for row in run.rows {
                    for layer in run.layers {
                        let each = run.recording.layers[layer]
                        let norm = run.recording.value(.gradientNorm, layer: layer, at: row)
                        let zeros = run.recording.value(.activationZeros, layer: layer, at: row)
                        guard norm != nil || zeros != nil else { continue }
                        profiles.rows.append(
                            [.text(run.name), .number(Double(run.steps[row])), .text(each.name)]
                                + [norm, zeros].map { $0.map { .number($0) } ?? .text("") })
                    }
                }
            }
            if shown.contains(.heat) {
                for (layer, row) in zip(run.heat.layers, run.heat.rows) {
                    for (column, value) in zip(run.heat.columns, row) {
                        guard let value else { continue }
                        heat.rows.append([
                            .text(run.name), .text(run.recording.layers[layer].name), .number(Double(column.first)),
                            .number(Double(column.last)), .number(value),
                        ])
                    }
                }
            }
        }
        data.tables = [verdicts, profiles, heat].filter { !$0.rows.isEmpty }
        return data
    }
}
