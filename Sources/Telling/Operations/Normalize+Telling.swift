import Autodiff
import Notation

extension Normalize: ToldOperation {
    var face: Formula { .words("normalize") }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let group = grouping.group(of: index)
        let spread = Arithmetic.function(.sqrt, [application.number(2, group) + .number(epsilon, "ε")])
        return .arithmetic((application.number(0, index) - application.number(1, group)) / spread)
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let index = contribution.outputIndex
        let group = grouping.group(of: index)
        let variance = application.symbol(2, group) + "ε"
        switch contribution.operand {
        case 0: return LocalStory(meaning: .fraction("1", .root(variance)))
        case 1: return LocalStory(meaning: -.fraction("1", .root(variance)))
        default:
            let distance = application.symbol(0, index) - application.symbol(1, group)
            return LocalStory(
                meaning: -.fraction(
                    distance, .row([.name("2"), .sup(.parenthesized(variance), .row(["3", .sign(.slash), "2"]))])))
        }
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the normalized value "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" says how many standard deviations the value lies from the mean.")])
    }

    func way(to operand: Int) -> Meeting.Way { operand == 0 ? .normalized : .other }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .fraction(application.tensor(0) - application.tensor(1), .root(application.tensor(2) + "ε")),
            .words("Each value with the mean and the variance of its group.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        let spread = application.tensor(2) + "ε"
        switch operand {
        case 0: return (.fraction(upstream, .root(spread)), "Through the value’s own x̂.")
        case 1:
            return (
                -.row([.large(.sum, below: "i", above: nil), .fraction(upstream.summand(), .root(spread))]),
                "The mean is subtracted from every value of its group: summed over them."
            )
        default:
            return (
                -.row([
                    .fraction("1", "2"), .large(.sum, below: "i", above: nil), upstream.summand(),
                    .fraction(
                        application.entry(0, "i") - application.tensor(1),
                        .sup(.parenthesized(spread), .row(["3", .sign(.slash), "2"]))),
                ]), "The variance scales every value of its group: summed over them."
            )
        }
    }
}
