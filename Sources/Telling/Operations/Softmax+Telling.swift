import Autodiff
import NeuralNetworks
import Notation
import Traces

extension Softmax: ToldOperation {
    var face: Formula { "softmax" }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let row = row(of: index, application)
        guard row.contains(index) else { return .arithmetic(.number(0)) }
        let all = application.teller.sum(application.exponentials(row), of: .exponential)
        return .arithmetic(.function(.exp, [application.number(0, index)]) / all)
    }

    /// The entries that are summed together with this one.
    private func row(of index: Int, _ application: Application) -> Range<Int> {
        let classes = application.shape(0).last ?? 1
        return visible(inRow: index / classes, classes: classes)
    }

    /// The time steps of an attention weight, from 1; nil for other probabilities.
    private func steps(of index: Int, _ application: Application) -> (query: Int, key: Int)? {
        guard application.teller.trace.role(of: application.output)?.part == .weights else { return nil }
        let time = application.shape(0).last ?? 1
        return (index / time % time + 1, index % time + 1)
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let p = application.symbol(ofResult: contribution.outputIndex)
        guard contribution.outputIndex == contribution.inputIndex else {
            return LocalStory(meaning: -(p * application.symbol(ofResult: contribution.inputIndex)))
        }
        return LocalStory(meaning: p * .parenthesized(.name("1") - p))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        guard let (query, key) = steps(of: index, application) else {
            return .row([.words("How large is the probability "), name, .words("?")])
        }
        if isGroup { return .row([.words("How much attention do the steps pay to each other, "), name, .words("?")]) }
        return .row([.words("\(application.how(of: index)) much attention does step \(query) pay to step \(key), "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard row(of: index, application).contains(index) else {
            return .row([name, .words(" is 0: a step sees no later one, and no gradient passes back to its score.")])
        }
        return .row([name, .words(" is the exponential's share of the sum of all\(isCausal ? " up to its own step" : "").")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .fraction(
                .sup("e", application.tensor(0)),
                .row([.large(.sum, below: "j", above: nil), .sup("e", application.entry(0, "j"))])),
            .words("\(application.each)Over the last axis\(isCausal ? ", up to the row's own time step" : ""); the shares add up to 1.")
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
    var convention: String? { isCausal ? "Causal attention: a time step attends to itself and to earlier ones" : nil }
}
