import Autodiff
import Notation
import Traces

extension Storyteller {
    /// The derivative of the loss by an output that it alone uses: y − t, p − y. Nil where the chain rule has more to say.
    func lossDerivative(_ scalar: ScalarID) -> Arithmetic? {
        let contributions = contributions(to: scalar)
        guard trace.lowered != nil, contributions.count == 1, let only = contributions.first, only.upstream == 1,
            case .result(.loss(let loss), let operands) = trace.tape[only.output].origin
        else { return nil }
        let shape = trace.tape[operands[0]].shape
        let n = loss.divisor(for: shape)
        let y = ScalarID(operands[0], only.inputIndex)
        func target() -> Arithmetic { .leaf(leaf(ScalarID(operands[1], y.index))) }
        func mean(_ difference: Arithmetic) -> Arithmetic { n == 1 ? difference : difference / number(n) }
        switch loss {
        case .halfSquaredError: return mean(.leaf(leaf(y)) - target())
        case .meanSquaredError: return mean(number(2) * (.leaf(leaf(y)) - target()))
        case .binaryCrossEntropy:
            let wanted = value(ScalarID(operands[1], y.index))
            if BatchLoss.isUndecided(value(y), share: logistic(value(y)), wanted) {
                // σ(y) prints as a half, and a half less a half is not what the engine has either.
                let lean = number(0.5) * .function(.tanh, [.leaf(leaf(y)) / number(2)])
                return mean(wanted == 0.5 ? lean : lean + (number(0.5) - target()))
            }
            guard BatchLoss.isCertain(value(y), wanted) else { return mean(.function(.sigmoid, [.leaf(leaf(y))]) - target()) }
            // σ(y) prints as 1, and 1 − 1 is not what the engine has: told as it is computed.
            let missing = Arithmetic.function(.sigmoid, [.negation(.leaf(leaf(y)))])
            return mean(wanted == 1 ? .negation(missing) : (number(1) - target()) - missing)
        case .crossEntropy:
            let classes = shape.last ?? 1
            let row = y.index / classes
            let isRight = Int(trace.pass.value(operands[1]).scalars[row]) == y.index % classes
            let exponentials = (0..<classes).map { index in
                let score = ScalarID(operands[0], row * classes + index)
                return SumTerm(
                    told: .function(.exp, [.leaf(leaf(score))]), value: Pointwise.exp(value(score)), isChosen: isChosen(score))
            }
            let all = exponentials.reduce(0) { $0 + $1.value }
            if isRight, classes > 1, isSaturated(exponentials[y.index % classes].value / all) {
                // The share prints as 1, and 1 − 1 is not what the engine has: told as the share of the others.
                let others = exponentials.enumerated().filter { $0.offset != y.index % classes }.map(\.element)
                return mean(.negation(sum(others, of: .exponential) / sum(exponentials, of: .exponential)))
            }
            let share = Arithmetic.function(.exp, [.leaf(leaf(y))]) / sum(exponentials, of: .exponential)
            return mean(isRight ? share - number(1) : share)
        }
    }
}
