/// Receives the derivatives of one scalar of a result with respect to neighbouring entries of one operand, beginning with entry `first`.
///
/// The buffer is valid until the visit ends.
package typealias LocalVisit = (_ operand: Int, _ first: Int, _ derivatives: UnsafeBufferPointer<Double>) -> Void

extension DifferentiationRules {
    /// The same, each derivative by itself.
    package func localDerivatives(
        of index: Int, operands: [Tensor], output: Tensor,
        _ visit: (_ operand: Int, _ entry: Int, _ derivative: Double) -> Void
    ) {
        (operands + [output]).withViews { views in
            localDerivatives(of: index, operands: Array(views.dropLast()), output: views[operands.count]) { operand, first, derivatives in
                for (offset, derivative) in derivatives.enumerated() { visit(operand, first + offset, derivative) }
            }
        }
    }

    /// Visits a single entry.
    @inline(__always)
    func visitOne(_ visit: LocalVisit, _ operand: Int, _ entry: Int, _ derivative: Double) {
        withUnsafePointer(to: derivative) { visit(operand, entry, UnsafeBufferPointer(start: $0, count: 1)) }
    }

    /// Visits a run of entries with the derivatives that `derivative` computes.
    @inline(__always)
    func visitRun(_ visit: LocalVisit, _ operand: Int, _ entries: Range<Int>, _ derivative: (_ entry: Int) -> Double) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: entries.count) { derivatives in
            for (offset, entry) in entries.enumerated() { derivatives[offset] = derivative(entry) }
            visit(operand, entries.lowerBound, UnsafeBufferPointer(derivatives))
        }
    }
}
