import Autodiff
import NeuralNetworks
import Notation
import Traces

/// Why a gradient has its value, where a general sentence would hide what the operation teaches.
extension Storyteller {
    /// A sentence on several contributions that are added, and what their sum runs over.
    func meeting(_ scalar: ScalarID, isFirst: Bool) -> [Formula] {
        let contributions = contributions(to: scalar)
        guard contributions.count > 1 else { return [] }
        let axes = axes(of: contributions)
        let over = axes.isEmpty ? [ChainRule.Axis.uses].words : axes.words
        guard isFirst else { return [.words("Again summed \(over). ")] }
        return [symbols(scalar), .words(" is used \(contributions.count) times; what comes back is summed \(over). ")]
    }

    func reason(_ scalar: ScalarID) -> String? {
        if trace.lowered == nil { return nil }
        let contributions = contributions(to: scalar)
        if let reason = Meeting(ways: ways(of: contributions)).reason { return reason }
        if contributions.count == 1, let (operation, application) = operation(behind: contributions[0].output),
            let reason = operation.onlyReason(application)
        {
            return reason
        }
        return CellPart(scalar.tensor, of: trace)?.reason(uses: contributions.count)
    }

    private func ways(of contributions: [Contribution]) -> [Meeting.Way] {
        let projected = projected
        return contributions.map { contribution in
            if contribution.operand == 0, projected.contains(contribution.output) { return .projection }
            return operation(behind: contribution.output)?.telling.way(to: contribution.operand) ?? .other
        }
    }
}

/// The paths on which a gradient comes back to one scalar.
struct Meeting {
    enum Way: Hashable {
        /// Through a normalization.
        case normalized, variance, mean, meanSquare
        /// Through spectral normalization.
        case largestSingular, quotient
        case penalty
        /// Through the skip connection of a residual block, with its projection or without.
        case projection, pastBlock
        case other
    }

    let ways: [Way]

    /// What several of them together teach.
    var reason: String? {
        reasonOfNormalization ?? reasonOfSpectralNormalization ?? reasonOfPenalty ?? reasonOfResidualBlock
    }
}
