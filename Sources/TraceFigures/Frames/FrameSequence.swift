import Autodiff
package import Drawing
import NeuralNetworks
import Notation
package import Telling
package import Traces
import Typesetting

/// The frames of a step-through: one a step, all of one size and one layout.
///
/// A frame has its place in the whole, the question, the picture of the trace with what the step speaks of, what was
/// found so far, the formula with its numbers, and the sentence of what it means.
package struct FrameSequence: Sendable {
    package let trace: Trace
    let steps: [Step]
    let scene: any TraceScene
    let typesetter: Typesetter
    let layout: Layout
    private let found: FoundSoFar
    /// The conventions of the loss; empty of an expression.
    private let strip: String
    /// Each scalar that is found, with the step that finds it, in the order of the steps.
    private let foundScalars: [Finding.Kind: [(scalar: ScalarID, step: Int)]]

    /// What descriptions of frames say again and again.
    private let equations = Memo<Place, String>()

    private struct Place: Hashable, Sendable { let step, finding: Int }

    /// The same for every frame, in points.
    struct Layout {
        var size: Size
        var headlineSize: Double
        var scene: Point
        var found: Point
        var panel: Rect
        var progress: Point
        var foot: Point
        /// The baseline of the first line under the progress bar.
        var note: Double
        var foundHeight: Double
        var formulaWidth: Double
        /// How much larger than usual the words and formulas around a wide picture are.
        var scale: Double
        var sentenceWidth: Double { FrameSequence.sentenceWidth * scale }
    }

    static let margin = 28.0
    static let sentenceWidth = 190.0
    static let leastWidth = 760.0

    /// - Parameters:
    ///   - steps: of this trace.
    ///   - scene: the picture of the trace that every frame holds.
    package init(
        _ trace: Trace, steps: [Step], scene: any TraceScene, measurer: any TextMeasuring,
        notation: NotationStyle = .automatic
    ) {
        self.trace = trace
        self.steps = steps
        self.scene = scene
        let typesetter = Typesetter(measurer: measurer)
        self.typesetter = typesetter
        found = FoundSoFar(steps: steps, typesetter: typesetter, height: max(scene.size.height, 150))
        strip = trace.lowered == nil ? "" : Storyteller(trace, notation: notation).strip
        layout = Self.layout(trace, steps: steps, scene: scene, found: found, strip: strip, typesetter: typesetter)
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

    /// Of every frame.
    package var size: Size { layout.size }

    package var count: Int { steps.count }

    private static func layout(
        _ trace: Trace, steps: [Step], scene: any TraceScene, found: FoundSoFar, strip: String, typesetter: Typesetter
    ) -> Layout {
        let foundHeight = found.height
        let width = max(leastWidth, scene.size.width + found.width + 3 * margin).rounded(.up)
        let inner = width - 2 * margin
        let scale = min(max(width / 1000, 1), 1.6)
        let formulaWidth = inner - sentenceWidth * scale - FormulaPanel.gap - 2 * FormulaPanel.padding
        var headlineSize = 19.0 * scale
        var panelHeight = 90.0 * scale
        for step in steps {
            let panel = FormulaPanel(
                telling: FrameTelling(step), typesetter: typesetter, width: formulaWidth,
                sentenceWidth: sentenceWidth * scale, scale: scale)
            panelHeight = max(panelHeight, panel.formula().height, panel.sentence().height)
            while headlineSize > 11,
                typesetter.layoutText(step.question, font: Font(size: headlineSize, weight: .semibold)).width > inner
            { headlineSize -= 0.5 }
        }
        let sceneTop = margin + 12 * scale + 8 + headlineSize * 1.3 + 20
        let panelTop = sceneTop + foundHeight + 18
        let panel = Rect(margin, panelTop, inner, panelHeight + 2 * FormulaPanel.padding)
        let sceneSpace = inner - found.width - margin
        // As long as the longest of all samples.
        let batch = trace.lowered?.problem.inputs.shape[0] ?? 1
        let longest = strip + (scene.showsOneSample && batch > 1 ? " The picture shows sample \(batch) of \(batch)." : "")
        let further = max(0, notes(longest, width, typesetter).count - 1)
        let bottom = (panel.maxY + 18 + ProgressBar.height + (trace.lowered == nil ? 0 : 16) + margin - 6).rounded(.up)
        return Layout(
            size: Size(width, bottom + noteLead * Double(further)),
            headlineSize: headlineSize,
            scene: Point(
                margin + max(0, (sceneSpace - scene.size.width) / 2), sceneTop + (foundHeight - scene.size.height) / 2),
            found: Point(width - margin - found.width, sceneTop), panel: panel,
            progress: Point(margin, panel.maxY + 16), foot: Point(width - margin, margin + 9), note: bottom - margin + 8,
            foundHeight: foundHeight, formulaWidth: formulaWidth, scale: scale)
    }
}

extension FrameSequence {
    /// - Precondition: `index` is below `count`.
    package func picture(_ index: Int) -> Picture {
        let step = steps[index]
        let telling = telling(index)
        let margin = Self.margin
        var list = DisplayList()

        let place = "\(step.phase.heading) · step \(index + 1) of \(count)"
        var y = margin + 9
        list.append(
            typesetter.layoutText(.words(place), font: Font(size: 9.5 * layout.scale, weight: .semibold), color: step.phase.color)
                .moved(to: Point(margin, y)).content)
        if let title = trace.title {
            let topic = typesetter.layoutText(.words(title), font: Font(size: 9 * layout.scale), color: .quietInk)
            if topic.width < layout.size.width / 2 {
                list.append(topic.moved(to: Point(layout.foot.x - topic.width, y)).content)
            }
        }
        y += 10 + layout.headlineSize
        for line in typesetter.wrapText(
            step.question, font: Font(size: layout.headlineSize, weight: .semibold), width: layout.size.width - 2 * margin)
        {
            list.append(line.moved(to: Point(margin, y)).content)
            y += layout.headlineSize * 1.2
        }
        list.append(scene.draw(state(index, telling)).translated(by: layout.scene))
        list.append(found.draw(upTo: index, telling).translated(by: layout.found))

        var calculation = DisplayList()
        calculation.fill(.rect(layout.panel, radius: 8), .panel)
        let panel = FormulaPanel(
            telling: telling, typesetter: typesetter, width: layout.formulaWidth,
            sentenceWidth: layout.sentenceWidth, scale: layout.scale)
        let inside = layout.panel.insetBy(FormulaPanel.padding, FormulaPanel.padding)
        let (formula, height) = panel.formula()
        calculation.append(formula.translated(by: Point(inside.minX, inside.minY + (inside.height - height) / 2)))
        let (sentence, sentenceHeight) = panel.sentence()
        calculation.append(
            sentence.translated(
                by: Point(inside.maxX - layout.sentenceWidth, inside.minY + (inside.height - sentenceHeight) / 2)))
        list.group(Group(.formula, step.question.plainText, words: step.sentence.plainText), calculation)
        list.append(
            ProgressBar(steps: steps, typesetter: typesetter, width: layout.size.width - 2 * margin).draw(at: index)
                .translated(by: layout.progress))
        y = layout.note
        for line in Self.notes(strip + shownSample(index), layout.size.width, typesetter) {
            list.append(line.moved(to: Point(margin, y)).content)
            y += Self.noteLead
        }
        return Picture(
            size: layout.size, background: .page, content: list, title: step.question.plainText,
            alternative: alternative(index, telling), description: description(index, telling))
    }

    /// The picture of the trace at a step, for a page that tells the rest in words.
    /// - Precondition: `index` is below `count`.
    package func scenePicture(_ index: Int) -> Picture {
        let telling = telling(index)
        return Picture(
            size: scene.size, background: .page, content: scene.draw(state(index, telling)),
            title: steps[index].question.plainText, alternative: alternative(index, telling))
    }

    /// What the picture shows at a step: values as they are computed, gradients as they are found.
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
            for finding in earlier.findings { state.updated[finding.scalar] = finding.value }
        }
        // What is computed from clipped gradients is computed from what the picture shows.
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

    /// The sample that a step tells of: its scalar's, of parameters that of the steps around.
    private func sample(_ index: Int) -> Int {
        if let own = steps[index].findings.first.flatMap({ sample(of: $0.scalar) }) { return own }
        for step in steps { if let sample = step.findings.first.flatMap({ sample(of: $0.scalar) }) { return sample } }
        return 0
    }

    /// The sample that a scalar belongs to; nil of parameters and statistics.
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

    /// The lines at the foot of a page of this width.
    private static func notes(_ text: String, _ width: Double, _ typesetter: Typesetter) -> [Laid] {
        guard !text.isEmpty else { return [] }
        return typesetter.wrapText(.words(text), font: Font(size: 7.5), width: width - 2 * margin, color: .quietInk)
    }

    private static let noteLead = 10.0

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

    private func description(_ index: Int, _ telling: FrameTelling) -> String {
        let kind = steps[index].findings.first?.kind
        // From the last to the first, no further than is told.
        let before = steps[..<index].indices.reversed().lazy.flatMap { index in
            steps[index].findings.indices.reversed().map { Place(step: index, finding: $0) }
        }
        .filter { steps[$0.step].findings[$0.finding].kind == kind }.prefix(40).reversed().map(equation)
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
