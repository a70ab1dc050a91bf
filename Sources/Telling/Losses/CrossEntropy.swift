import Autodiff
import Notation

/// ln Σeˣ − x of the correct class.
struct CrossEntropy: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("cross-entropy", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula {
        texts.row(.words("cross-entropy of the softmax of the outputs"))
    }

    func total(_ scores: Scores) -> Arithmetic {
        let teller = scores.application.teller
        let terms = scores.rows.flatMap { number -> [SumTerm] in
            let row = scores.row(number)
            let all = Arithmetic.function(.ln, [teller.sum(scores.application.exponentials(row), of: .exponential)])
            guard scores.areShares else {
                let right = scores.right(number)
                return [
                    SumTerm(
                        told: all - scores.number(right),
                        value: BatchLoss.crossEntropy(row.map(scores.value), right: Int(scores.target(number))))
                ]
            }
            let values = row.map(scores.value)
            return row.filter { scores.target($0) != 0 }.map { index in
                let surprise = BatchLoss.crossEntropy(values, right: index - row.lowerBound)
                return SumTerm(
                    told: scores.targetNumber(index) * (all - scores.number(index)), value: scores.target(index) * surprise,
                    isChosen: scores.isChosen(index))
            }
        }
        return teller.sum(terms, of: .sample)
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? { nil }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        let (sample, place) = index.quotientAndRemainder(dividingBy: scores.classes)
        let exponentials = scores.application.exponentials(scores.row(sample))
        let all = exponentials.reduce(0) { $0 + $1.value }
        func sum(_ terms: [SumTerm]) -> Arithmetic { scores.application.teller.sum(terms, of: .exponential) }
        if scores.areShares { return derivative(by: index, exponentials, all, scores) }
        let isRight = Int(scores.target(sample)) == place
        if isRight, scores.classes > 1, isSaturated(exponentials[place].value / all) {
            // The probability would print as 1, and 1 − 1 is not what the engine computes: print the sum of the others.
            let others = exponentials.enumerated().filter { $0.offset != place }.map(\.element)
            return .negation(sum(others) / sum(exponentials))
        }
        let share = Arithmetic.function(.exp, [scores.number(index)]) / sum(exponentials)
        return isRight ? share - .number(1) : share
    }

    /// For targets that are probabilities: their sum times the softmax, minus the target; a probability near 1 is computed from the others.
    private func derivative(by index: Int, _ exponentials: [SumTerm], _ all: Double, _ scores: Scores) -> Arithmetic {
        let row = scores.row(index / scores.classes)
        let teller = scores.application.teller
        let total = row.reduce(0) { $0 + scores.target($1) }
        func scaled(_ share: Arithmetic) -> Arithmetic { abs(total - 1) < 1e-12 ? share : .number(total) * share }
        func sum(_ indices: [Int]) -> Arithmetic { teller.sum(indices.map { exponentials[$0 - row.lowerBound] }, of: .exponential) }
        if scores.target(index) != 0, isSaturated(exponentials[index - row.lowerBound].value / all) {
            let others = row.filter { $0 != index }
            let rest = scaled(sum(others) / sum(Array(row)))
            let targets = others.filter { scores.target($0) != 0 }.map(scores.targetNumber)
            return targets.isEmpty ? .negation(rest) : .sum(targets) - rest
        }
        let share = scaled(Arithmetic.function(.exp, [scores.number(index)]) / sum(Array(row)))
        return scores.target(index) == 0 ? share : share - scores.targetNumber(index)
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        let p = Formula.row([.name("softmax"), .parenthesized(y)])
        return (
            p - t,
            "p minus the target, which is 0s and one 1 where it is a class; p are the shares that softmax gives: the logarithm's 1/p cancels the p of softmax's slope p(1 − p), and −p of the others."
        )
    }

    func reason(_ y: String, _ t: String) -> String? {
        "p − \(t): the probability that softmax gives the class, minus 1 for the right class and 0 for the others. The logarithm's slope 1/p and softmax's slope p(1 − p) or −p·p′ cancel to this difference."
    }

    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)? {
        let row = index / scores.classes
        let all = scores.row(row).map(scores.value)
        let largest = all.max() ?? 0
        let shares = all.map { Pointwise.exp($0 - largest) }
        let target = scores.areShares ? scores.target(index) : scores.right(row) == index ? 1 : 0
        return (shares[index % scores.classes] / shares.reduce(0, +), target)
    }

    func probabilitySymbol(of score: Formula) -> Formula {
        if case .scripts(_, let sub, let sup) = score { .scripts("p", sub: sub, sup: sup) } else { "p" }
    }

    func probabilityRule(_ scores: Formula) -> Formula? {
        .row(["p", .sign(.equals), .symbol("softmax", .upright), .parenthesized(scores)])
    }
}
