/// Identifies a number wherever a page prints it, so that it has the same digits everywhere (`Precision`) and the same outline as the place
/// in a picture that shows it (`Formula.place`).
package enum NumberKey: Hashable, Sendable {
    /// A scalar of the trace: the number of its tensor, and its index in the tensor. Only the code that makes keys interprets these.
    package struct Scalar: Hashable, Sendable {
        package let tensor, index: Int

        package init(tensor: Int, index: Int) { (self.tensor, self.index) = (tensor, index) }
    }

    /// An edge of the graph of scalars: `from` is used to compute `to`, as one operand of an operation.
    package struct Use: Hashable, Sendable {
        package let from, to: Scalar
        package let operand: Int

        package init(from: Scalar, to: Scalar, operand: Int) { (self.from, self.to, self.operand) = (from, to, operand) }
    }

    /// The numbers that an optimizer may keep for a scalar between steps.
    package enum Memory: Int, Hashable, Sendable { case velocity, squares, firstMoment, secondMoment }

    case value(Scalar)
    /// The gradient with respect to the scalar.
    case gradient(Scalar)
    /// The gradient after clipping, and the scalar after the update.
    case clipped(Scalar)
    case updated(Scalar)
    /// What an optimizer remembers of a scalar, before the step or after it.
    case remembered(Scalar, Memory, isAfter: Bool)
    /// The norm of all gradients together.
    case norm
    /// The derivative of `to` with respect to `from`, and its contribution to the gradient with respect to `from`.
    case local(Use)
    case contribution(Use)
    /// The probability that a loss makes of a score.
    case probability(Scalar)
    /// The sum of those contributions to a gradient that are not shown one by one.
    case rest(Scalar)
    /// The part of a scalar's gradient that comes back along one of the lines that a picture draws from it.
    case branch(Scalar, Int)
    /// The number in one of several training steps, from 1; what a step leaves is a number of the next.
    indirect case atStep(Int, NumberKey)

    /// The key for the outline: the same for all numbers that a picture shows at one place.
    package var place: NumberKey {
        switch self {
        case .updated(let scalar): .value(scalar)
        case .clipped(let scalar): .gradient(scalar)
        case .contribution(let use): .local(use)
        case .value, .gradient, .remembered, .norm, .local, .rest, .branch, .probability, .atStep: self
        }
    }

    /// The scalars that the number belongs to.
    package var scalars: [Scalar] {
        switch self {
        case .value(let scalar), .gradient(let scalar), .clipped(let scalar), .updated(let scalar), .rest(let scalar),
            .remembered(let scalar, _, isAfter: _), .branch(let scalar, _), .probability(let scalar):
            [scalar]
        case .local(let use), .contribution(let use): [use.from, use.to]
        case .norm: []
        case .atStep(_, let key): key.scalars
        }
    }
}
