/// A tape's tensors in one block of memory, recomputed for new values of its sources without further allocation.
///
/// ```swift
/// var workspace = Workspace(tape, differentiating: loss, by: parameters)
/// workspace.set(input, to: batch)
/// workspace.evaluate()
/// workspace.differentiate()
/// ```
package struct Workspace: ~Copyable {
    /// A class, so that running an instruction does not count references to its parts.
    private final class Instruction {
        let id: Tape.ID
        private let rules: any DifferentiationRules
        private let operands: [TensorView]
        /// The operands, and whatever else the value is computed from.
        private let readings: [TensorView]
        private let output: TensorView
        private let result: UnsafeMutableBufferPointer<Double>
        /// Nil where no wanted gradient depends on it.
        private let upstream: UnsafeBufferPointer<Double>?
        private let gradients: [GradientView?]

        init(
            _ id: Tape.ID, rules: any DifferentiationRules, operands: [TensorView], readings: [TensorView], output: TensorView,
            result: UnsafeMutableBufferPointer<Double>,
            upstream: UnsafeBufferPointer<Double>?, gradients: [GradientView?]
        ) {
            self.id = id
            (self.rules, self.operands, self.readings, self.output, self.result) = (rules, operands, readings, output, result)
            (self.upstream, self.gradients) = (upstream, gradients)
        }

        func evaluate() { rules.evaluate(readings, into: result) }

        func differentiate() {
            if let upstream { rules.pullback(upstream, operands: operands, output: output, into: gradients) }
        }
    }

    private let block: UnsafeMutableBufferPointer<Double>
    private let values: [UnsafeMutableBufferPointer<Double>]
    private let gradients: [UnsafeMutableBufferPointer<Double>?]
    private let instructions: [Instruction]
    /// The same, owned by the array above: running unmanaged references counts none.
    private let running: [(id: Tape.ID, instruction: Unmanaged<Instruction>)]

    /// - Parameters:
    ///   - result: a scalar whose gradients are wanted; nil for values alone.
    ///   - wanted: the tensors whose gradients are wanted.
    package init(_ tape: Tape, differentiating result: Tape.ID? = nil, by wanted: [Tape.ID] = []) {
        var hasGradient = [Bool](repeating: false, count: tape.entries.count)
        for id in wanted { hasGradient[id.index] = true }
        for (index, entry) in tape.entries.enumerated() {
            guard case .result(let primitive, let operands) = entry.origin else { continue }
            let rules = primitive.rules
            if operands.indices.contains(where: { hasGradient[operands[$0].index] && rules.flows(to: $0) }) { hasGradient[index] = true }
        }
        let counts = tape.entries.map { $0.shape.reduce(1, *) }
        let block = UnsafeMutableBufferPointer<Double>.allocate(
            capacity: counts.reduce(0, +) + zip(counts, hasGradient).reduce(0) { $0 + ($1.1 ? $1.0 : 0) })
        block.initialize(repeating: 0)
        var used = 0
        func take(_ count: Int) -> UnsafeMutableBufferPointer<Double> {
            defer { used += count }
            return UnsafeMutableBufferPointer(rebasing: block[used..<used + count])
        }
        let values = counts.map(take)
        let gradients = zip(counts, hasGradient).map { $1 ? take($0) : nil }
        let views = zip(tape.entries, values).map { TensorView(shape: $0.shape, scalars: UnsafeBufferPointer($1)) }

        // In the order of the backward pass: the first to reach an operand's gradient sets it, the others add.
        var reached = [Bool](repeating: false, count: counts.count)
        if let result {
            reached[result.index] = true
            gradients[result.index]?.update(repeating: 1)
        }
        var instructions: [Instruction] = []
        for (index, entry) in tape.entries.enumerated().reversed() {
            guard case .result(let primitive, let operands) = entry.origin else { continue }
            let rules = primitive.rules
            var parts = [GradientView?](repeating: nil, count: operands.count)
            if reached[index] {
                for (operand, id) in operands.enumerated() where rules.flows(to: operand) {
                    parts[operand] = gradients[id.index].map { GradientView(scalars: $0, adds: reached[id.index]) }
                    reached[id.index] = true
                }
            }
            instructions.append(
                Instruction(
                    Tape.ID(index: index), rules: rules, operands: operands.map { views[$0.index] },
                    readings: tape.readings(of: primitive, operands).map { views[$0.index] }, output: views[index], result: values[index],
                    upstream: parts.contains { $0 != nil } ? gradients[index].map { UnsafeBufferPointer($0) } : nil, gradients: parts))
        }
        (self.block, self.values, self.gradients, self.instructions) = (block, values, gradients, instructions.reversed())
        running = self.instructions.map { ($0.id, Unmanaged.passUnretained($0)) }
    }

    deinit { block.deallocate() }
}

extension Workspace {
    /// Computes every tensor that is not a source, or those up to `last`.
    package mutating func evaluate(through last: Tape.ID? = nil) {
        let running = running.span
        for index in running.indices {
            if let last, last < running[index].id { return }
            running[index].instruction._withUnsafeGuaranteedRef { $0.evaluate() }
        }
    }

    /// Computes the wanted gradients for the current values.
    package mutating func differentiate() {
        let running = running.span
        for index in running.indices.reversed() { running[index].instruction._withUnsafeGuaranteedRef { $0.differentiate() } }
    }

    /// - Precondition: `scalars` has as many elements as the tensor.
    package mutating func set(_ id: Tape.ID, to scalars: [Double]) {
        precondition(scalars.count == values[id.index].count)
        _ = values[id.index].update(fromContentsOf: scalars)
    }

    /// Copies a tensor from another workspace.
    /// - Precondition: both have the same number of scalars.
    package mutating func set(_ id: Tape.ID, to other: Tape.ID, of workspace: borrowing Workspace) {
        precondition(workspace.values[other.index].count == values[id.index].count)
        _ = values[id.index].update(fromContentsOf: workspace.values[other.index])
    }

    package func value(_ id: Tape.ID) -> [Double] { Array(values[id.index]) }

    /// Zeros where the result does not depend on it; nil where it was not asked for.
    package func gradient(_ id: Tape.ID) -> [Double]? { gradients[id.index].map { Array($0) } }

    /// 0 where it was not asked for.
    package func gradientNorm(_ id: Tape.ID) -> Double { gradients[id.index]?.span.norm ?? 0 }

    package func scalar(_ id: Tape.ID) -> Double { values[id.index][0] }

    /// Lets `body` change a value by its gradient, if that was asked for.
    package mutating func update(
        _ id: Tape.ID, _ body: (_ value: inout MutableSpan<Double>, _ gradient: inout MutableSpan<Double>) -> Void
    ) {
        guard let gradient = gradients[id.index] else { return }
        var value = values[id.index].mutableSpan
        var slope = gradient.mutableSpan
        body(&value, &slope)
    }
}
