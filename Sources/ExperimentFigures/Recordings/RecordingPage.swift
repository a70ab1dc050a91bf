package import Drawing
import Escaping
import Experiments
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
            alternative: drawing.alternative(of: figure), description: drawing.account, measurer: measurer, pageWidth: pageWidth
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
        let isHalf = lesson.runs.count > 1 && width < 560
        nameLength = width < 245 ? 7 : width < 330 ? 9 : isHalf ? 13 : 20
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
            topic: title, headline: .words(headline), subtitle: .words(subtitle), panels: drawn,
            columns: isContrast ? min(runs.count, 3) : 2, sharesAxes: isContrast, notes: notes(of: parts).map { .words($0) },
            width: isWide ? 640 : 480, frameHeight: frameHeight(of: figure), isDense: figure == .page)
    }

    /// Of the panels on a page, of which there are many, or of one figure alone; in points.
    private func frameHeight(of figure: RecordingFigure) -> Double {
        switch figure {
        case .page: isContrast ? 58 : 112
        case .loss, .updates, .decay, .units, .heat: isContrast ? 130 : 200
        }
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
            ? Axis(LinearScale(0, 1), title: .words("share"), hasGrid: true)
            : Axis(LogScale(covering: profiles.flatMap(\.heights)), title: Self.norm, hasGrid: true)
        return zip(shown, profiles).map { shown, profiles in
            // Panels below each other whose axes have one title have one axis.
            let x = Axis(
                NamedScale(shown.run.names(shown.layers, atMost: min(nameLength, 14))),
                title: isShare ? nil : .words("layer, input first"))
            var panel = panel(of: profiles, x: x, y: y)
            panel.title = title(isShare ? "Zeros in outputs" : "Gradient by layer", shown.run)
            // Where a run has none, its place beside the others stays.
            if shown.run.rows.isEmpty {
                panel.title = .words("\(shown.run.name): none of the steps recorded")
            } else if shown.layers.isEmpty {
                panel.title = .words("\(shown.run.name): \(isShare ? "no zeros in outputs" : "no gradients")")
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
            panel.title = title("Size of steps", run)
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
                // In ink and above the lines, which often lie on it; beside each other panels have it at one height.
                let isNamed = run.name == shown.first { !$0.lines.curves.isEmpty }?.run.name
                var usual = ReferenceMark.level(
                    RunThresholds.usualRatio, from: Double(first), to: Double(last), label: isNamed ? .words("usual") : nil)
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
        let names = shown.map { $0.names($0.heat.layers, atMost: nameLength) }
        var panels = zip(shown, names).enumerated().map { number, drawn in
            let (run, layers) = drawn
            let table = run.heat
            let most = Double(max(table.layers.count, 1))
            var panel = Panel(
                title: title("Gradient by step", run), x: x, y: Axis(ReversedScale(BandScale(layers))),
                marks: [HeatMark(edges: table.edges, rows: table.rows, scale: scale)],
                isWide: true, aspect: min(max(most * 0.022, 0.12), 0.43))
            // Maps beside each other have the layers' names once, so that they must have the same layers.
            panel.joinsRow = number > 0 && layers == names[0]
            return panel
        }
        panels.append(
            Panel(
                x: Axis(scale, title: Self.norm), y: Axis(BandScale([.words("")])), marks: [HeatMark.key(scale)], isWide: true,
                aspect: 0.015))
        return panels
    }

    // MARK: Words

    var headline: String {
        guard isContrast else { return runs.first?.told.verdict ?? "" }
        return Wording.fitting(
            runs.map { "\($0.name): \($0.told.verdictInShort)" }.joined(separator: "; "),
            runs.map { "\(Printable.shortened($0.name)): \($0.told.kind)" }.joined(separator: "; "),
            "\(runs.count) runs: "
                + Dictionary(grouping: runs, by: \.told.kind).sorted { $0.key < $1.key }
                .map { "\($0.value.count) \($0.key)" }.joined(separator: ", "))
    }

    private var subtitle: String {
        guard isContrast else {
            return runs.flatMap { [$0.described, $0.setup] }.compactMap(\.self).map { "\($0)." }.joined(separator: " ")
        }
        return [told(runs.map(\.described)), told(runs.map { $0.setup ?? "" })].compactMap(\.self).joined(separator: " ")
    }

    /// Sentences on the runs: what all have in common is said once; nil where there is none.
    private func told(_ texts: [String]) -> String? {
        if let first = texts.first, Set(texts).count == 1 { return first.isEmpty ? nil : "Each run: \(first)." }
        return zip(runs, texts).filter { !$1.isEmpty }.map { "\($0.name): \($1)." }.joined(separator: " ")
    }

    /// What each verdict rests on; of several runs with the names of those that it is about.
    private var reasons: [String] {
        guard isContrast else { return runs.map(\.told.reason) }
        var told: [(reason: String, names: [String])] = []
        for run in runs {
            if let known = told.firstIndex(where: { $0.reason == run.told.reason }) {
                told[known].names.append(run.name)
            } else {
                told.append((run.told.reason, [run.name]))
            }
        }
        return told.map { told in
            let names = NameList(names: told.names, total: runs.count, most: runs.count).subject
            return "\(names): \(told.reason.prefix(1).lowercased())\(told.reason.dropFirst())"
        }
    }

    private func notes(of parts: [(figure: RecordingFigure, panels: [Panel])]) -> [String] {
        var notes = reasons
        if !isContrast { notes += runs.compactMap(\.told.noteOnLosses) }
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

    func alternative(of figure: RecordingFigure) -> String { "\(figure.about) \(headline)." }

    var account: String {
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
