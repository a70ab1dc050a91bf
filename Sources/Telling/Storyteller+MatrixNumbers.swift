import Autodiff
import Notation
import Traces

/// Matrices small enough to be printed with their numbers.
extension Storyteller {
    private static var widest: Int { 4 }

    private func rows(_ id: Tape.ID, _ leaf: (ScalarID) -> Arithmetic.Leaf, asColumn: Bool = false) -> [[Arithmetic.Leaf]]? {
        let shape = trace.tape[id].shape
        let count = shape.reduce(1, *)
        let columns = asColumn ? 1 : shape.last ?? 1
        guard count > 0, columns > 0, columns <= Self.widest, count / columns <= Self.widest else { return nil }
        return (0..<count / columns).map { row in (0..<columns).map { leaf(ScalarID(id, row * columns + $0)) } }
    }

    private func valueLine(_ scalar: ScalarID, _ arithmetic: Arithmetic) -> PrintedLine {
        PrintedLine(arithmetic: arithmetic, result: value(scalar), key: .value(scalar.key))
    }

    private func gradientLine(_ scalar: ScalarID, _ arithmetic: Arithmetic) -> PrintedLine {
        PrintedLine(arithmetic: arithmetic, result: gradient(scalar), key: .gradient(scalar.key))
    }

    /// Wx + b of a single sample.
    func forwardNumbers(_ primitive: Primitive, _ operands: [Tape.ID], _ output: Tape.ID) -> MatrixEquation? {
        guard case .dense = primitive, trace.tape[output].shape.dropLast().reduce(1, *) == 1,
            let weight = rows(operands[1], leaf), let x = rows(operands[0], leaf, asColumn: true), weight.count > 1 || x.count > 1
        else { return nil }
        var parts: [MatrixEquation.Part] = [.matrix(weight), .matrix(x)]
        var bias: [[Arithmetic.Leaf]]?
        if operands.count > 2 {
            guard let found = rows(operands[2], leaf, asColumn: true) else { return nil }
            bias = found
            parts += [.sign(.plus), .matrix(found)]
        }
        return MatrixEquation(
            parts: parts,
            entries: weight.indices.map { unit in
                let terms = zip(weight[unit], x).map { ($0, $1[0]) }
                return [valueLine(ScalarID(output, unit), .weightedSum(terms, bias: bias?[unit][0]))]
            })
    }

    /// δxᵀ, Wᵀδ or f′(z) ⊙ δ, where one operation alone uses the tensor.
    func backwardNumbers(_ id: Tape.ID) -> MatrixEquation? {
        guard uses(of: id).count == 1, let use = uses(of: id).first,
            case .result(.dense, let operands) = trace.tape[use].origin, operands.count(where: { $0 == id }) == 1
        else { return nil }
        let batch = trace.tape[use].shape.dropLast().reduce(1, *)
        if operands[1] == id { return weightNumbers(id, operands, use) }
        guard operands[0] == id, batch == 1, let weight = rows(operands[1], leaf),
            let delta = rows(use, gradientLeaf, asColumn: true), weight[0].count > 1 || delta.count > 1
        else { return nil }
        return MatrixEquation(
            parts: [.transposed(weight), .matrix(delta)],
            entries: weight[0].indices.map { from in
                let terms = weight.indices.map { (weight[$0][from], delta[$0][0]) }
                return [gradientLine(ScalarID(id, from), .weightedSum(terms))]
            })
    }

    private func weightNumbers(_ id: Tape.ID, _ operands: [Tape.ID], _ use: Tape.ID) -> MatrixEquation? {
        let shape = trace.tape[id].shape
        guard let delta = rows(use, gradientLeaf), let x = rows(operands[0], leaf), shape.reduce(1, *) > 1,
            shape[0] <= Self.widest, shape[1] <= Self.widest
        else { return nil }
        // Samples stand in rows; δ is turned so that its columns are samples, x is not turned.
        let isSingle = delta.count == 1
        let parts: [MatrixEquation.Part] =
            isSingle
            ? [.matrix(delta[0].map { [$0] }), .transposed(x[0].map { [$0] })]
            : [.transposed(delta), .matrix(x)]
        return MatrixEquation(
            parts: parts,
            entries: (0..<shape[0]).map { to in
                (0..<shape[1]).map { from in
                    let terms = delta.indices.map { (delta[$0][to], x[$0][from]) }
                    return gradientLine(ScalarID(id, to * shape[1] + from), .weightedSum(terms))
                }
            })
    }
}
