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
        let rules = primitive.rules
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
        var found: [Contribution] = []
        for consumer in id.index + 1..<max(tape.entries.count, id.index + 1) {
            guard case .result(_, let operands) = tape.entries[consumer].origin, operands.contains(id) else { continue }
            forEachContribution(from: Tape.ID(index: consumer)) {
                if $0.input == id && $0.inputIndex == index { found.append($0) }
            }
        }
        return found
    }
}
