package import Autodiff
import NeuralNetworks

extension Trace {
    /// The trace that `backstep trace --format json` prints.
    /// - Parameter scalar: the scalar whose products are added, if any.
    package func json(productsOf scalar: ScalarID? = nil) -> JSON {
        var members: [JSON.Member] = []
        func add(_ key: String, _ value: JSON) { members.append(JSON.Member(key: key, value: value)) }
        add("format", .string("backstep.trace"))
        add("version", .integer(1))
        add("title", .optional(title))
        add("loss", .number(loss))
        add("parameters", tensors(named(parameters), pass.value))
        add("values", tensors(valueNames, pass.value))
        // An expression's inputs are listed under values already.
        add("gradients", tensors((lowered == nil ? [] : named(parameters)) + gradientNames, pass.gradient))
        if rule.clipping != nil { add("clipped", tensors(trainables.map(\.name), update.clipped)) }
        if let updated = update.updated { add("updated", tensors(trainables.map(\.name), updated)) }
        if let after = update.lossAfter { add("loss-after", .number(after)) }
        if let optimizer = rule.optimizer, let state = update.after {
            add("step", .integer(rule.steps))
            add("losses", .numbers(update.losses))
            add("optimizer-state", json(state, of: optimizer))
        }
        add("operations", .array(operations))
        if let scalar { add("products", .array(products(of: scalar))) }
        return .object(members)
    }

    /// The optimizer's state for every trained parameter.
    private func json(_ state: GradientTransform.State, of optimizer: Optimizer) -> JSON {
        let isTrained = trainables.map { !rule.frozen.contains($0.name) }
        let memories = optimizer.kind.memories.map { memory in
            let pairs = zip(zip(trainables, state[memory]), isTrained).filter(\.1).map(\.0)
            return JSON.Member(key: memory.rawValue, value: tensors(pairs.map(\.0.name), pairs.map(\.1)))
        }
        return .object(memories + [JSON.Member(key: "step", value: .integer(state.steps))])
    }

    private func named(_ ids: [Tape.ID]) -> [(String, Tape.ID)] { ids.map { (tape[$0].name, $0) } }

    /// Inputs, targets and everything computed. Parameters are listed separately, and an expression's numbers have no names.
    package var valueNames: [(String, Tape.ID)] {
        let own = tape.allIDs.filter { id in
            switch tape[id].origin {
            case .source(.parameter): false
            case .source(.constant): isNamed(id)
            case .source(.input), .result: true
            }
        }
        return named(own) + tape.aliases.map { ($0.name, $0.id) }
    }

    /// `valueNames` without constants.
    package var gradientNames: [(String, Tape.ID)] {
        valueNames.filter { hasGradient($0.1) }
    }

    private func tensors(_ names: [(String, Tape.ID)], _ tensor: (Tape.ID) -> Tensor) -> JSON {
        .object(names.map { JSON.Member(key: $0.0, value: tensor($0.1).json) })
    }

    private func tensors(_ names: [String], _ tensors: [Tensor]) -> JSON {
        .object(zip(names, tensors).map { JSON.Member(key: $0, value: $1.json) })
    }

    private var operations: [JSON] {
        tape.allIDs.compactMap { id in
            guard case .result(let primitive, let operands) = tape[id].origin else { return nil }
            return .object([
                "name": .string(tape[id].name), "kind": .string(primitive.rules.kind),
                "inputs": .array(operands.map { .string(tape[$0].name) }), "output": .string(tape[id].name),
            ])
        }
    }

    private func products(of scalar: ScalarID) -> [JSON] {
        pass.contributions(to: scalar.tensor, scalar.index).map { contribution in
            .object([
                "operation": .string(tape[contribution.output].name),
                "operand": .integer(contribution.operand),
                "output": .string(address(of: ScalarID(contribution.output, contribution.outputIndex))),
                "upstream": .number(contribution.upstream), "local": .number(contribution.local),
                "product": .number(contribution.product),
            ])
        }
    }
}

extension Tensor {
    package var json: JSON {
        .object(["shape": .array(shape.map(JSON.integer)), "data": .numbers(scalars)])
    }
}

extension Trace {
    /// Every named scalar with its value and gradient, in the tape's order, computed lazily.
    package var scalars: some Sequence<(address: String, value: Double, gradient: Double)> {
        let visible = Set(parameters + gradientNames.map(\.1))
        return tape.allIDs.filter { visible.contains($0) }.lazy.flatMap { id in
            let (values, gradients) = (pass.value(id).scalars, pass.gradient(id).scalars)
            return values.indices.lazy.map {
                (address: address(of: ScalarID(id, $0)), value: values[$0], gradient: gradients[$0])
            }
        }
    }
}
