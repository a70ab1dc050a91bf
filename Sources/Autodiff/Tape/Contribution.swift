/// One product of the chain rule: what one use of a scalar in one scalar of a result adds to its gradient.
///
/// Two uses of one value (z·z) are two contributions.
package struct Contribution: Hashable, Sendable {
    /// The result of the operation that uses the scalar.
    package let output: Tape.ID
    /// The scalar of that result, row-major.
    package let outputIndex: Int
    /// The operand of the operation that holds the scalar.
    package let operand: Int
    /// The tensor that the scalar belongs to, and its index, row-major.
    package let input: Tape.ID
    package let inputIndex: Int
    /// ∂L/∂output[outputIndex].
    package let upstream: Double
    /// ∂output[outputIndex]/∂input[inputIndex] through this operand alone.
    package let local: Double

    package var product: Double { upstream * local }
}

/// The contributions of one scalar of a result to neighbouring scalars of one operand.
///
/// ```swift
/// pass.forEachRun { run in
///     for (offset, local) in run.locals.enumerated() { sums[run.input.index][run.first + offset] += run.upstream * local }
/// }
/// ```
package struct ContributionRun {
    /// Shared by all contributions of the run.
    package let output: Tape.ID
    package let outputIndex: Int
    package let operand: Int
    package let input: Tape.ID
    package let upstream: Double
    /// The scalar of the input that the first contribution goes to, row-major.
    package let first: Int
    /// The local derivatives, in order; valid until the visit ends.
    package let locals: UnsafeBufferPointer<Double>
}

extension ContributionRun: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { locals.count }

    package subscript(offset: Int) -> Contribution {
        Contribution(
            output: output, outputIndex: outputIndex, operand: operand, input: input, inputIndex: first + offset, upstream: upstream,
            local: locals[offset])
    }
}

extension Pass {
    /// Calls `visit` with every contribution of the whole pass, from the result back to the sources.
    package func forEachContribution(_ visit: (Contribution) -> Void) { forEachRun { $0.forEach(visit) } }

    /// Calls `visit` with the contributions of one operation.
    package func forEachContribution(from output: Tape.ID, _ visit: (Contribution) -> Void) {
        forEachRun(from: output) { $0.forEach(visit) }
    }

    /// Calls `visit` with every contribution of the whole pass, in runs of neighbours: many times faster than one by one.
    package func forEachRun(_ visit: (ContributionRun) -> Void) {
        for index in (0...result.index).reversed() { forEachRun(from: Tape.ID(index: index), visit) }
    }

    /// Calls `visit` with the contributions of one operation, in runs of neighbours.
    package func forEachRun(from output: Tape.ID, _ visit: (ContributionRun) -> Void) {
        forEachRun(from: output, 0..<value(output).count, visit)
    }

    /// - Parameter outputIndices: the scalars of the result.
    private func forEachRun(from output: Tape.ID, _ outputIndices: some Sequence<Int>, _ visit: (ContributionRun) -> Void) {
        guard case .result(let primitive, let operands) = tape[output].origin else { return }
        let (rules, upstream) = (primitive.rules, gradient(output).scalars.span)
        (operands.map { value($0) } + [value(output)]).withViews { views in
            let inputs = Array(views.dropLast())
            for outputIndex in outputIndices {
                rules.localDerivatives(of: outputIndex, operands: inputs, output: views[inputs.count]) { operand, first, locals in
                    visit(
                        ContributionRun(
                            output: output, outputIndex: outputIndex, operand: operand, input: operands[operand],
                            upstream: upstream[outputIndex], first: first, locals: locals))
                }
            }
        }
    }

    /// All contributions to the gradient of one scalar, in the tape's order: the products add up to it.
    package func contributions(to id: Tape.ID, _ index: Int) -> [Contribution] {
        let later = (id.index + 1..<max(tape.entries.count, id.index + 1)).lazy.map { Tape.ID(index: $0) }
        return contributions(
            to: id, index,
            through: later.filter {
                guard case .result(_, let operands) = tape[$0].origin else { return false }
                return operands.contains(id)
            })
    }

    /// - Parameter consumers: the operations that use the tensor, in order, as from `Tape.consumers()`.
    package func contributions(
        to id: Tape.ID, _ index: Int, through consumers: some Sequence<Tape.ID>
    ) -> [Contribution] {
        var found: [Contribution] = []
        for consumer in consumers {
            guard case .result(let primitive, let operands) = tape[consumer].origin else { continue }
            let shapes = operands.map { tape[$0].shape }
            var reached: [Int] = []
            for operand in operands.indices where operands[operand] == id {
                reached += primitive.rules.reach(of: index, operand: operand, operands: shapes, output: tape[consumer].shape)
            }
            if operands.count(where: { $0 == id }) > 1 { reached = Set(reached).sorted() }
            forEachRun(from: consumer, reached) { run in
                let offset = index - run.first
                if run.input == id, run.indices.contains(offset) { found.append(run[offset]) }
            }
        }
        return found
    }
}
