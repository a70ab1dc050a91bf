import Autodiff
import Notation

/// ln Σeˣ − x of the right class.
struct CrossEntropy: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("cross-entropy", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula {
        .words("Loss: cross-entropy of the softmax of the outputs\(texts.overSamples)")
    }

    private func row(_ row: Int, _ scores: Scores) -> Range<Int> { row * scores.classes..<(row + 1) * scores.classes }

    func total(_ scores: Scores) -> Arithmetic {
        let teller = scores.application.teller
        let terms = scores.targets.enumerated().map { sample, target in
            let row = row(sample, scores)
            let all = teller.sum(scores.application.exponentials(row), of: .exponential)
            return SumTerm(
                told: .function(.ln, [all]) - scores.number(row.lowerBound + Int(target)),
                value: BatchLoss.crossEntropy(row.map(scores.value), right: Int(target)))
        }
        return teller.sum(terms, of: .sample)
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? { nil }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        let (sample, place) = index.quotientAndRemainder(dividingBy: scores.classes)
        let isRight = Int(scores.target(sample)) == place
        let exponentials = scores.application.exponentials(row(sample, scores))
        let all = exponentials.reduce(0) { $0 + $1.value }
        func sum(_ terms: [SumTerm]) -> Arithmetic { scores.application.teller.sum(terms, of: .exponential) }
        if isRight, scores.classes > 1, isSaturated(exponentials[place].value / all) {
            // The share prints as 1, and 1 − 1 is not what the engine has: told as the share of the others.
            let others = exponentials.enumerated().filter { $0.offset != place }.map(\.element)
            return .negation(sum(others) / sum(exponentials))
        }
        let share = Arithmetic.function(.exp, [scores.number(index)]) / sum(exponentials)
        return isRight ? share - .number(1) : share
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        let p = Formula.row([.name("softmax"), .parenthesized(y)])
        // The target as a vector of 0s and one 1, under the letter that the page has for targets.
        let target = Formula.sub(t, .words("one-hot"))
        return (
            p - target,
            "p minus the target as 0s and one 1, with p for the shares that softmax gives: the logarithm's 1/p cancels the p of softmax's slope p(1 − p), and −p of the others."
        )
    }

    func reason(_ y: String, _ t: String) -> String? {
        "p − \(t): the probability that softmax gives the class, minus 1 for the right class and 0 for the others. The logarithm's slope 1/p and softmax's slope p(1 − p) or −p·p′ cancel to this difference."
    }

    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)? {
        let (sample, place) = index.quotientAndRemainder(dividingBy: scores.classes)
        let all = row(sample, scores).map(scores.value)
        let largest = all.max() ?? 0
        let shares = all.map { Pointwise.exp($0 - largest) }
        return (shares[place] / shares.reduce(0, +), Int(scores.target(sample)) == place ? 1 : 0)
    }

    func probabilitySymbol(of score: Formula) -> Formula {
        if case .scripts(_, let sub, let sup) = score { .scripts("p", sub: sub, sup: sup) } else { "p" }
    }

    func probabilityRule(_ scores: Formula) -> Formula? {
        .row(["p", .sign(.equals), .symbol("softmax", .upright), .parenthesized(scores)])
    }
}
