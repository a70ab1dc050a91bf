import Notation

/// ½Σ(y − t)² or the mean of (y − t)².
struct SquaredError: ToldLoss {
    let isHalved: Bool

    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula {
        .overCount((isHalved ? [.words("½")] : []) + [.symbol("Σ", .upright), .sup(.parenthesized(y - t), "2")], n)
    }

    func convention(_ texts: ConventionTexts) -> Formula {
        let square = Formula.sup(.parenthesized(texts.y - texts.t), "2")
        guard isHalved else { return texts.row(square, .words(", without ½")) }
        return texts.row(.words("½"), .large(.sum, below: nil, above: nil), square)
    }

    func total(_ scores: Scores) -> Arithmetic {
        let targets = scores.targets
        let squares = (0..<scores.count).map { index in
            let error = scores.value(index) - targets[index]
            return SumTerm(
                told: .power(scores.number(index) - scores.targetNumber(index), .number(2)), value: error * error,
                isChosen: scores.isChosen(index))
        }
        let total = scores.application.teller.sum(squares, of: .square)
        return isHalved ? .number(0.5) * total : total
    }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        let error = scores.symbol(index) - scores.targetSymbol(index)
        guard isHalved else { return .row([.name("2"), .parenthesized(error)]) }
        return isFactor ? .parenthesized(error) : error
    }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        let error = scores.number(index) - scores.targetNumber(index)
        return isHalved ? error : .number(2) * error
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        isHalved
            ? (y - t, "The ½ of the loss cancels the 2 of the square.")
            : (.row(["2", .parenthesized(y - t)]), "The 2 of the square stays: this loss has no ½.")
    }

    func reason(_ y: String, _ t: String) -> String? { nil }
}
