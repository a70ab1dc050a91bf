/// The subject of a picture of a recurrent cell: one unit of a layer at one time step, for one sample.
package struct CellPlace: Hashable, Sendable {
    /// The layer's name.
    package var layer: String
    /// Counted from 1, as in `lstm1.t3`.
    package var step: Int
    /// Counted from 0 as in addresses, like the next two.
    package var unit: Int
    /// The feature of the layer's input.
    package var feature: Int
    /// The sample of the batch; nil for the one that the figure shows.
    package var sample: Int?

    package init(layer: String, step: Int, unit: Int = 0, feature: Int = 0, sample: Int? = nil) {
        self.layer = layer
        self.step = step
        self.unit = unit
        self.feature = feature
        self.sample = sample
    }

    /// The first unit in the middle of the sequence, where a step has neighbours on both sides.
    package init(in layer: UnrolledLayer) { self.init(layer: layer.name, step: layer.time / 2 + 1) }
}

/// A recurrent layer with the length of its sequence.
package struct UnrolledLayer: Hashable, Sendable {
    package let name: String
    package let recurrent: RecurrentLayer
    package let time: Int
    package let features: Int
}

extension Network {
    /// Every recurrent layer, including those inside residual blocks, in the order of the forward pass.
    package var unrolledLayers: [UnrolledLayer] { Self.unrolled(layers, from: input) }

    private static func unrolled(_ layers: [Layer], from input: SampleShape) -> [UnrolledLayer] {
        var found: [UnrolledLayer] = []
        var shape = input
        for layer in layers {
            if case .recurrent(let recurrent) = layer.kind, case .sequence(let time, let features) = shape {
                found.append(UnrolledLayer(name: layer.name, recurrent: recurrent, time: time, features: features))
            }
            found += unrolled(layer.kind.rules.inner, from: shape)
            guard let next = try? layer.output(for: shape) else { break }
            shape = next
        }
        return found
    }
}
