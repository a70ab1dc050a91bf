import Autodiff
import Notation

/// −t·ln y − (1 − t)·ln(1 − y) for outputs that are probabilities already.
struct BinaryCrossEntropyOfProbabilities: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("binary cross-entropy", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula { texts.row(.words("binary cross-entropy of the outputs as probabilities")) }

    func total(_ scores: Scores) -> Arithmetic {
        let terms = (0..<scores.count).map { index in
            let (p, t) = (scores.number(index), scores.target(index))
            let parts = weighted(
                index, scores, yes: .negation(.function(.ln, [p])), no: .negation(.function(.ln, [.number(1) - p])))
            return SumTerm(
                told: parts.count == 1 ? parts[0] : .sum(parts),
                value: BatchLoss.binaryCrossEntropy(probability: scores.value(index), target: t),
                isChosen: scores.isChosen(index))
        }
        return scores.application.teller.sum(terms, of: .sample)
    }

    /// The terms whose factor, t or 1 − t, is not 0.
    private func weighted(_ index: Int, _ scores: Scores, yes: Arithmetic, no: Arithmetic) -> [Arithmetic] {
        let (t, target) = (scores.target(index), scores.targetNumber(index))
        var parts: [Arithmetic] = []
        if t != 0 { parts.append(t == 1 ? yes : target * yes) }
        if t != 1 { parts.append(t == 0 ? no : (.number(1) - target) * no) }
        return parts
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        let (p, t) = (scores.symbol(index), scores.targetSymbol(index))
        let told = Formula.fraction("1" - t, "1" - p) - .fraction(t, p)
        return isFactor ? .parenthesized(told) : told
    }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        let p = scores.number(index)
        let parts = weighted(index, scores, yes: .negation(.number(1) / p), no: .number(1) / (.number(1) - p))
        return parts.count == 1 ? parts[0] : .sum(parts)
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        (
            .fraction("1" - t, "1" - y) - .fraction(t, y),
            "Entry by entry. Before it stands the sigmoid, whose slope p(1 − p) this cancels to p − t."
        )
    }

    func reason(_ y: String, _ t: String) -> String? {
        "−t/p + (1 − t)/(1 − p): the less probability the right answer has, the steeper the logarithm."
    }
}
