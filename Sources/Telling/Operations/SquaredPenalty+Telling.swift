import Autodiff
import Notation

extension SquaredPenalty: ToldOperation {
    var face: Formula { .row(["λ", .sign(.slash), "2", .symbol("Σ", .upright), .sup("w", "2")]) }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let teller = application.teller
        let weights = application.operands.indices.flatMap { operand in
            (0..<application.count(operand)).map { application.scalar(operand, $0) }
        }
        let squares = weights.map {
            SumTerm(
                told: .power(application.number($0), .number(2)), value: teller.value($0) * teller.value($0),
                isChosen: teller.isChosen($0))
        }
        return .arithmetic(.number(lambda, "λ") / .number(2) * teller.sum(squares, of: .square))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        LocalStory(meaning: "λ" * application.symbol(contribution.operand, contribution.inputIndex))
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .words("Large weights cost as well, so each is pulled towards 0.")
    }

    func way(to operand: Int) -> Meeting.Way { .penalty }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (.row(["λ", application.tensor(operand)]), "The penalty pulls every weight towards 0, the larger the harder.")
    }

    var isOfLoss: Bool { true }
}

extension Meeting {
    /// For a weight under the penalty.
    var reasonOfPenalty: String? {
        guard ways.contains(.penalty), ways.count > 1 else { return nil }
        return "The data's gradient and the penalty's, λw, are added: the second pulls the weight towards 0 whatever the data say."
    }
}
