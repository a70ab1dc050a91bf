import Autodiff
import Notation

extension GroupVariance: ToldOperation {
    var face: Formula { .words("var") }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let teller = application.teller
        let members = application.members(of: index, in: grouping)
        let mean = application.number(1, index)
        let terms = members.map { member in
            let distance = teller.value(member) - application.value(1, index)
            return SumTerm(
                told: .power(application.number(member) - mean, .number(2)), value: distance * distance,
                isChosen: teller.isChosen(member))
        }
        return .arithmetic(teller.sum(terms, of: .square) / .number(Double(members.count)))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        guard contribution.operand == 0 else {
            return LocalStory(meaning: .number(contribution.local), words: .words("the distances add up to 0"))
        }
        let count = grouping.size(of: application.count(0))
        let distance = application.symbol(0, contribution.inputIndex) - application.symbol(1, contribution.outputIndex)
        return LocalStory(meaning: .fraction(.row([.name("2"), .parenthesized(distance)]), .name(String(count))))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the variance "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" is their mean squared distance from the mean, without correction.")])
    }

    func way(to operand: Int) -> Meeting.Way { operand == 0 ? .variance : .other }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let m = application.groupSize(application.output)
        let distance = application.entry(0, "i") - application.tensor(1)
        return (
            .row([
                .fraction("1", .name(String(m))), .large(.sum, below: "i", above: nil), .sup(.parenthesized(distance), "2"),
            ]), .words("The biased variance: divided by \(m), not by \(m) − 1.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let m = application.groupSize(application.output)
        guard operand == 0 else {
            return (
                .row([
                    .fraction(-.name("2"), .name(String(m))), .large(.sum, below: "i", above: nil),
                    .parenthesized(application.entry(0, "i") - application.tensor(1)), application.upstream,
                ]), "Through the variance: the distances add up to 0, so nothing comes this way."
            )
        }
        return (
            .row([
                .fraction("2", .name(String(m))), .parenthesized(application.tensor(0) - application.tensor(1)), application.upstream,
            ]), "Three terms meet in ∂L/∂x: through the value’s own x̂, through the variance and through the mean."
        )
    }

    var convention: String? { "Variance: biased, divided by the group’s size" }

    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        grouping.members(of: index, operands[0], on: tape)
    }
}
