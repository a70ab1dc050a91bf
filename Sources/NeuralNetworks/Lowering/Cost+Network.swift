package import Autodiff

extension Cost {
    /// A lower bound on the cost of tracing a network, known before anything of it is allocated.
    ///
    /// It counts each layer's output, its parameters, and the products of its weights with its input, and leaves out the intermediate
    /// values of a layer: a trace costs this much or more.
    /// - Throws: where a layer cannot take its input.
    package init(of network: Network, batch: Int) throws(ShapeMismatch) {
        var shape = network.input
        self.init(scalars: ([batch] + shape.axes).saturatingCount)
        try add(network.layers, to: &shape, batch: batch)
    }

    private mutating func add(_ layers: [Layer], to shape: inout SampleShape, batch: Int) throws(ShapeMismatch) {
        for layer in layers {
            let rules = layer.kind.rules
            var inner = shape
            try add(rules.inner, to: &inner, batch: batch)
            let output = try layer.output(for: shape)
            let outputs = ([batch] + output.axes).saturatingCount
            let own = rules.leastCost(of: outputs, from: shape, batch: batch)
            scalars = scalars.saturatingPlus(outputs).saturatingPlus(own.scalars)
            products = products.saturatingPlus(own.products)
            for parameter in try rules.parameters(for: shape) {
                scalars = scalars.saturatingPlus(parameter.shape.saturatingCount)
            }
            shape = output
        }
    }
}
