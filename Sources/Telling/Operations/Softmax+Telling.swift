import Autodiff
import Notation

extension Softmax: ToldOperation {
    var face: Formula { "softmax" }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let classes = application.shape(0).last ?? 1
        let row = index / classes * classes..<(index / classes + 1) * classes
        let all = application.teller.sum(application.exponentials(row), of: .exponential)
        return .arithmetic(.function(.exp, [application.number(0, index)]) / all)
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let p = application.symbol(ofResult: contribution.outputIndex)
        guard contribution.outputIndex == contribution.inputIndex else {
            return LocalStory(meaning: -(p * application.symbol(ofResult: contribution.inputIndex)))
        }
        return LocalStory(meaning: p * .parenthesized(.name("1") - p))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("How large is the probability "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" is the exponential's share of the sum of all.")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .fraction(
                .sup("e", application.tensor(0)),
                .row([.large(.sum, below: "j", above: nil), .sup("e", application.entry(0, "j"))])),
            .words("\(application.each)Over the last axis; the shares add up to 1.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let (p, upstream) = (application.tensorOfResult, application.upstream)
        let weighted = Formula.row([.transposed(p), upstream])
        return (
            .joined([p, .parenthesized(upstream - weighted)], by: .hadamard),
            "Raising one score lowers the other shares: the mean of the gradients, weighted by the shares, is subtracted."
        )
    }
}
