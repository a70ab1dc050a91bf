/// Which number one is, wherever a page prints it: by this it has the same digits everywhere (`Precision`), and shares an outline with
/// the place of a picture that it is read from (`Formula.place`).
package enum NumberKey: Hashable, Sendable {
    /// A scalar, by numbers that only their maker reads: which tensor it is of, and which of its entries.
    package struct Scalar: Hashable, Sendable {
        package let tensor, index: Int

        package init(tensor: Int, index: Int) { (self.tensor, self.index) = (tensor, index) }
    }

    /// What one scalar gives to another, by one operand of the operation between them.
    package struct Use: Hashable, Sendable {
        package let from, to: Scalar
        package let operand: Int

        package init(from: Scalar, to: Scalar, operand: Int) { (self.from, self.to, self.operand) = (from, to, operand) }
    }

    case value(Scalar)
    /// Of what is differentiated with respect to the scalar.
    case gradient(Scalar)
    /// The gradient after clipping, and the scalar after the update.
    case clipped(Scalar)
    case updated(Scalar)
    /// The norm of all gradients together.
    case norm
    /// The derivative of one scalar with respect to another, and what it brings to the gradient.
    case local(Use)
    case contribution(Use)
    /// The probability that a loss makes of a score.
    case probability(Scalar)
    /// What those contributions to a gradient add up to that are not told one by one.
    case rest(Scalar)
    /// What comes back to a scalar along one of the ways on which a picture draws it.
    case branch(Scalar, Int)

    /// The same for all numbers that stand at one place of a picture.
    package var place: NumberKey {
        switch self {
        case .updated(let scalar): .value(scalar)
        case .clipped(let scalar): .gradient(scalar)
        case .contribution(let use): .local(use)
        case .value, .gradient, .norm, .local, .rest, .branch, .probability: self
        }
    }

    /// The scalars that the number belongs to.
    package var scalars: [Scalar] {
        switch self {
        case .value(let scalar), .gradient(let scalar), .clipped(let scalar), .updated(let scalar), .rest(let scalar),
            .branch(let scalar, _), .probability(let scalar):
            [scalar]
        case .local(let use), .contribution(let use): [use.from, use.to]
        case .norm: []
        }
    }
}
