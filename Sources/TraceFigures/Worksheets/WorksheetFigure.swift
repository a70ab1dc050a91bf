import Autodiff
import Drawing
import Notation
import Telling
import Traces

/// The lesson's figure with boxes where the numbers stood that a worksheet asks for.
struct WorksheetFigure {
    private let worksheet: Worksheet
    private let scene: any TraceScene
    private let measurer: any TextMeasuring

    init(_ worksheet: Worksheet, _ scene: any TraceScene, measurer: any TextMeasuring) {
        (self.worksheet, self.scene, self.measurer) = (worksheet, scene, measurer)
    }

    /// Of a box that a pencil writes in, in points: 5 mm high.
    static let leastBox = Size(40, 14)
    /// Between a number and its box, to both sides together.
    static let boxMargin = 8.0

    /// The sheet's, and what the key writes over it.
    var drawings: (sheet: DisplayList, key: DisplayList, size: Size) {
        var sheet = scene.draw(given)
        var (boxes, key) = (DisplayList(), DisplayList())
        // A node may stand for several numbers that are the same: a recurrent cell's sum for its terms.
        var written: [Rect] = []
        for question in worksheet.questions {
            guard let shown = shown(question.key, as: question.printed) else { continue }
            let box = box(shown, beside: written)
            if written.contains(box) { continue }
            written.append(box)
            sheet.append(DisplayList(items: shown.name))
            boxes.fill(.rect(box), .page)
            boxes.stroke(.rect(box), Stroke(.ink, width: 0.8))
            key.append(DisplayList(items: shown.number))
        }
        sheet.append(boxes)
        return (sheet, key, scene.size)
    }

    /// With the number in its middle; where another box is in the way, a short number stands at one of its ends.
    private func box(_ shown: Shown, beside others: [Rect]) -> Rect {
        let ink = shown.ink
        let width = max(ink.width + Self.boxMargin, Self.leastBox.width)
        let height = max(ink.height + 5, Self.leastBox.height)
        // A name before the number keeps its place.
        guard shown.name.isEmpty else { return Rect(ink.minX - 1.5, ink.center.y - height / 2, width, height) }
        let end = Self.boxMargin / 2
        let starts = [ink.center.x - width / 2, ink.minX - end, ink.maxX + end - width]
        let boxes = starts.map { Rect($0, ink.center.y - height / 2, width, height) }
        return boxes.first { box in others.allSatisfy { $0 == box || !$0.overlaps(box) } } ?? boxes[0]
    }

    private var state: SceneState {
        var state = SceneState()
        state.precision = worksheet.precision
        state.keepsSecrets = true
        return state
    }

    /// What is neither asked for nor follows from what is.
    private var given: SceneState {
        var state = state
        var (values, gradients): (Set<ScalarID>, Set<ScalarID>) = ([], [ScalarID(worksheet.trace.pass.result, 0)])
        let trace = worksheet.trace
        let asked = Set(worksheet.questions.map(\.key))
        let asksValues = asked.contains { if case .value = $0 { true } else { false } }
        for id in trace.tape.allIDs {
            for index in 0..<trace.tape[id].shape.reduce(1, *) where !asked.contains(.value(ScalarID(id, index).key)) {
                // Where some are asked for, others beside them may give them away.
                if !asksValues { values.insert(ScalarID(id, index)) }
            }
        }
        for number in worksheet.given {
            switch number.key {
            case .value(let scalar): values.insert(ScalarID(scalar))
            case .gradient(let scalar): gradients.insert(ScalarID(scalar))
            case .clipped, .updated, .remembered, .atStep, .norm, .local, .contribution, .probability, .rest, .branch: break
            }
        }
        state.values = values
        state.gradients = gradients
        return state
    }

    /// What shows a number: its digits, with the sum that they end where it has one, and the name before a value.
    private struct Shown {
        var name: [DisplayList.Item] = []
        var number: [DisplayList.Item] = []
        var ink: Rect
    }

    /// Nil of what has no place in the figure, or is summed up there: the norm of a gradient, the first few of many values.
    private func shown(_ key: NumberKey, as printed: Numeral) -> Shown? {
        var (without, with) = (state, state)
        let result = ScalarID(worksheet.trace.pass.result, 0)
        (without.values, without.gradients) = ([], [result])
        (with.values, with.gradients) = (without.values, without.gradients)
        var isValue = false
        switch key {
        case .value(let scalar): (with.values, isValue) = ([ScalarID(scalar)], true)
        case .gradient(let scalar): with.gradients = [result, ScalarID(scalar)]
        case .clipped, .updated, .remembered, .atStep, .norm, .local, .contribution, .probability, .rest, .branch: return nil
        }
        let known = Set(scene.draw(without).leaves)
        let new = scene.draw(with).leaves.filter { !known.contains($0) }
        // The digits are what is written last.
        var (digits, start) = ("", new.endIndex)
        while start > new.startIndex, digits != printed.text.onOneLevel {
            start -= 1
            if case .text(let run) = new[start] { digits = run.text.onOneLevel + digits }
        }
        guard digits == printed.text.onOneLevel, !digits.isEmpty else { return nil }
        if !isValue { start = new.startIndex }
        let number = new[start...].filter { if case .text = $0 { true } else { false } }
        let boxes = number.compactMap { item -> Rect? in
            if case .text(let run) = item { run.box(measuredBy: measurer) } else { nil }
        }
        guard let first = boxes.first else { return nil }
        return Shown(
            name: Array(new[..<start]), number: number, ink: boxes.dropFirst().reduce(first) { $0.union($1) })
    }
}

extension DisplayList {
    /// What is drawn, in order, whatever it belongs to.
    fileprivate var leaves: [Item] { Self.leaves(of: items) }

    private static func leaves(of items: [Item]) -> [Item] {
        items.flatMap { item in
            switch item {
            case .fill, .stroke, .text: [item]
            case .clipped(_, let inside), .group(_, let inside): leaves(of: inside)
            }
        }
    }
}

extension String {
    /// Without blanks, and with the digits of exponents on the line.
    fileprivate var onOneLevel: String {
        let (raised, level) = (Array("⁰¹²³⁴⁵⁶⁷⁸⁹⁻"), Array("0123456789−"))
        return String(filter { !$0.isWhitespace }.map { character in raised.firstIndex(of: character).map { level[$0] } ?? character })
    }
}
