package import Autodiff

/// What one step of training makes of the gradients of a pass.
package struct Update: Hashable, Sendable {
    /// The gradients of the parameters after clipping, in the order of the problem's parameters.
    package let clipped: [Tensor]
    /// The parameters after the step; nil where the lesson names no optimizer.
    package let updated: [Tensor]?
    /// The loss of the updated parameters on the same batch.
    package let lossAfter: Double?

    package init(_ lowered: LoweredProblem, _ pass: Pass) {
        let problem = lowered.problem
        let gradients = lowered.parameters.map { pass.gradient($0.id) }
        clipped = problem.clipping?.applied(to: gradients) ?? gradients
        guard let optimizer = problem.optimizer else {
            (updated, lossAfter) = (nil, nil)
            return
        }
        var chain = GradientChain(optimizer.chain)
        let changes = chain.applied(to: clipped).last ?? clipped
        var sources = pass.sources
        for (parameter, change) in zip(lowered.parameters, changes) where !problem.frozen.contains(parameter.name) {
            sources[parameter.id]?.add(change)
        }
        updated = lowered.parameters.compactMap { sources[$0.id] }
        lossAfter = lowered.tape.evaluate(sources)[lowered.loss.index].scalars[0]
    }
}
