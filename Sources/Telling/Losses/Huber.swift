import Autodiff
import Notation

/// ½d² for |d| ≤ δ, δ(|d| − ½δ) beyond.
struct Huber: ToldLoss {
    let delta: Double

    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("Huber", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula {
        texts.row(
            .words("½"), .sup("d", "2"), .words(" of a difference "), "d", .sign(.equals), texts.y - texts.t, .words(" within δ = "),
            .number(delta), .words(", beyond it δ("), .fenced(.bars, "d"), .words(" − ½δ)"))
    }

    private func isWithin(_ index: Int, _ scores: Scores) -> Bool { abs(scores.value(index) - scores.target(index)) <= delta }

    func total(_ scores: Scores) -> Arithmetic {
        let terms = (0..<scores.count).map { index in
            let difference = scores.number(index) - scores.targetNumber(index)
            let line = Arithmetic.number(delta) * (.function(.abs, [difference]) - .number(0.5) * .number(delta))
            return SumTerm(
                told: isWithin(index, scores) ? .number(0.5) * .power(difference, .number(2)) : line,
                value: BatchLoss.huber(scores.value(index) - scores.target(index), delta), isChosen: scores.isChosen(index))
        }
        return scores.application.teller.sum(terms, of: .value)
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        let difference = scores.symbol(index) - scores.targetSymbol(index)
        guard isWithin(index, scores) else { return .row(["δ", .name("sign")(difference)]) }
        return isFactor ? .parenthesized(difference) : difference
    }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        isWithin(index, scores)
            ? scores.number(index) - scores.targetNumber(index) : .number(delta) * AbsoluteError.sign(by: index, scores)
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        let most = Formula.name("min")(.joined(["δ", y - t], by: .comma))
        return (.name("max")(.joined([-"δ", most], by: .comma)), "The slope is y − t, held within ±δ.")
    }

    func reason(_ y: String, _ t: String) -> String? {
        "Within δ the slope is y − t, as of ½(y − t)²; beyond it no error pulls harder than δ."
    }
}
