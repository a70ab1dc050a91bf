import Autodiff
import Notation
import Traces

/// Whole matrices with numbers, if they are small enough to print.
extension Dense {
    /// Wx + b of a single sample.
    func forwardNumbers(_ application: Application) -> MatrixEquation? {
        let (teller, operands, output) = (application.teller, application.operands, application.output)
        guard rows == nil, teller.trace.tape[output].shape.dropLast().reduce(1, *) == 1, let weight = teller.rows(operands[1], teller.leaf),
            let x = teller.rows(operands[0], teller.leaf, asColumn: true), weight.count > 1 || x.count > 1
        else { return nil }
        var parts: [MatrixEquation.Part] = [.matrix(weight), .matrix(x)]
        var bias: [[Arithmetic.Leaf]]?
        if operands.count > 2 {
            guard let found = teller.rows(operands[2], teller.leaf, asColumn: true) else { return nil }
            bias = found
            parts += [.sign(.plus), .matrix(found)]
        }
        return MatrixEquation(
            parts: parts,
            entries: weight.indices.map { unit in
                let terms = zip(weight[unit], x).map { ($0, $1[0]) }
                return [teller.valueLine(ScalarID(output, unit), .weightedSum(terms, bias: bias?[unit][0]))]
            })
    }

    /// δxᵀ or Wᵀδ.
    func backwardNumbers(of id: Tape.ID, _ application: Application) -> MatrixEquation? {
        let (teller, operands, output) = (application.teller, application.operands, application.output)
        let batch = teller.trace.tape[output].shape.dropLast().reduce(1, *)
        guard rows == nil else { return nil }
        if operands[1] == id { return weightNumbers(application) }
        guard operands[0] == id, batch == 1, let weight = teller.rows(operands[1], teller.leaf),
            let delta = teller.rows(output, teller.gradientLeaf, asColumn: true), weight[0].count > 1 || delta.count > 1
        else { return nil }
        return MatrixEquation(
            parts: [.transposed(weight), .matrix(delta)],
            entries: weight[0].indices.map { from in
                let terms = weight.indices.map { (weight[$0][from], delta[$0][0]) }
                return [teller.gradientLine(ScalarID(id, from), .weightedSum(terms))]
            })
    }

    private func weightNumbers(_ application: Application) -> MatrixEquation? {
        let teller = application.teller
        let shape = application.shape(1)
        guard let delta = teller.rows(application.output, teller.gradientLeaf), let x = teller.rows(application.operands[0], teller.leaf),
            shape.reduce(1, *) > 1, shape[0] <= Storyteller.widestMatrix, shape[1] <= Storyteller.widestMatrix
        else { return nil }
        // Samples are rows; δ is transposed so that its columns are samples, x is not.
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
                    return teller.gradientLine(application.scalar(1, to * shape[1] + from), .weightedSum(terms))
                }
            })
    }
}

extension Storyteller {
    fileprivate static var widestMatrix: Int { 4 }

    fileprivate func rows(_ id: Tape.ID, _ leaf: (ScalarID) -> Arithmetic.Leaf, asColumn: Bool = false) -> [[Arithmetic.Leaf]]? {
        let shape = trace.tape[id].shape
        let count = shape.reduce(1, *)
        let columns = asColumn ? 1 : shape.last ?? 1
        guard count > 0, columns > 0, columns <= Self.widestMatrix, count / columns <= Self.widestMatrix else { return nil }
        return (0..<count / columns).map { row in (0..<columns).map { leaf(ScalarID(id, row * columns + $0)) } }
    }

    fileprivate func valueLine(_ scalar: ScalarID, _ arithmetic: Arithmetic) -> PrintedLine {
        PrintedLine(arithmetic: arithmetic, result: value(scalar), key: .value(scalar.key))
    }

    fileprivate func gradientLine(_ scalar: ScalarID, _ arithmetic: Arithmetic) -> PrintedLine {
        PrintedLine(arithmetic: arithmetic, result: gradient(scalar), key: .gradient(scalar.key))
    }
}
