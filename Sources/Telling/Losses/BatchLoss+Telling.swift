import Autodiff
import Notation
import Traces

extension BatchLoss {
    var told: any ToldLoss {
        switch measure {
        case .halfSquaredError: SquaredError(isHalved: true)
        case .squaredError: SquaredError(isHalved: false)
        case .absoluteError: AbsoluteError()
        case .huber(let delta): Huber(delta: delta)
        case .outputSum: OutputSum()
        case .crossEntropy(.scores): CrossEntropy()
        case .crossEntropy(.probabilities): CrossEntropyOfProbabilities()
        case .binaryCrossEntropy(.scores): BinaryCrossEntropy()
        case .binaryCrossEntropy(.probabilities): BinaryCrossEntropyOfProbabilities()
        case .hinge(let margin): Hinge(margin: margin)
        }
    }
}

extension BatchLoss: ToldOperation {
    var face: Formula { told.face("y", "t", over: 1) }

    private func divisor(_ application: Application) -> Double { divisor(for: application.shape(0)) }

    private func mean(_ arithmetic: Arithmetic, _ application: Application) -> Arithmetic {
        let n = divisor(application)
        return n == 1 ? arithmetic : arithmetic / .number(n)
    }

    private func mean(_ formula: Formula, _ application: Application) -> Formula {
        let n = divisor(application)
        return n == 1 ? formula : .fraction(formula, .number(n))
    }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        .arithmetic(mean(told.total(Scores(application: application)), application))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let slope = told.slope(by: contribution.inputIndex, isFactor: divisor(application) == 1, Scores(application: application))
        return LocalStory(meaning: slope.map { mean($0, application) } ?? .number(contribution.local))
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .words("Next: how each number changes the loss.")
    }

    func onlyReason(_ application: Application) -> String? {
        let letters = application.operands.map { application.teller.symbols.letter($0).plainText }
        return told.reason(letters[0], letters.count > 1 ? letters[1] : "")
    }

    func lossDerivative(by index: Int, _ application: Application) -> Arithmetic? {
        mean(told.derivative(by: index, Scores(application: application)), application)
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        var target = measure.hasTargets ? application.tensor(1) : .row([])
        // The target as a one-hot vector, by the page's letter for targets.
        if measure.isOfRows, !Self.areShares(application.shape(1), of: application.shape(0)) { target = .sub(target, .words("one-hot")) }
        let (formula, remark) = told.pullback(application.tensor(0), target)
        return (mean(formula, application), remark)
    }

    var isOfLoss: Bool { true }
}
