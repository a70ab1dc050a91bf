package import Autodiff
package import NeuralNetworks

/// The last step of a lesson twice: as it is, and with one of the classic mistakes.
package struct MistakenTrace: Sendable {
    package let mistake: Mistake
    package let right: Trace
    /// Its contributions are as wrong as its gradients, and its update is what the mistake makes of it.
    package let wrong: Trace
    /// Of the wrong trace's trainables, as the update gets them: where gradients are not set back to 0, sums over steps.
    package let handedOn: [Tensor]

    /// - Returns: nil where the mistake has no place in the lesson.
    package init?(_ trace: Trace, _ mistake: Mistake) {
        var last: Pass?
        let found =
            switch trace.subject {
            case .network(let lowered): MistakenRun(lowered, [mistake]) { last = $0 }
            case .expression(let lowered): MistakenRun(lowered, trace.rule, [mistake]) { last = $0 }
            }
        guard let found, let last else { return nil }
        self.mistake = mistake
        right = trace
        wrong = Trace(trace, pass: last, update: Update(found, last))
        handedOn = found.gradients
    }

    /// The wrong trace together with the contributions that the mistake leaves out: `Pass.leavesOut` finds them in it.
    package var withNothingLeftOut: Trace { Trace(wrong, pass: wrong.pass.withNothingLeftOut, update: wrong.update) }

    /// The lesson with each classic mistake that has a place in it.
    /// - Throws: where all passes together would exceed a limit.
    package static func all(of trace: Trace) throws(CostExceeded) -> [MistakenTrace] {
        try MistakeReport.checkCost(trace.tape, trace.trainables, trace.rule, Mistake.allCases)
        return Mistake.allCases.compactMap { MistakenTrace(trace, $0) }
    }

    /// The gradient of a tensor as it is, and as the mistake makes it.
    package func gradients(of id: Tape.ID) -> (right: Tensor, wrong: Tensor) {
        let wrong = right.trainables.firstIndex { $0.id == id }.map { handedOn[$0] } ?? wrong.pass.gradient(id)
        return (right.pass.gradient(id), wrong)
    }
}
