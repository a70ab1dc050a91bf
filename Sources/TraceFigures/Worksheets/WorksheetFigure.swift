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

    /// The sheet's, and what the key writes over it.
    var drawings: (sheet: DisplayList, key: DisplayList, size: Size) {
        var sheet = scene.draw(given)
        var key = DisplayList()
        for question in worksheet.questions {
            let runs = runs(of: question.key)
            guard let first = runs.first else { continue }
            let ink = runs.dropFirst().reduce(first.box(measuredBy: measurer)) { $0.union($1.box(measuredBy: measurer)) }
            let box = Rect(center: ink.center, width: max(ink.width + 8, 34), height: ink.height + 5)
            sheet.fill(.rect(box), .page)
            sheet.stroke(.rect(box), Stroke(.ink, width: 0.8))
            for run in runs { key.text(run) }
        }
        return (sheet, key, scene.size)
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
            case .clipped, .updated, .remembered, .norm, .local, .contribution, .probability, .rest, .branch: break
            }
        }
        state.values = values
        state.gradients = gradients
        return state
    }

    /// The texts by which a number shows; none of what has no place.
    private func runs(of key: NumberKey) -> [TextRun] {
        var (without, with) = (state, state)
        let result = ScalarID(worksheet.trace.pass.result, 0)
        (without.values, without.gradients) = ([], [result])
        (with.values, with.gradients) = (without.values, without.gradients)
        switch key {
        case .value(let scalar): with.values = [ScalarID(scalar)]
        case .gradient(let scalar): with.gradients = [result, ScalarID(scalar)]
        case .clipped, .updated, .remembered, .norm, .local, .contribution, .probability, .rest, .branch: return []
        }
        let known = Set(scene.draw(without).textRuns.map(\.run))
        return scene.draw(with).textRuns.map(\.run).filter { !known.contains($0) }
    }
}
