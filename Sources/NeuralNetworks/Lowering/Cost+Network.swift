package import Autodiff

extension Cost {
    /// The least that a network costs to trace, known before anything of it is allocated.
    ///
    /// It counts each layer's output, its parameters, and the products of its weights with what goes in, and leaves out what a
    /// layer does inside: a trace costs this or more.
    /// - Throws: where a layer can't take what comes before it.
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
