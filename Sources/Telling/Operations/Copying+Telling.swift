import Autodiff
import Notation

extension Copying: ToldOperation {
    var face: Formula { .words("copy") }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let (operand, entry) = source(of: index, first: application.shape(0), operands: application.operands.count)
        return .arithmetic(application.number(operand, entry))
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" is passed on as it is.")])
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) { (application.upstream, "") }

    /// The scalar that it copies; but a flattened image has units of its own if they are selected.
    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        if namesLayer, case .reshape = self { return nil }
        let (operand, entry) = source(of: index, first: tape[operands[0]].shape, operands: operands.count)
        return [ScalarID(operands[operand], entry)]
    }
}
