import Autodiff
import Notation

extension MeanSquare: ToldOperation {
    var face: Formula { .words("mean square") }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let teller = application.teller
        let members = application.members(of: index, in: grouping)
        let terms = members.map { member in
            let value = teller.value(member)
            return SumTerm(
                told: .power(application.number(member), .number(2)), value: value * value, isChosen: teller.isChosen(member))
        }
        return .arithmetic(teller.sum(terms, of: .square) / .number(Double(members.count)))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let count = grouping.size(of: application.count(0))
        return LocalStory(meaning: .fraction(.row([.name("2"), application.symbol(0, contribution.inputIndex)]), .name(String(count))))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the mean square "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" is the mean of the squares: their size, whatever their signs.")])
    }

    func way(to operand: Int) -> Meeting.Way { .meanSquare }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let m = application.groupSize(application.output)
        return (
            .row([.fraction("1", .name(String(m))), .large(.sum, below: "i", above: nil), .sup(application.entry(0, "i"), "2")]),
            .words("Over the \(m) values that are normalized together; no mean is subtracted.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let m = application.groupSize(application.output)
        return (
            .row([.fraction("2", .name(String(m))), application.tensor(0), application.upstream]),
            "Two terms meet in ∂L/∂x: through the value’s own x̂ and through the mean square."
        )
    }

    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        grouping.members(of: index, operands[0], on: tape)
    }
}

extension DivideByRootMeanSquare: ToldOperation {
    var face: Formula { .row([.symbol("÷", .upright), .words(" RMS")]) }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let root = Arithmetic.function(.sqrt, [application.number(1, grouping.group(of: index)) + .number(epsilon, "ε")])
        return .arithmetic(application.number(0, index) / root)
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let index = contribution.outputIndex
        let square = application.symbol(1, grouping.group(of: index)) + "ε"
        if contribution.operand == 0 { return LocalStory(meaning: .fraction("1", .root(square))) }
        return LocalStory(
            meaning: -.fraction(
                application.symbol(0, index), .row([.name("2"), .sup(.parenthesized(square), .row(["3", .sign(.slash), "2"]))])))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the normalized value "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let told =
            isFirst ? " is the value in units of the root mean square: its sign stays." : " is divided by the root mean square as well."
        return .row([application.symbol(ofResult: index), .words(told)])
    }

    func way(to operand: Int) -> Meeting.Way { operand == 0 ? .normalized : .other }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (.fraction(application.tensor(0), .root(application.tensor(1) + "ε")), .words("Each value with the mean square of its group."))
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let (upstream, square) = (application.upstream, application.tensor(1) + "ε")
        if operand == 0 { return (.fraction(upstream, .root(square)), "Through the value’s own x̂.") }
        return (
            -.row([
                .fraction("1", "2"), .large(.sum, below: "i", above: nil), upstream.summand(),
                .fraction(application.entry(0, "i"), .sup(.parenthesized(square), .row(["3", .sign(.slash), "2"]))),
            ]), "The mean square scales every value of its group: summed over them."
        )
    }
}
