import Autodiff
import Notation

/// The sum of the outputs, for gradients of the network's output itself.
struct OutputSum: ToldLoss {
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .overCount([.symbol("Σ", .upright), y], n) }

    func convention(_ texts: ConventionTexts) -> Formula { texts.row(texts.y, .words(" itself, without targets")) }

    func total(_ scores: Scores) -> Arithmetic {
        let terms = (0..<scores.count).map { SumTerm(told: scores.number($0), value: scores.value($0), isChosen: scores.isChosen($0)) }
        return scores.application.teller.sum(terms, of: .value)
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? { "1" }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic { .number(1) }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) { (.symbol("1", .bold), "Each output counts once.") }

    func reason(_ y: String, _ t: String) -> String? { nil }
}
