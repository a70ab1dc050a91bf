import Autodiff
import NeuralNetworks
import Traces

extension Meeting {
    /// For the input of a block, which also takes the skip connection.
    var reasonOfResidualBlock: String? {
        if ways.contains(.projection), !ways.allSatisfy({ $0 == .projection }) {
            return
                "Two ways meet and add: past the block, through the projection P, and through the block. What the block loses, the way through P keeps."
        }
        guard ways.contains(.pastBlock), ways.count > 1 else { return nil }
        return
            "Two ways meet: past the block, where the local derivative is 1 and the gradient arrives whole, and through the block. What the block loses, the way past it keeps."
    }
}

extension Storyteller {
    /// The tensors in which projections of residual blocks are used.
    var projected: Set<Tape.ID> {
        var found: Set<Tape.ID> = []
        for id in (trace.lowered?.layers ?? []).flatMap(\.projections) { found.formUnion(uses(of: id)) }
        return found
    }
}

extension LoweredLayer {
    fileprivate var projections: [Tape.ID] { (parameters[.projection].map { [$0] } ?? []) + inner.flatMap(\.projections) }
}
