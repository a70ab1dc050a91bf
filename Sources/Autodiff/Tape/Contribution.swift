/// One product of the chain rule: what one use of one scalar in one scalar of one result adds to its gradient.
///
/// Two uses of one value (z·z) are two contributions.
package struct Contribution: Hashable, Sendable {
    /// The result of the operation that uses the scalar.
    package let output: Tape.ID
    /// Which scalar of that result, row-major.
    package let outputIndex: Int
    /// In which operand of the operation the scalar stands.
    package let operand: Int
    /// The tensor whose scalar it is, and which one, row-major.
    package let input: Tape.ID
    package let inputIndex: Int
    /// ∂L/∂output[outputIndex].
    package let upstream: Double
    /// ∂output[outputIndex]/∂input[inputIndex], by this operand alone.
    package let local: Double

    package var product: Double { upstream * local }
}

extension Pass {
    /// Calls `visit` with every contribution of the whole pass, from the result back to the sources.
    package func forEachContribution(_ visit: (Contribution) -> Void) {
        for index in (0...result.index).reversed() { forEachContribution(from: Tape.ID(index: index), visit) }
    }

    /// Calls `visit` with the contributions that one operation makes.
    package func forEachContribution(from output: Tape.ID, _ visit: (Contribution) -> Void) {
        guard case .result(let primitive, let operands) = tape[output].origin else { return }
        // Nearly all contributions of a network are of dense layers: the compiler makes a loop of its own for them.
        if case .dense(let rules) = primitive {
            forEachContribution(of: rules, operands, output, visit)
        } else {
            forEachContribution(of: primitive.rules, operands, output, visit)
        }
    }

    @inline(__always)
    private func forEachContribution(
        of rules: some DifferentiationRules, _ operands: [Tape.ID], _ output: Tape.ID, _ visit: (Contribution) -> Void
    ) {
        let inputs = operands.map { value($0) }
        let result = value(output)
        let upstream = gradient(output)
        for outputIndex in 0..<result.count {
            let up = upstream.scalars[outputIndex]
            rules.localDerivatives(of: outputIndex, operands: inputs, output: result) { operand, entry, local in
                visit(
                    Contribution(
                        output: output, outputIndex: outputIndex, operand: operand, input: operands[operand],
                        inputIndex: entry, upstream: up, local: local))
            }
        }
    }

    /// Everything behind the gradient of one scalar, in the tape's order: the products add up to it.
    package func contributions(to id: Tape.ID, _ index: Int) -> [Contribution] {
        let later = (id.index + 1..<max(tape.entries.count, id.index + 1)).lazy.map { Tape.ID(index: $0) }
        return contributions(
            to: id, index,
            through: later.filter {
                guard case .result(_, let operands) = tape[$0].origin else { return false }
                return operands.contains(id)
            })
    }

    /// - Parameter consumers: the operations that use the tensor, in order, as `Tape.consumers()` has them.
    package func contributions(
        to id: Tape.ID, _ index: Int, through consumers: some Sequence<Tape.ID>
    ) -> [Contribution] {
        var found: [Contribution] = []
        for consumer in consumers {
            guard case .result(let primitive, let operands) = tape[consumer].origin else { continue }
            let shapes = operands.map { tape[$0].shape }
            let inputs = operands.map { value($0) }
            var reached: [Int] = []
            for operand in operands.indices where operands[operand] == id {
                reached += primitive.reach(of: index, operand: operand, operands: shapes, output: tape[consumer].shape)
            }
            if operands.count(where: { $0 == id }) > 1 { reached = Set(reached).sorted() }
            for outputIndex in reached {
                let upstream = gradient(consumer).scalars[outputIndex]
                primitive.rules.localDerivatives(of: outputIndex, operands: inputs, output: value(consumer)) {
                    operand, entry, local in
                    guard entry == index, operands[operand] == id else { return }
                    found.append(
                        Contribution(
                            output: consumer, outputIndex: outputIndex, operand: operand, input: id, inputIndex: index,
                            upstream: upstream, local: local))
                }
            }
        }
        return found
    }
}
