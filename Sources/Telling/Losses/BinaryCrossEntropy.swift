import Autodiff
import Notation

/// softplus(y) − t·y.
struct BinaryCrossEntropy: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("binary cross-entropy", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula { texts.row(.words("binary cross-entropy of σ(output)")) }

    func total(_ scores: Scores) -> Arithmetic {
        let targets = scores.targets
        let terms = (0..<scores.count).map { index in
            let (y, target) = (scores.number(index), scores.targetNumber(index))
            var told = Arithmetic.function(.softplus, [y]) - target * y
            if BatchLoss.isCertain(scores.value(index), targets[index]) {
                // softplus(y) and t·y agree in every printed digit, so print the form in which the loss is computed.
                let missing = Arithmetic.function(.softplus, [.negation(y)])
                told = targets[index] == 1 ? missing : missing + (.number(1) - target) * y
            }
            return SumTerm(
                told: told, value: BatchLoss.binaryCrossEntropy(score: scores.value(index), target: targets[index]),
                isChosen: scores.isChosen(index))
        }
        return scores.application.teller.sum(terms, of: .sample)
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        let difference = Formula.name("σ")(scores.symbol(index)) - scores.targetSymbol(index)
        return isFactor ? .parenthesized(difference) : difference
    }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        let (y, target) = (scores.number(index), scores.targetNumber(index))
        let (value, wanted) = (scores.value(index), scores.target(index))
        if BatchLoss.isUndecided(value, share: logistic(value), wanted) {
            // σ(y) would print as a half, and ½ − ½ is not what the engine computes.
            let lean = .number(0.5) * Arithmetic.function(.tanh, [y / .number(2)])
            return wanted == 0.5 ? lean : lean + (.number(0.5) - target)
        }
        guard BatchLoss.isCertain(value, wanted) else { return .function(.sigmoid, [y]) - target }
        // σ(y) would print as 1, and 1 − 1 is not what the engine computes.
        let missing = Arithmetic.function(.sigmoid, [.negation(y)])
        return wanted == 1 ? .negation(missing) : (.number(1) - target) - missing
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        (.name("σ")(y) - t, "The sigmoid's slope cancels the logarithm's: what is left is prediction minus target.")
    }

    func reason(_ y: String, _ t: String) -> String? {
        "σ(\(y)) − \(t): the logarithm's slope cancels the sigmoid's, so that a wrong and certain output still learns."
    }

    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)? {
        (logistic(scores.value(index)), scores.target(index))
    }

    func probabilitySymbol(of score: Formula) -> Formula { .name("σ")(score) }

    func probabilityRule(_ scores: Formula) -> Formula? { .row(["p", .sign(.equals), "σ", .parenthesized(scores)]) }
}
