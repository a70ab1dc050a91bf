import Autodiff
import Notation

extension MaxPool: ToldOperation {
    var face: Formula { .symbol("max", .upright) }

    /// The window's entries, if they fit on a line.
    func explanation(of index: Int, _ application: Application) -> Explanation {
        let entries = window(of: index, application)
        guard entries.count <= application.teller.mostTerms + 3 else {
            return .stated(.words("the largest of the \(entries.count) entries of its window"))
        }
        return .arithmetic(.function(.max, entries.map { application.number(0, $0) }))
    }

    private func window(of index: Int, _ application: Application) -> [Int] {
        window(of: index, input: application.shape(0))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        LocalStory(
            meaning: .number(contribution.local),
            words: .words(contribution.local == 1 ? "the largest of its window" : "not the largest of its window"))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("Which entry of its window is "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" is the largest entry of its own window.")]) }
        return .row([name, .words(" is the largest entry of its window. Going back, that entry alone gets the gradient.")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .row([.sub(.symbol("max", .upright), .words("window")), application.entry(0, "i")]),
            .words("\(application.each)Over each window of \(kernel) × \(kernel) entries, moved by \(stride).")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (
            application.entrywise(.words("1 at the largest")),
            "The largest entry of each window gets the window's whole gradient, the others nothing."
        )
    }

    var tie: String? { "at a tie in a window the first entry, row by row, has the derivative" }

    /// A pooled unit is selected with any entry of its window.
    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        namesLayer ? nil : window(of: index, input: tape[operands[0]].shape).map { ScalarID(operands[0], $0) }
    }
}
