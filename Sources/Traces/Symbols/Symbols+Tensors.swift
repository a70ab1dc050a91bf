package import Autodiff
package import Notation

extension Symbols {
    /// A tensor as a whole, in bold: W², x, hₜ; a matrix of parameters in capitals.
    package func tensor(_ id: Tape.ID) -> Formula {
        let entry = tape[id]
        guard let naming = namings[id.index] else {
            if case .result(.copying(let copying), let operands) = entry.origin, case .reshape = copying {
                return tensor(operands[0])
            }
            return .symbol(entry.name, .bold)
        }
        let isMatrix = entry.origin == .source(.parameter) && entry.shape.count > 1 || naming.letter.isCapitalized(for: entry)
        let letter = entry.shape.reduce(1, *) == 1 ? naming.letter : naming.letter.bold(capital: isMatrix)
        var sub: Formula?
        if case .time(let step) = naming.index { sub = .name(String(step)) }
        let sup = naming.above ?? naming.level
        return sub == nil && sup == nil ? letter : .scripts(letter, sub: sub, sup: sup)
    }

    /// ∂L/∂tensor on one line, or δ in bold.
    package func gradient(ofTensor id: Tape.ID) -> Formula {
        if let naming = namings[id.index], naming.hasDelta {
            let delta = Formula.symbol("δ", .bold)
            return naming.above.map { .sup(delta, $0) } ?? delta
        }
        return .partial(resultName, over: tensor(id))
    }
}

extension Formula {
    /// Ŵ, the normalized weight, is computed but still a matrix of weights.
    fileprivate func isCapitalized(for entry: Tape.Entry) -> Bool {
        if case .accented(.symbol("w", _), .hat) = self { return entry.shape.count > 1 }
        return false
    }

    fileprivate func bold(capital: Bool) -> Formula {
        switch self {
        case .symbol(let text, _): .symbol(capital ? text.uppercased() : text, .bold)
        case .accented(let base, let accent): .accented(base.bold(capital: capital), accent)
        case .scripts(let base, let sub, let sup): .scripts(base.bold(capital: capital), sub: sub, sup: sup)
        default: self
        }
    }
}
