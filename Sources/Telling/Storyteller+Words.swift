import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The questions and the sentences of an explanation.
extension Storyteller {
    /// The question about the values of one step.
    func question(value group: [ScalarID]) -> Formula {
        let scalar = group[0]
        let name = groupName(group)
        guard let (operation, application) = operation(behind: scalar.tensor) else {
            // The values of sources have no steps.
            return .row([.words("What is "), name, .words("?")])
        }
        if let cell = CellPart(scalar.tensor, of: trace), let asked = cell.question {
            return .row([.words(asked + " "), name, .words("?")])
        }
        return operation.question(name, of: scalar.index, isGroup: group.count > 1, application)
    }

    func question(gradient group: [ScalarID]) -> Formula {
        let result: Formula = trace.lowered == nil ? symbols.resultName : .words("the loss")
        let kind = group.count > 1 ? "" : kind(of: group[0].tensor)
        return .row([.words("How much does \(kind)"), groupName(group), .words(" move "), result, .words("?")])
    }

    func question(update group: [ScalarID]) -> Formula {
        .row([.words("Where does the step take "), groupName(group), .words("?")])
    }

    /// "the weight " and the like before a symbol.
    private func kind(of id: Tape.ID) -> String {
        if case .given(let key, _) = trace.role(of: id) {
            switch key {
            case .mask: return "the mask "
            case .initialState: return "the first state "
            case .initialCell: return "the first cell "
            }
        }
        if case .source(.input) = trace.tape[id].origin { return trace.lowered == nil ? "" : "the input " }
        guard let parameter = trace.lowered?.parameters.first(where: { $0.id == id }) else { return "" }
        switch parameter.key.kind {
        case .weight: return "the weight "
        case .bias: return "the bias "
        case .scale: return "the scale "
        case .shift: return "the shift "
        }
    }

    /// The scalars of one step, so that no two steps of a tensor have the same name: "w₅", "w₅ and w₆", "w₅ … w₈"; a tensor as a whole,
    /// "all of W⁽²⁾", by its symbol, or by its name in the lesson if it has none.
    func groupName(_ group: [ScalarID]) -> Formula {
        guard group.count > 1, let first = group.first, let last = group.last else { return symbols(group[0]) }
        let id = first.tensor
        let isParameter = isParameter(first)
        if isParameter, group.count < trace.tape[id].shape.reduce(1, *) {
            return .row([symbols(first), .words(group.count == 2 ? " and " : " … "), symbols(last)])
        }
        guard symbols.names(id), trace.lowered != nil else { return .words(trace.tape[id].name) }
        return isParameter ? .row([.words("all of "), symbols.tensor(id)]) : symbols.tensor(id)
    }
}

extension Storyteller {
    /// - Parameter isFirst: whether this is the first step about the tensor; later ones do not repeat what has been said.
    func sentence(value scalar: ScalarID, isFirst: Bool, isGroup: Bool, _ precision: Precision) -> Formula {
        guard let (operation, application) = operation(behind: scalar.tensor) else { return .row([]) }
        if let cell = CellPart(scalar.tensor, of: trace), let told = cell.sentence {
            let name = symbols(scalar)
            guard !isGroup, let gated = cell.gated else { return .row([name, .words(" " + (isFirst ? told : cell.shortly ?? told))]) }
            return .row([
                name, .words(" is a sigmoid: of \(gated) it lets through "), printed(scalar, precision), .words("."),
            ])
        }
        return operation.sentence(of: scalar.index, isFirst: isFirst, precision, application)
    }

    /// A value with the digits that its step has chosen.
    func printed(_ scalar: ScalarID, _ precision: Precision) -> Formula {
        .number(precision.numeral(value(scalar), key: .value(scalar.key)))
    }

    func sentence(gradient scalar: ScalarID, isFirst: Bool) -> Formula {
        let uses = contributions(to: scalar).count
        let slope = gradient(scalar)
        let name = symbols(scalar)
        let result = symbols.resultName
        let added = meeting(scalar, isFirst: isFirst)
        if uses == 0 { return .row([.words("Nothing that "), result, .words(" is made of uses "), name, .words(".")]) }
        if slope.isNaN || slope.isInfinite {
            return .row(added + [.words("The gradient left the range of numbers: "), .number(slope), .words(".")])
        }
        // A gradient this small beside contributions that cancel is rounding error.
        if slope != 0, abs(slope) < 1e-13 * contributions(to: scalar).reduce(0, { $0 + abs($1.product) }) {
            return .row(added + [name, .words(": 0 (rounding). What comes back cancels.")])
        }
        if isFirst, let reason = reason(scalar) { return .row(added + [.words(reason)]) }
        if slope == 0 { return .row(added + [.words("Zero: near here "), name, .words(" does not move "), result, .words(".")]) }
        if isParameter(scalar) {
            return .row(
                added + [
                    .words(slope > 0 ? "Positive: raising " : "Negative: raising "), name,
                    .words(slope > 0 ? " raises " : " lowers "), result, .words(", so descent "),
                    .words(slope > 0 ? "lowers " : "raises "), name, .words("."),
                ])
        }
        return .row(
            added + [
                .words("If "), name, .words(" grew by 0.01, "), result,
                .words(slope > 0 ? " would grow by about " : " would fall by about "),
                .number(abs(slope) * 0.01, digits: 3), .words("."),
            ])
    }
}
