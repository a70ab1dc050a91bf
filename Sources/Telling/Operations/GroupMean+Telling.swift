import Autodiff
import Notation

extension GroupMean: ToldOperation {
    var face: Formula { .words("mean") }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let teller = application.teller
        let members = application.members(of: index, in: grouping)
        let terms = members.map { SumTerm(told: application.number($0), value: teller.value($0), isChosen: teller.isChosen($0)) }
        return .arithmetic(teller.sum(terms, of: .value) / .number(Double(members.count)))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let count = grouping.size(of: application.count(0))
        return LocalStory(meaning: .fraction("1", .name(String(count))), words: .words("a share of the mean"))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the mean "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" is the mean of the values that are normalized together.")])
    }

    func way(to operand: Int) -> Meeting.Way { .mean }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let m = application.groupSize(application.output)
        return (
            .row([.fraction("1", .name(String(m))), .large(.sum, below: "i", above: nil), application.entry(0, "i")]),
            .words("Over the \(m) values that are normalized together\(sharing).")
        )
    }

    private var sharing: String {
        switch grouping {
        case .channels: ": one channel over the batch"
        case .blocks: ": of one sample, whatever else is in the batch"
        }
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let m = application.groupSize(application.output)
        return (
            .row([.fraction("1", .name(String(m))), application.upstream]), "Through the mean: every value has the same share of it."
        )
    }

    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        grouping.members(of: index, operands[0], on: tape)
    }
}
