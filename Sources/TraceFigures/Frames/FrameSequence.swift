import Autodiff
package import Drawing
import NeuralNetworks
import Notation
package import Telling
package import Traces
import Typesetting

/// The frames of a step-through: one for each step, all with the same size and layout.
///
/// A frame has its position in the sequence, the question, the picture of the trace with the step's numbers highlighted, the findings so
/// far, the formula with its numbers, and the sentence about its meaning.
package struct FrameSequence: Sendable {
    package let trace: Trace
    let steps: [Step]
    let scene: any TraceScene
    let typesetter: Typesetter
    let layout: FrameLayout
    private let pageLayout: FrameLayout
    /// The picture without numbers, for the overview next to a window; the same at every step.
    private let whole: DisplayList
    private let found: FoundSoFar
    /// The conventions of the loss; empty for an expression.
    private let strip: [Formula]
    private let lossByStep: StepPlot?
    /// Each scalar with the step that finds it, in the order of the steps.
    private let foundScalars: [Finding.Kind: [(scalar: ScalarID, step: Int)]]

    /// Equations that the descriptions of frames repeat.
    private let equations = Memo<Place, String>()

    private struct Place: Hashable, Sendable { let step, finding: Int }

    /// - Parameters:
    ///   - steps: the steps of this trace.
    ///   - scene: the picture of the trace that every frame shows, or shows a window of.
    ///   - size: the size of a frame, in points.
    package init(
        _ trace: Trace, steps: [Step], scene: any TraceScene, measurer: any TextMeasuring,
        notation: NotationStyle = .automatic, size: Size = FrameSequence.usualSize
    ) {
        self.trace = trace
        self.steps = steps
        self.scene = scene
        let typesetter = Typesetter(measurer: measurer)
        self.typesetter = typesetter
        let found = FoundSoFar(steps: steps, typesetter: typesetter)
        self.found = found
        let teller = Storyteller(trace, notation: notation)
        lossByStep = StepPlot(trace, typesetter)
        strip = (trace.lowered == nil ? [] : [teller.strip, .words(" ")]) + (teller.stepSummary.map { [.words($0 + ".")] } ?? [])
        pageLayout = .page(scene: scene)
        var unread = SceneState()
        (unread.values, unread.gradients, unread.isQuiet, unread.isOverview) = ([], [], true, true)
        whole = scene.draw(unread)
        layout = .fitting(
            size, scene: scene, steps: steps, found: found, foot: lossByStep == nil ? 0 : StepPlot.height, typesetter: typesetter)
        foundScalars = Self.foundScalars(trace, steps)
    }

    private static func foundScalars(_ trace: Trace, _ steps: [Step]) -> [Finding.Kind: [(scalar: ScalarID, step: Int)]] {
        var found: [Finding.Kind: [(scalar: ScalarID, step: Int)]] = [:]
        for (index, step) in steps.enumerated() {
            for finding in step.findings { found[finding.kind, default: []].append((finding.scalar, index)) }
            guard step.omitted > 0, let kind = step.findings.first?.kind else { continue }
            for scalar in trace.pass.value(step.tensor).scalars.indices {
                found[kind, default: []].append((ScalarID(step.tensor, scalar), index))
            }
        }
        return found
    }

    /// The size of a frame for a projector, in points.
    package static let usualSize = FrameLayout.usualSize

    /// The size of every frame.
    package var size: Size { layout.size }

    package var count: Int { steps.count }
}

extension FrameSequence {
    /// - Precondition: `index` is below `count`.
    package func picture(_ index: Int) -> Picture {
        let step = steps[index]
        let telling = telling(index)
        let margin = FrameLayout.margin
        var list = DisplayList()
        let place = "\(step.phase.heading) · step \(index + 1) of \(count)"
        var y = margin + 8
        list.append(
            typesetter.layoutText(.words(place), font: Font(size: 8.5, weight: .semibold), color: step.phase.color)
                .moved(to: Point(margin, y)).content)
        if let title = trace.title {
            let topic = typesetter.layoutText(.words(title), font: Font(size: 8), color: .quietInk)
            if topic.width < layout.headWidth / 2 {
                list.append(topic.moved(to: Point(margin + layout.headWidth - topic.width, y)).content)
            }
        }
        y += 6 + layout.headlineSize
        for line in typesetter.wrapText(step.question, font: Font(size: layout.headlineSize, weight: .semibold), width: layout.headWidth) {
            list.append(line.moved(to: Point(margin, y)).content)
            y += layout.headlineSize * 1.2
        }
        list.append(stage(index, telling, on: layout))
        list.append(panel(index, telling))
        if let room = foundRoom(index) {
            list.append(found.draw(upTo: index, telling, height: room.height).translated(by: Point(room.minX, room.minY)))
        }
        list.append(
            ProgressBar(steps: steps, typesetter: typesetter, width: layout.inner).draw(at: index).translated(by: layout.progress))
        let note = typesetter.wrapText(
            .row(strip.flatMap(\.parts) + [.words(shownSample(index))]), font: Font(size: 7), width: layout.inner, color: .quietInk)
        // Without the plot of the loss there is room for two lines of it. If it is too long even so, it is still on the page.
        if note.count <= (lossByStep != nil && layout.foot == 0 ? 2 : 1) {
            for (index, line) in note.enumerated() { list.append(line.moved(to: Point(margin, layout.note + 9 * Double(index))).content) }
        }
        if layout.foot > 0, let lossByStep { list.append(lossByStep.draw().translated(by: layout.lossByStep)) }
        return Picture(
            size: layout.size, background: .page, content: list.scaled(by: layout.growth), title: step.question.plainText,
            alternative: alternative(index, telling), description: description(index))
    }

