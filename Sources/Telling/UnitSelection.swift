package import Autodiff
import NeuralNetworks
package import Traces

/// The units of layers that are explained one by one: `hidden[0],output`. All others are summed.
///
/// A weight belongs to two units, the one it leads to and the one it comes from, and is selected if both are; the features of the input are
/// not units and always count as selected. A statistic is selected with any of the values that it is computed from.
package struct UnitSelection: Hashable, Sendable {
    /// For each selected layer its units, from 0; nil for all.
    private var units: [LayerID: Set<Int>?] = [:]
    /// The number of units in each layer.
    private var widths: [LayerID: Int] = [:]
    /// For each layer the layers whose units it has: itself or, without units of its own, those before it, nearest first.
    private var bearers: [LayerID: [LayerID]] = [:]
    /// The operand that a matrix of weights or a kernel is multiplied by, by the weight's index on the tape.
    private var multiplied: [Int: Tape.ID] = [:]
    /// Layers whose tensors hold a block of units for each gate.
    private var recurrent: Set<LayerID> = []

    /// - Throws: `AddressError` where the text does not name a layer or a unit of it.
    package init(_ text: String, of trace: Trace) throws(AddressError) {
        let layers = trace.lowered?.layers.flattened ?? []
        place(layers, on: trace.tape)
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
            // By its symbol in figures: h₁.
            if !layers.contains(where: { $0.layer.name == name }), let scalar = try? trace.scalar(named: part.filter { $0 != " " }),
                let layer = trace.role(of: scalar.tensor)?.layer, let width = widths[layer], trace.tape[scalar.tensor].shape.last == width
            {
                if case .some(.none) = units[layer] { continue }
                units[layer] = (units[layer] ?? [])?.union([scalar.index % width])
                continue
            }
            guard let layer = layers.first(where: { $0.layer.name == name })?.id, let width = widths[layer] else {
                throw .unknownTensor(name, known: layers.map(\.layer.name))
            }
            guard let unit else {
                units[layer] = .some(nil)
                continue
            }
            guard unit >= 0, unit < width else { throw .wrongIndex(String(part), shape: [width]) }
            if case .some(.none) = units[layer] { continue }
            units[layer] = (units[layer] ?? [])?.union([unit])
        }
        guard !units.isEmpty else { throw .malformed(text) }
    }

    private mutating func place(_ layers: [LoweredLayer], on tape: Tape) {
        var bearing: [LayerID] = []
        for layer in layers {
            bearing = [layer.id] + (layer.rules.result.isOwnUnits ? [] : bearing)
            bearers[layer.id] = bearing
            widths[layer.id] = layer.outputShape.channels
            if case .states = layer.rules.result { recurrent.insert(layer.id) }
        }
        for id in tape.allIDs {
            guard case .result(let primitive, let operands) = tape[id].origin, primitive.telling is any WeightedSum else { continue }
            multiplied[operands[1].index] = operands[0]
            if case .result(.divideByScalar, let divided) = tape[operands[1]].origin { multiplied[divided[0].index] = operands[0] }
        }
    }

}

extension UnitSelection {
    /// Whether a scalar is selected. What belongs to no layer (the data, the loss) always is.
    func contains(_ scalar: ScalarID, of trace: Trace) -> Bool {
        let entry = trace.tape[scalar.tensor]
        let index = entry.shape.index(ofFlat: scalar.index)
        let layer = trace.role(of: scalar.tensor)?.layer
        if let other = multiplied[scalar.tensor.index], index.count > 1 {
            let positions = index.count == 4 ? trace.tape[other].shape.dropFirst(2).reduce(1, *) : 1
            guard contains(ScalarID(other, index[1] * positions), of: trace) else { return false }
        }
        if case .result(let primitive, let operands) = entry.origin {
            let namesLayer = layer.flatMap { units[$0] } != nil
            let bearers = primitive.telling.bearers(of: scalar.index, operands: operands, on: trace.tape, namesLayer: namesLayer)
            if let bearers { return bearers.contains { contains($0, of: trace) } }
        }
        guard let layer else { return true }
        guard let own = bearers[layer]?.first(where: { units[$0] != nil }), let chosen = units[own] else { return false }
        guard let chosen, !index.isEmpty else { return true }
        return chosen.contains(unit(of: scalar, at: index, entry, in: own))
    }

    /// The index along the axis of units: the rows of parameters, the features or channels of values; within a gate's block.
    private func unit(of scalar: ScalarID, at index: [Int], _ entry: Tape.Entry, in layer: LayerID) -> Int {
        let isParameter = entry.origin == .source(.parameter) || multiplied[scalar.tensor.index] != nil
        let axis = isParameter ? 0 : index.count == 4 ? 1 : index.count - 1
        let width = max(widths[layer] ?? 1, 1)
        if recurrent.contains(layer) { return index[axis] % width }
        // In a flattened image, the values of one channel are neighbours.
        return index[axis] * width / max(entry.shape[axis], 1)
    }
}
