import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The rules for whole tensors: Wx + b forward, δxᵀ and Wᵀδ backward.
extension Storyteller {
    func matrixForm(value id: Tape.ID) -> MatrixForm? {
        guard saysMore(id), let (operation, application) = operation(behind: id), let rule = operation.rule(application)
        else { return nil }
        return MatrixForm(
            rule: .equation(symbols.tensor(id), rule.formula), remark: rule.remark,
            numbers: chosen == nil ? operation.forwardNumbers(application) : nil)
    }

    func matrixForm(gradient id: Tape.ID) -> MatrixForm? {
        guard saysMore(id), id != trace.pass.result else { return nil }
        var terms: [(formula: Formula, remark: String)] = []
        for consumer in told(usesOf: id) {
            guard let (operation, application) = operation(behind: consumer.output) else { continue }
            for (place, operand) in application.operands.enumerated() where operand == consumer.operand {
                terms.append(operation.pullback(to: place, application))
            }
        }
        guard !terms.isEmpty else { return nil }
        let mostTerms = 4
        var row: [Formula] = []
        for term in terms.prefix(mostTerms) {
            if !row.isEmpty { row.append(.sign(.plus)) }
            row += term.formula.parts
        }
        if terms.count > mostTerms { row += [.sign(.plus), .sign(.ellipsis)] }
        var remarks: [String] = []
        for term in terms where !term.remark.isEmpty && !remarks.contains(term.remark) { remarks.append(term.remark) }
        return MatrixForm(
            rule: .equation(symbols.gradient(ofTensor: id), .row(row)),
            remark: .words(remarks.prefix(2).joined(separator: " ")), numbers: chosen == nil ? backwardNumbers(id) : nil)
    }

    /// Whether a tensor has several scalars, so that its rule differs from that for one.
    private func saysMore(_ id: Tape.ID) -> Bool {
        if trace.lowered == nil { return false }
        if trace.tape[id].shape.reduce(1, *) > 1 { return true }
        // A single statistic or parameter that a whole group shares.
        return uses(of: id).contains { trace.tape[$0].shape.reduce(1, *) > 1 }
    }

    /// The uses of a tensor, through copies without symbols, and the tensor that is the operand there.
    private func told(usesOf id: Tape.ID) -> [(output: Tape.ID, operand: Tape.ID)] {
        uses(of: id).flatMap { use in isNamelessCopy(use) ? told(usesOf: use) : [(use, id)] }
    }
}

extension Storyteller {
    /// A gradient with numbers, if it comes through one operation alone.
    private func backwardNumbers(_ id: Tape.ID) -> MatrixEquation? {
        guard uses(of: id).count == 1, let use = uses(of: id).first, let (operation, application) = operation(behind: use),
            application.operands.count(where: { $0 == id }) == 1
        else { return nil }
        return operation.backwardNumbers(of: id, application)
    }

    /// "w¹₁₂: to unit 1, from unit 2".
    func indexOrder(_ weight: Tape.ID) -> Formula {
        let shape = trace.tape[weight].shape
        guard shape.count == 2 else { return .row([]) }
        let (to, from) = (min(1, shape[0]), min(2, shape[1]))
        let scalar = ScalarID(weight, (to - 1) * shape[1] + from - 1)
        return .row([
            .words("Indices: to, from. "), symbols(scalar), .words(" leads to unit \(to) from unit \(from)."),
        ])
    }
}
