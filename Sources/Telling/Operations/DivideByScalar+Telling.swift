import Autodiff
import Notation

extension DivideByScalar: ToldOperation {
    var face: Formula { .symbol("÷", .upright) }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        .arithmetic(application.number(0, index) / application.number(1, 0))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let divisor = application.symbol(1, 0)
        if contribution.operand == 0 { return LocalStory(meaning: .fraction("1", divisor)) }
        return LocalStory(meaning: -.fraction(application.symbol(ofResult: contribution.outputIndex), divisor))
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        if isFirst { return .words("Divided by it, the matrix stretches no vector by more than 1.") }
        return .row([application.symbol(ofResult: index), .words(" is divided by it as well.")])
    }

    func way(to operand: Int) -> Meeting.Way { operand == 0 ? .quotient : .other }

    var runsOverEntries: Bool { true }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .fraction(application.tensor(0), application.tensor(1)),
            .words("Spectral normalization: the largest singular value becomes 1.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let (upstream, divisor) = (application.upstream, application.tensor(1))
        if operand == 0 {
            return (
                .fraction(upstream, divisor), "Two ways: through each entry’s own quotient, and through σ₁, which all entries share."
            )
        }
        let place: Formula = .row(["i", "j"])
        return (
            -.row([
                .fraction("1", divisor), .large(.sum, below: place, above: nil), upstream.summand(place),
                application.tensorOfResult.summand(place),
            ]), "Every entry is divided by σ₁: summed over all of them."
        )
    }
}
