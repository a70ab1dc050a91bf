/// Where a backward pass is wrong on purpose: what an operation does in place of its pullback, and through which uses of a tensor nothing
/// comes back. All else is done by the rules.
package struct BackwardFaults: Hashable, Sendable {
    package enum Fault: Hashable, Sendable {
        /// Takes the local derivative as 1: the upstream gradient is passed on as it is.
        case passesOn
        /// Takes a function's derivative at its output rather than at its input.
        case atOutput
        /// Multiplies what goes back to the input by W rather than by its transpose.
        case transposed
        /// Takes of the local derivatives those alone of an entry with respect to the entry at the same place.
        case diagonal
        case scaled(Double)
    }

    /// One operand of an operation.
    package struct Use: Hashable, Sendable {
        package let operation: Tape.ID
        package let operand: Int

        package init(_ operation: Tape.ID, operand: Int) { (self.operation, self.operand) = (operation, operand) }
    }

    package var faults: [Tape.ID: Fault]
    package var lost: Set<Use>
    /// Values that the way back sees in place of those of the forward pass: weights that were updated too early.
    package var seen: [Tape.ID: Tensor]

    package init(faults: [Tape.ID: Fault] = [:], lost: Set<Use> = [], seen: [Tape.ID: Tensor] = [:]) {
        self.faults = faults
        self.lost = lost
        self.seen = seen
    }
}

extension BackwardFaults {
    /// The gradients that an operation passes to its operands; nil where nothing comes back.
    func pullback(_ id: Tape.ID, _ rules: any DifferentiationRules, _ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        var parts = rules.pullback(upstream, operands: operands, output: output)
        switch faults[id] {
        case nil: break
        case .passesOn: parts[0] = Tensor(shape: operands[0].shape, scalars: upstream.scalars)
        case .atOutput:
            guard let function = rules as? Pointwise else { break }
            parts[0] = Tensor(
                shape: output.shape, scalars: zip(upstream.scalars, output.scalars).map { $0 * function.derivative(at: $1) })
        case .transposed: parts[0] = rules.pullback(upstream, operands: Self.transposed(operands), output: output)[0]
        case .diagonal:
            var own = Tensor.zeros(operands[0].shape)
            for index in 0..<output.count {
                rules.localDerivatives(of: index, operands: operands, output: output) { operand, entry, local in
                    if operand == 0, entry == index { own.scalars[index] = upstream.scalars[index] * local }
                }
            }
            parts[0] = own
        case .scaled(let factor):
            if let part = parts[0] { parts[0] = Tensor(shape: part.shape, scalars: part.scalars.map { factor * $0 }) }
        }
        return parts.enumerated().map { lost.contains(Use(id, operand: $0)) ? nil : $1 }
    }

    /// The local derivatives that the faulty way back takes, each by itself: the products with the upstream gradient add up to what `pullback`
    /// gives. Where nothing comes back they are 0.
    func localDerivatives(
        _ id: Tape.ID, _ rules: any DifferentiationRules, of index: Int, operands: [Tensor], output: Tensor,
        _ visit: (_ operand: Int, _ entry: Int, _ derivative: Double) -> Void
    ) {
        let fault = faults[id]
        func pass(_ operand: Int, _ entry: Int, _ derivative: Double) {
            visit(operand, entry, lost.contains(Use(id, operand: operand)) ? 0 : derivative)
        }
        switch fault {
        case .passesOn: pass(0, index, 1)
        case .atOutput: if let function = rules as? Pointwise { pass(0, index, function.derivative(at: output.scalars[index])) }
        case nil, .transposed, .diagonal, .scaled: break
        }
        rules.localDerivatives(of: index, operands: operands, output: output) { operand, entry, derivative in
            switch operand == 0 ? fault : nil {
            case nil: pass(operand, entry, derivative)
            case .passesOn, .atOutput, .transposed: break
            case .diagonal: pass(operand, entry, entry == index ? derivative : 0)
            case .scaled(let factor): pass(operand, entry, factor * derivative)
            }
        }
        guard fault == .transposed else { return }
        rules.localDerivatives(of: index, operands: Self.transposed(operands), output: output) { operand, entry, derivative in
            if operand == 0 { pass(operand, entry, derivative) }
        }
    }

    /// The operands of a product with a weight, that turned.
    private static func transposed(_ operands: [Tensor]) -> [Tensor] {
        let weight = operands[1]
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        var turned = operands
        turned[1] = Tensor(shape: [columns, rows], scalars: (0..<rows * columns).map { weight.scalars[$0 % rows * columns + $0 / rows] })
        return turned
    }
}
