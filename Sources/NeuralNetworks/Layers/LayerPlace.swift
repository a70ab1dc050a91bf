/// What a picture of one layer shows: the layer, for one sample.
package struct LayerPlace: Hashable, Sendable {
    /// The layer's name, or `loss`; nil: the first layer with parameters.
    package var name: String?
    /// Of the batch, from 0; nil: the one that the figure is asked for.
    package var sample: Int?

    /// What the loss is called where a layer's name is asked for.
    package static let loss = "loss"

    package init(name: String? = nil, sample: Int? = nil) {
        self.name = name
        self.sample = sample
    }
}

extension Network {
    /// The names of all layers, those inside of residuals too, each before the residual that it is in, and of the loss.
    package var layerNames: [String] { Self.names(layers) + [LayerPlace.loss] }

    private static func names(_ layers: [Layer]) -> [String] { layers.flatMap { names($0.kind.rules.inner) + [$0.name] } }
}