    /// The picture of the trace, or the window with the step's numbers and an overview next to it.
    private func stage(_ index: Int, _ telling: FrameTelling, on layout: FrameLayout) -> DisplayList {
        let drawn = scene.draw(state(index, telling))
        guard let window = window(telling, on: layout) else { return drawn.translated(by: shift(of: nil, on: layout)) }
        var list = drawn.seen(through: FrameLayout.room(of: window, in: scene.size), measuredBy: typesetter.measurer)
            .translated(by: shift(of: window, on: layout))
        guard let map = layout.map else { return list }
        let scale = map.width / scene.size.width
        func onMap(_ place: Rect) -> Rect {
            Rect(map.minX + place.minX * scale, map.minY + place.minY * scale, place.width * scale, place.height * scale)
        }
        list.append(whole.withoutTexts(lineWidth: 0.5 / scale).scaled(by: scale).translated(by: Point(map.minX, map.minY)))
        for highlight in telling.highlights {
            guard let place = scene.anchor(of: highlight.place) else { continue }
            list.stroke(.rect(onMap(place), radius: 1), Stroke(Paint(of: highlight.role), width: 1))
        }
        list.stroke(.rect(onMap(window), radius: 2), Stroke(.ink, width: 1))
        return list
    }

    /// The part of the scene with the step's numbers; nil where all of it has room.
    private func window(_ telling: FrameTelling, on layout: FrameLayout) -> Rect? {
        let keys = telling.highlights.map(\.place).filter { scene.anchor(of: $0) != nil }
        return layout.window(on: keys.compactMap(scene.anchor), in: keys.map(scene.surroundings))
    }

    /// How far the scene is moved so that it, or the window on it, is in the middle of the stage.
    private func shift(of window: Rect?, on layout: FrameLayout) -> Point {
        let part = window ?? Rect(0, 0, scene.size.width, scene.size.height)
        return Point(
            layout.stage.minX + (layout.stage.width - part.width) / 2 - part.minX,
            layout.stage.minY + (layout.stage.height - part.height) / 2 - part.minY)
    }

    /// The panel is as high as the step's formula, at the bottom of the page or at the top of its column.
    private func panelBox(_ index: Int) -> Rect {
        var box = layout.panel
        box.height = layout.panelHeight(FrameTelling(steps[index]), at: index, typesetter)
        if !layout.stacksSentence { box.y = layout.panel.maxY - box.height }
        return box
    }

    /// The box of the findings: next to the picture, or below the panel's column.
    private func foundRoom(_ index: Int) -> Rect? {
        guard layout.stacksSentence else { return layout.found }
        let top = panelBox(index).maxY + FrameLayout.gap
        let room = Rect(layout.panel.minX, top, layout.panel.width, layout.stage.maxY - top)
        return room.height >= 60 ? room : nil
    }

    private func panel(_ index: Int, _ telling: FrameTelling) -> DisplayList {
        let step = steps[index]
        let (panel, isStacked) = layout.panel(for: telling, at: index, typesetter)
        let box = panelBox(index)
        let inside = box.insetBy(FrameLayout.padding, FrameLayout.padding)
        let (formula, height) = panel.formula()
        let (sentence, sentenceHeight) = panel.sentence()
        var list = DisplayList()
        list.fill(.rect(box, radius: 6), .panel)
        if isStacked {
            list.append(formula.translated(by: Point(inside.minX, inside.minY)))
            list.append(sentence.translated(by: Point(inside.minX, inside.minY + height + layout.sentenceGap)))
        } else {
            list.append(formula.translated(by: Point(inside.minX, inside.minY + (inside.height - height) / 2)))
            list.append(
                sentence.translated(
                    by: Point(inside.maxX - layout.sentenceWidth, inside.minY + (inside.height - sentenceHeight) / 2)))
        }
        var group = DisplayList()
        group.group(Group(.formula, step.question.plainText, words: step.sentence.plainText), list)
        return group
    }

