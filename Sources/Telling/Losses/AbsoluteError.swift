import Autodiff
import Notation

/// |y − t|.
struct AbsoluteError: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula {
        .overCount([.symbol("Σ", .upright), .fenced(.bars, y - t)], n)
    }

    func convention(_ texts: ConventionTexts) -> Formula { texts.row(.fenced(.bars, texts.y - texts.t)) }

    func total(_ scores: Scores) -> Arithmetic {
        let terms = (0..<scores.count).map { index in
            SumTerm(
                told: .function(.abs, [scores.number(index) - scores.targetNumber(index)]),
                value: abs(scores.value(index) - scores.target(index)), isChosen: scores.isChosen(index))
        }
        return scores.application.teller.sum(terms, of: .value)
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        .name("sign")(scores.symbol(index) - scores.targetSymbol(index))
    }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic { Self.sign(by: index, scores) }

    /// The sign of a difference as a quotient that a reader can compute: d/|d|.
    static func sign(by index: Int, _ scores: Scores) -> Arithmetic {
        guard scores.value(index) != scores.target(index) else { return .number(0) }
        let difference = scores.number(index) - scores.targetNumber(index)
        return difference / .function(.abs, [difference])
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        (.name("sign")(y - t), "The slope of |d| is 1 or −1, and 0 at d = 0.")
    }

    func reason(_ y: String, _ t: String) -> String? { "The slope is the sign of y − t: a large error pulls no harder than a small one." }
}
