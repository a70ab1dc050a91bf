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
            if case .residual(let residual) = layer.kind {
                var inner = shape
                try add(residual.layers, to: &inner, batch: batch)
            }
            let output = try layer.output(for: shape)
            let outputs = ([batch] + output.axes).saturatingCount
            scalars = scalars.saturatingPlus(outputs)
            for parameter in try layer.parameters(for: shape) {
                scalars = scalars.saturatingPlus(parameter.shape.saturatingCount)
            }
            products = products.saturatingPlus([layer.fanIn(of: shape), outputs].saturatingCount)
            if case .recurrent(let recurrent) = layer.kind {
                // Every time step has a state, whether or not it is returned.
                let states = [batch, shape.axes[0], recurrent.units].saturatingCount
                let rows = [states, recurrent.cell.blocks].saturatingCount
                scalars = scalars.saturatingPlus(rows)
                products = products.saturatingPlus([rows, 2, shape.last + recurrent.units].saturatingCount)
            }
            shape = output
        }
    }
}

extension Layer {
    /// How many products lead to one scalar of the output: two operands for each weight.
    fileprivate func fanIn(of input: SampleShape) -> Int {
        switch kind {
        case .dense: [2, input.last].saturatingCount
        case .convolution(let convolution):
            [2, input.axes[0], convolution.kernel, convolution.kernel].saturatingCount
        case .residual(let residual): residual.hasProjection ? [2, input.last].saturatingCount : 2
        case .flatten, .activation, .softmax, .normalization, .recurrent: 1
        }
    }
}