    /// The picture of the trace at a step, for a page that says the rest in words; of a large picture only the window with the step's
    /// numbers, with an overview above it.
    /// - Precondition: `index` is below `count`.
    package func scenePicture(_ index: Int) -> Picture {
        let telling = telling(index)
        return Picture(
            size: pageSize, background: .page, content: stage(index, telling, on: pageLayout), title: steps[index].question.plainText,
            alternative: alternative(index, telling))
    }

    /// How far from the left of its `scenePicture` a step's result is, the first of several, in points; nil where the picture does not show it.
    /// - Precondition: `index` is below `count`.
    package func middleOfResult(_ index: Int) -> Double? {
        let telling = telling(index)
        guard let box = telling.step.results.lazy.compactMap({ scene.anchor(of: $0.place) }).first else { return nil }
        return box.center.x + shift(of: window(telling, on: pageLayout), on: pageLayout).x
    }

    /// The size of every `scenePicture`.
    package var pageSize: Size {
        guard let map = pageLayout.map else { return scene.size }
        return Size(pageLayout.stage.width, map.height + FrameLayout.gap + pageLayout.stage.height)
    }

    /// The state of the picture at a step: values that have been computed and gradients that have been found.
    private func state(_ index: Int, _ telling: FrameTelling) -> SceneState {
        var state = SceneState()
        state.isQuiet = true
        state.highlights = telling.highlights
        state.precision = telling.step.precision
        let step = steps[index]
        state.sample = sample(index)
        func known(_ kind: Finding.Kind) -> Set<ScalarID> {
            Set((foundScalars[kind] ?? []).lazy.prefix { $0.step <= index }.map(\.scalar))
        }
        for earlier in steps[...index] where earlier.phase == .update {
            for finding in earlier.findings where finding.kind == .update { state.updated[finding.scalar] = finding.value }
        }
        // Later steps compute from clipped gradients, so the picture shows these.
        for earlier in steps[...index] {
            for finding in earlier.findings where finding.kind == .clipped && finding.key != .norm {
                state.clipped[finding.scalar] = finding.value
            }
        }
        switch step.phase {
        case .forward, .loss:
            state.values = known(.value)
            state.gradients = []
        case .backward: state.gradients = known(.gradient)
        case .update: break
        }
        return state
    }

    /// The sample of a step: that of its scalar, or for parameters that of the first step with one.
    private func sample(_ index: Int) -> Int {
        if let own = steps[index].findings.first.flatMap({ sample(of: $0.scalar) }) { return own }
        for step in steps { if let sample = step.findings.first.flatMap({ sample(of: $0.scalar) }) { return sample } }
        return 0
    }

    /// The sample that a scalar belongs to; nil for parameters and statistics.
    private func sample(of scalar: ScalarID) -> Int? {
        guard let batch = trace.lowered?.problem.inputs.shape[0], trace.tape[scalar.tensor].shape.first == batch,
            trace.tape[scalar.tensor].origin != .source(.parameter)
        else { return nil }
        return scalar.index / max(1, trace.pass.value(scalar.tensor).count / batch)
    }

    private func telling(_ index: Int) -> FrameTelling {
        guard let batch = trace.lowered?.problem.inputs.shape[0], batch > 1 else { return FrameTelling(steps[index]) }
        let shown = sample(index)
        return FrameTelling(steps[index]) { sample(of: $0).map { $0 == shown } ?? true }
    }

    private func shownSample(_ index: Int) -> String {
        guard scene.showsOneSample, let batch = trace.lowered?.problem.inputs.shape[0], batch > 1 else { return "" }
        return " The picture shows sample \(sample(index) + 1) of \(batch)."
    }

    private func alternative(_ index: Int, _ telling: FrameTelling) -> String {
        let step = steps[index]
        return "\(step.phase.heading), step \(index + 1) of \(count). \(step.question.plainText) "
            + results(telling).joined(separator: "; ") + "."
    }

    private func results(_ telling: FrameTelling) -> [String] {
        zip(telling.step.findings, telling.lines).map { finding, line in
            let name = finding.inlineSymbol.plainText
            guard let line else { return "\(name) = \(telling.numeral(finding).text)" }
            return "\(name) = \(line.numeric.plainText) \(line.relation.rawValue) \(line.result.text)"
        }
    }

    private func description(_ index: Int) -> String {
        let kind = steps[index].findings.first?.kind
        // From the last to the first, and no further back than is described.
        let places = (0..<index).reversed().lazy.flatMap { index in
            steps[index].findings.indices.reversed().map { Place(step: index, finding: $0) }
        }
        let described: [Place] = places.filter { steps[$0.step].findings[$0.finding].kind == kind }.prefix(40).reversed()
        let before = described.map(equation)
        return [
            steps[index].sentence.plainText,
            before.isEmpty ? "" : "Found before: " + before.joined(separator: "; ") + ".",
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// "w₅ = 0.4".
    private func equation(_ place: Place) -> String {
        equations.value(of: place) {
            let finding = steps[place.step].findings[place.finding]
            return "\(finding.inlineSymbol.plainText) = \(Numeral(finding.value).text)"
        }
    }
}
