package import Autodiff
package import Notation

extension Symbols {
    /// A whole tensor, in bold: W⁽²⁾, x, hₜ; a matrix of parameters as a capital.
    package func tensor(_ id: Tape.ID) -> Formula {
        let entry = tape[id]
        guard let naming = namings[id.index] else {
            guard case .result(.copying(let copying), let operands) = entry.origin else { return .symbol(entry.name, .bold) }
            return tensor(copiedBy: copying, operands)
        }
        let isMatrix = entry.origin == .source(.parameter) && entry.shape.count > 1 || naming.letter.isCapitalized(for: entry)
        let letter = entry.shape.reduce(1, *) == 1 ? naming.letter : naming.letter.bold(capital: isMatrix)
        var sub: Formula?
        switch naming.index {
        case .gatesAt(let step, let gates, _) where gates.count == 1: sub = .row([.name(gates[0]), .name(String(step))])
        case .time(let step), .start(let step), .gatesAt(let step, _, _): sub = .name(String(step))
        case .numbered, .placed, .none, .gates: sub = nil
        }
        let sup = naming.above ?? naming.level
        return sub == nil && sup == nil ? letter : .scripts(letter, sub: sub, sup: sup)
    }

    /// A tensor's letter without layer and index: o of o₁.
    package func letter(_ id: Tape.ID) -> Formula {
        if let naming = namings[id.index] { return naming.letter }
        guard case .result(.copying, let operands) = tape[id].origin else { return "y" }
        return letter(operands[0])
    }

    /// One entry of a tensor inside a sum over entries: zᵢ.
    package func entry(_ id: Tape.ID, _ index: Formula) -> Formula {
        guard let naming = namings[id.index] else {
            guard case .result(.copying(.reshape), let operands) = tape[id].origin else { return .sub(tensor(id), index) }
            return entry(operands[0], index)
        }
        return .scripts(naming.letter, sub: index, sup: naming.above ?? naming.level)
    }

    /// A tensor without a symbol, by what it is a part of: xₜ, one gate's part of a, the states of all steps.
    private func tensor(copiedBy copying: Copying, _ operands: [Tape.ID]) -> Formula {
        let source = tensor(operands[0])
        switch copying {
        case .reshape, .forEachSample: return source
        case .step(let step): return source.withSubscript(.name(String(step + 1)))
        case .columns(let range):
            guard case .gatesAt(let step, let gates, let units) = namings[operands[0].index]?.index, units > 0,
                gates.indices.contains(range.lowerBound / units)
            else { return source }
            return source.withSubscript(.row([.name(gates[range.lowerBound / units]), .name(String(step))]))
        case .stack:
            guard case .scripts(let letter, _, let sup) = source else { return source }
            return sup.map { .sup(letter, $0) } ?? letter
        }
    }

    /// One part of a tensor along its first axis, as the queries of one head: q₂. Its entries have the same first index.
    package func tensor(_ id: Tape.ID, part: Int) -> Formula { tensor(id).withSubscript(.name(String(part + 1))) }

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
    fileprivate func withSubscript(_ sub: Formula) -> Formula {
        if case .scripts(let base, _, let sup) = self { .scripts(base, sub: sub, sup: sup) } else { .sub(self, sub) }
    }

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
