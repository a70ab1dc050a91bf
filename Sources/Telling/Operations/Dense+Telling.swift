import Autodiff
import Notation

extension Dense: WeightedSum {
    var face: Formula { .symbol("Σ", .upright) }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" adds up what arrives in the same way, with weights of its own.")]) }
        let bias = application.operands.count > 2 ? ", and the bias" : ""
        return .row([name, .words(" adds up what arrives, each input times its weight\(bias).")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let product = Formula.row([application.tensor(1), application.tensor(0)])
        let formula = application.operands.count > 2 ? product + application.tensor(2) : product
        return (formula, .row([.words(application.each), application.teller.indexOrder(application.operands[1])]))
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        let hasBatch = application.hasBatch
        switch operand {
        case 0:
            return (
                .row([.transposed(application.tensor(1)), upstream]),
                "Backward, the same weights are read along their columns, from the units they lead to."
            )
        case 1:
            let overBatch = hasBatch ? " Summed over the samples n of the batch, as the sum of outer products." : ""
            return (
                application.summedOverBatch(.row([upstream, .transposed(application.tensor(0))])),
                "A row for each unit that weights lead to, a column for each that they come from.\(overBatch)"
            )
        default:
            return (
                application.summedOverBatch(upstream),
                hasBatch ? "A bias is used once by each sample: summed over the batch." : "A bias is added as it is."
            )
        }
    }
}
