/// The record of a computation on whole tensors, in the order in which they are computed.
///
/// Operands come before results, so that the backward pass is a reversed loop. The tape holds shapes and names but no values, so that one
/// record serves every set of inputs.
package struct Tape: Hashable, Sendable {
    /// The index of a tensor on the tape.
    package struct ID: Hashable, Comparable, Sendable {
        package let index: Int

        package init(index: Int) { self.index = index }

        package static func < (a: ID, b: ID) -> Bool { a.index < b.index }
    }

    /// Whether a tensor is a source, or the result of an operation.
    package enum Origin: Hashable, Sendable {
        case source(Source)
        case result(Primitive, operands: [ID])
    }

    /// The kind of a tensor that is not computed.
    package enum Source: Hashable, Sendable {
        case input, parameter, constant
    }

    package struct Entry: Hashable, Sendable {
        package let name: String
        package let shape: [Int]
        package let origin: Origin
    }

    /// Another name for a tensor.
    package struct Alias: Hashable, Sendable {
        package let name: String
        package let id: ID
    }

    package private(set) var entries: [Entry] = []
    /// Other names, in the order in which they were given.
    package private(set) var aliases: [Alias] = []

    /// How many scalars all tensors hold together; the largest Int where that would overflow.
    package private(set) var scalars = 0
    /// The number of products of an upstream gradient and a local derivative in the backward pass.
    package private(set) var products = 0

    package init() {}
}

extension Tape {
    @discardableResult
    package mutating func source(_ source: Source, name: String, shape: [Int]) -> ID {
        append(Entry(name: name, shape: shape, origin: .source(source)))
    }

    @discardableResult
    package mutating func record(_ primitive: Primitive, _ operands: [ID], name: String) -> ID {
        let shapes = operands.map { entries[$0.index].shape }
        products = products.saturatingPlus(primitive.rules.products(for: shapes))
        return append(
            Entry(
                name: name, shape: primitive.rules.shape(of: shapes), origin: .result(primitive, operands: operands)))
    }

    /// Gives a tensor another name: `p = y` records no operation.
    package mutating func alias(_ name: String, for id: ID) {
        aliases.append(Alias(name: name, id: id))
    }

    private mutating func append(_ entry: Entry) -> ID {
        let id = ID(index: entries.count)
        scalars = scalars.saturatingPlus(entry.shape.saturatingCount)
        entries.append(entry)
        return id
    }
}

extension Tape {
    package subscript(id: ID) -> Entry { entries[id.index] }

    /// The tensor that a user's text names; code finds tensors by their roles instead.
    package func id(named name: String) -> ID? {
        aliases.last { $0.name == name }?.id ?? entries.lastIndex { $0.name == name }.map(ID.init)
    }

    package var allIDs: [ID] { entries.indices.map { ID(index: $0) } }

    /// The tensors that an operation's value is computed from: its operands; for 1 − σ(x) also x, since 1 − y loses digits where y is near
    /// 1. A result is nevertheless a function of its operands: gradients, paths and pictures use only these.
    func readings(of primitive: Primitive, _ operands: [ID]) -> [ID] {
        guard primitive == .pointwise(.complement), case .result(.pointwise(.sigmoid), let scores) = self[operands[0]].origin
        else { return operands }
        return operands + scores
    }

    /// All names; aliases after those of the entries.
    package var names: [String] { entries.map(\.name) + aliases.map(\.name) }

    /// The operations that use each tensor, in order.
    package func consumers() -> [[ID]] {
        var result = [[ID]](repeating: [], count: entries.count)
        for id in allIDs {
            guard case .result(_, let operands) = self[id].origin else { continue }
            for operand in Set(operands) { result[operand.index].append(id) }
        }
        return result
    }

    /// Which tensors the given one depends on, itself included.
    package func upstream(of end: ID) -> [Bool] {
        var used = [Bool](repeating: false, count: entries.count)
        used[end.index] = true
        for index in (0...end.index).reversed() where used[index] {
            guard case .result(_, let operands) = entries[index].origin else { continue }
            for operand in operands { used[operand.index] = true }
        }
        return used
    }

    /// Which tensors depend on the given one, itself included.
    package func downstream(of start: ID) -> [Bool] {
        var reached = [Bool](repeating: false, count: entries.count)
        reached[start.index] = true
        for index in start.index..<entries.count {
            guard case .result(_, let operands) = entries[index].origin else { continue }
            if operands.contains(where: { reached[$0.index] }) { reached[index] = true }
        }
        return reached
    }
}
