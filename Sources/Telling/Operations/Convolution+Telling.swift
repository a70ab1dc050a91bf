import Autodiff
import Notation

extension Convolution: WeightedSum {
    var face: Formula { .words("conv") }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let told =
            isFirst
            ? " adds up the window under the kernel, each entry times the weight that lies on it; every position shares these weights."
            : " adds up the window at its own place; within a channel the weights are the same."
        return .row([application.symbol(ofResult: index), .words(told)])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let correlation = Formula.row([application.tensor(1), .symbol("⋆", .upright), application.tensor(0)])
        return (
            application.operands.count > 2 ? correlation + application.tensor(2) : correlation,
            .words("\(application.each)⋆ slides the kernel without turning it over: every position uses the same weights.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        switch operand {
        case 0:
            return (
                .row([application.tensor(1), .sub(.symbol("∗", .upright), .words("full")), upstream]),
                "Each entry collects from every position of the kernel that covers it."
            )
        case 1:
            return (
                application.summedOverBatch(.row([upstream, .symbol("⋆", .upright), application.tensor(0)])),
                "One weight, many products: each position of the kernel adds its upstream gradient times the entry beneath."
            )
        default:
            return (
                .sum(over: application.hasBatch ? .row(["n", .sign(.comma), .words("positions")]) : .words("positions"), upstream),
                "A bias is shared by all positions of its channel."
            )
        }
    }

    var convention: String? { "Convolution is cross-correlation: the kernel is not turned over; zeros beyond the edge" }
}
