/// One evaluation of a tape, forward and backward: a value and a gradient for every tensor.
package struct Pass: Hashable, Sendable {
    package let tape: Tape
    /// The scalar that the gradients are of.
    package let result: Tape.ID
    private let valueStore: [Tensor]
    private let gradientStore: [Tensor]
    /// Where the backward pass was wrong on purpose.
    package let faults: BackwardFaults

    /// - Precondition: `sources` has a tensor of the right shape for each source of the tape; `result` is a scalar.
    package init(_ tape: Tape, sources: [Tape.ID: Tensor], result: Tape.ID) {
        let values = tape.evaluate(sources)
        self.init(tape, values: values, result: result)
    }

    /// - Parameter values: as from `Tape.evaluate`.
    package init(_ tape: Tape, values: [Tensor], result: Tape.ID) {
        self.init(tape, values: values, gradients: tape.gradients(of: result, values: values), faults: BackwardFaults(), result: result)
    }

    /// A pass whose backward pass may be wrong on purpose.
    /// - Parameter gradients: of all tensors, as the faulty backward pass gave them.
    package init(_ tape: Tape, values: [Tensor], gradients: [Tensor], faults: BackwardFaults, result: Tape.ID) {
        self.tape = tape
        self.result = result
        self.faults = faults
        valueStore = values
        gradientStore = gradients
    }

    package func value(_ id: Tape.ID) -> Tensor { valueStore[id.index] }
    /// ∂result/∂tensor; zeros where the result does not depend on it.
    package func gradient(_ id: Tape.ID) -> Tensor { gradientStore[id.index] }
    package var values: [Tensor] { valueStore }
    /// The largest number that rounding may make of a gradient that is 0 in exact arithmetic.
    package var noise: Double { tape.noise(of: gradientStore, result: result) }

    /// The values of all tensors that are not computed.
    package var sources: [Tape.ID: Tensor] {
        var sources: [Tape.ID: Tensor] = [:]
        for id in tape.allIDs { if case .source = tape[id].origin { sources[id] = value(id) } }
        return sources
    }
}

extension Tape {
    /// 10⁻¹³ of the largest gradient.
    /// - Parameters:
    ///   - gradients: of all tensors.
    ///   - result: whose gradient of 1 says nothing of the others.
    package func noise(of gradients: [Tensor], result: ID) -> Double {
        let largest = gradients.enumerated().map { index, gradient in
            index == result.index ? 0 : gradient.scalars.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        }
        return 1e-13 * (largest.max() ?? 0)
    }

    /// The values of all tensors, in the tape's order.
    package func evaluate(_ sources: [ID: Tensor]) -> [Tensor] {
        var values: [Tensor] = []
        values.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            switch entry.origin {
            case .source:
                guard let value = sources[ID(index: index)], value.shape == entry.shape else {
                    preconditionFailure("no value of the shape \(entry.shape) for \(entry.name)")
                }
                values.append(value)
            case .result(let primitive, let operands):
                values.append(primitive.rules.evaluate(readings(of: primitive, operands).map { values[$0.index] }))
            }
        }
        return values
    }

    /// Recomputes everything downstream of `changed`; the other `values` stay.
    package func reevaluate(_ values: inout [Tensor], downstream: [Bool], of changed: ID) {
        for index in changed.index + 1..<max(entries.count, changed.index + 1) where downstream[index] {
            guard case .result(let primitive, let operands) = entries[index].origin else { continue }
            values[index] = primitive.rules.evaluate(readings(of: primitive, operands).map { values[$0.index] })
        }
    }

    /// The gradients of one scalar with respect to every tensor: a reversed loop over the tape.
    /// - Parameter faults: deliberate mistakes of the pass; nil for none.
    package func gradients(of result: ID, values: [Tensor], faults: BackwardFaults? = nil) -> [Tensor] {
        var gradients = [Tensor?](repeating: nil, count: entries.count)
        gradients[result.index] = Tensor(repeating: 1, shape: entries[result.index].shape)
        differentiate(0..<result.index + 1, values: values, into: &gradients, faults: faults)
        return entries.indices.map { gradients[$0] ?? .zeros(entries[$0].shape) }
    }

    /// Propagates the gradients of some neighbouring entries back to their operands, last entry first.
    /// - Parameter gradients: the gradient of each entry so far; nil where there is none yet.
    package func differentiate(_ range: Range<Int>, values: [Tensor], into gradients: inout [Tensor?], faults: BackwardFaults? = nil) {
        for index in range.reversed() {
            guard case .result(let primitive, let operands) = entries[index].origin, let upstream = gradients[index]
            else { continue }
            let (rules, inputs) = (primitive.rules, operands.map { values[$0.index] })
            let parts =
                faults.map { $0.pullback(ID(index: index), rules, upstream, operands: inputs, output: values[index]) }
                ?? rules.pullback(upstream, operands: inputs, output: values[index])
            for (operand, part) in zip(operands, parts) {
                guard let part else { continue }
                if gradients[operand.index] == nil {
                    gradients[operand.index] = part
                } else {
                    gradients[operand.index]?.add(part)
                }
            }
        }
    }
}

extension Tensor {
    package mutating func add(_ other: Tensor) {
        let b = other.scalars.span
        var a = scalars.mutableSpan
        for i in 0..<b.count { a[i] += b[i] }
    }
}
