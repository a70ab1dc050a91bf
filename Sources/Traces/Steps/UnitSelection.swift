import Autodiff
import NeuralNetworks

/// Which units of which layers are told one by one: `hidden[0],output`. What is not chosen is summed.
package struct UnitSelection: Hashable, Sendable {
    /// For each chosen layer its units, from 0; nil: all.
    private var units: [String: Set<Int>?] = [:]
    /// The layer that a tensor belongs to, by the tensor's place on the tape.
    private var owners: [Int: String] = [:]
    /// For a layer without units of its own, the one before it whose units it takes up.
    private var bearers: [String: String] = [:]

    /// - Throws: `AddressError` for what names no layer or no unit of it.
    package init(_ text: String, of trace: Trace) throws(AddressError) {
        let layers = trace.lowered.map { Self.flattened($0.layers) } ?? []
        var widths: [String: Int] = [:]
        var bearer: String?
        for layer in layers {
            let name = layer.layer.name
            if layer.layer.kind.hasUnits || bearer == nil { bearer = name }
            bearers[name] = bearer
            widths[name] = layer.outputShape.channels
            for id in trace.tape.allIDs {
                let tensor = trace.tape[id].name
                if tensor == name || tensor.hasPrefix("\(name).") { owners[id.index] = name }
            }
            owners[layer.output.index] = name
        }
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            var name = part.filter { $0 != " " }
            var unit: Int?
            if name.hasSuffix("]"), let bracket = name.lastIndex(of: "[") {
                guard let number = Int(name[name.index(after: bracket)...].dropLast()) else {
                    throw .malformed(String(part))
                }
                unit = number
                name = String(name[..<bracket])
            }
            guard let width = widths[name] else { throw .unknownTensor(name, known: layers.map(\.layer.name)) }
            guard let unit else {
                units[name] = .some(nil)
                continue
            }
            guard unit >= 0, unit < width else { throw .wrongIndex(String(part), shape: [width]) }
            if case .some(.none) = units[name] { continue }
            units[name] = (units[name] ?? [])?.union([unit])
        }
        guard !units.isEmpty else { throw .malformed(text) }
    }

    private static func flattened(_ layers: [LoweredLayer]) -> [LoweredLayer] {
        layers.flatMap { flattened($0.inner) + [$0] }
    }
}

extension UnitSelection {
    /// Whether a scalar is told. What belongs to no layer (the loss) always is.
    func contains(_ scalar: ScalarID, of trace: Trace) -> Bool {
        guard let layer = owners[scalar.tensor.index] else {
            return trace.tape[scalar.tensor].origin != .source(.input)
        }
        let chosen = units[layer] ?? bearers[layer].flatMap { units[$0] }
        guard let chosen else { return false }
        guard let units = chosen else { return true }
        return units.contains(Self.unit(of: scalar, in: trace))
    }

    /// The place along the axis of units: of parameters the rows (of recurrent ones within a gate), of values the
    /// features or channels.
    private static func unit(of scalar: ScalarID, in trace: Trace) -> Int {
        let entry = trace.tape[scalar.tensor]
        let index = entry.shape.index(ofFlat: scalar.index)
        if entry.origin == .source(.parameter) {
            guard let row = index.first else { return 0 }
            let isRecurrent =
                entry.name.hasSuffix("input-weight") || entry.name.hasSuffix("recurrent-weight")
                || entry.name.hasSuffix("input-bias") || entry.name.hasSuffix("recurrent-bias")
            guard isRecurrent, let layer = trace.lowered?.layers.recurrentUnits(of: scalar.tensor) else { return row }
            return row % layer
        }
        return index.count == 4 ? index[1] : index.last ?? 0
    }
}

extension [LoweredLayer] {
    /// The units of the recurrent layer that a parameter belongs to.
    fileprivate func recurrentUnits(of id: Tape.ID) -> Int? {
        for layer in self {
            if let found = layer.inner.recurrentUnits(of: id) { return found }
            if case .recurrent(let recurrent) = layer.layer.kind, layer.parameters.values.contains(id) {
                return recurrent.units
            }
        }
        return nil
    }
}

extension Layer.Kind {
    /// Whether the layer makes units of its own rather than changing those before it.
    fileprivate var hasUnits: Bool {
        switch self {
        case .dense, .convolution, .recurrent, .flatten: true
        case .activation, .softmax, .normalization, .residual: false
        }
    }
}
