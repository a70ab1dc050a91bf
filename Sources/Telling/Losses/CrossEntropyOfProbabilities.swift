import Autodiff
import Notation

/// −ln y of the correct class, or −Σ t·ln y, for outputs that are probabilities already.
struct CrossEntropyOfProbabilities: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("cross-entropy", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula { texts.row(.words("cross-entropy of the outputs as probabilities")) }

    func total(_ scores: Scores) -> Arithmetic {
        let terms = scores.rows.flatMap { row -> [SumTerm] in
            guard scores.areShares else { return [term(scores.right(row), nil, 1, scores)] }
            return scores.row(row).filter { scores.target($0) != 0 }.map {
                term($0, scores.targetNumber($0), scores.target($0), scores)
            }
        }
        return terms.isEmpty ? .number(0) : scores.application.teller.sum(terms, of: .sample)
    }

    private func term(_ index: Int, _ target: Arithmetic?, _ weight: Double, _ scores: Scores) -> SumTerm {
        let surprise = Arithmetic.negation(.function(.ln, [scores.number(index)]))
        return SumTerm(
            told: target.map { $0 * surprise } ?? surprise, value: -weight * Pointwise.ln(scores.value(index)),
            isChosen: scores.isChosen(index))
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        if scores.areShares { return -.fraction(scores.targetSymbol(index), scores.symbol(index)) }
        return isRight(index, scores) ? -.fraction("1", scores.symbol(index)) : "0"
    }

    private func isRight(_ index: Int, _ scores: Scores) -> Bool { scores.right(index / scores.classes) == index }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        if scores.areShares {
            return scores.target(index) == 0 ? .number(0) : .negation(scores.targetNumber(index) / scores.number(index))
        }
        return isRight(index, scores) ? .negation(.number(1) / scores.number(index)) : .number(0)
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        (-.fraction(t, y), "Entry by entry, the target as 0s and one 1 or as probabilities: only what should happen has a slope, −1/p.")
    }

    func reason(_ y: String, _ t: String) -> String? {
        "−t/p: only the probability of what should happen counts, and the smaller it is the steeper is its logarithm."
    }
}
