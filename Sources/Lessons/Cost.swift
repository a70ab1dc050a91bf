package import NeuralNetworks

/// The least that a network costs to trace, known before anything of it is allocated.
///
/// It counts each layer's output, its parameters, and the products of its weights with what goes in, and leaves out what a
/// layer does inside: a trace costs this or more.
package struct Cost: Hashable, Sendable {
    /// Values that the trace holds.
    package var scalars = 0
    /// Chain-rule products of the backward pass.
    package var products = 0

    /// - Throws: where a layer can't take what comes before it.
    package init(of network: Network, batch: Int) throws(ShapeMismatch) {
        var shape = network.input
        scalars = Saturating.product([batch] + shape.axes)
        try add(network.layers, to: &shape, batch: batch)
    }

    private mutating func add(_ layers: [Layer], to shape: inout SampleShape, batch: Int) throws(ShapeMismatch) {
        for layer in layers {
            if case .residual(let residual) = layer.kind {
                var inner = shape
                try add(residual.layers, to: &inner, batch: batch)
            }
            let output = try layer.output(for: shape)
            let outputs = Saturating.product([batch] + output.axes)
            scalars = Saturating.sum(scalars, outputs)
            for parameter in try layer.parameters(for: shape) {
                scalars = Saturating.sum(scalars, Saturating.product(parameter.shape))
            }
            products = Saturating.sum(products, Saturating.product([layer.fanIn(of: shape), outputs]))
            if case .recurrent(let recurrent) = layer.kind {
                // Every time step has a state, whether or not it is returned.
                let states = Saturating.product([batch, shape.axes[0], recurrent.units])
                let rows = Saturating.product([states, recurrent.cell.blocks])
                scalars = Saturating.sum(scalars, rows)
                products = Saturating.sum(products, Saturating.product([rows, 2, shape.last + recurrent.units]))
            }
            shape = output
        }
    }

    /// The same, run several times: the scalars of one run, the products of all.
    package func repeated(_ times: Int) -> Cost {
        var cost = self
        cost.products = Saturating.product([products, times])
        return cost
    }
}

extension Layer {
    /// How many products lead to one scalar of the output: two operands for each weight.
    fileprivate func fanIn(of input: SampleShape) -> Int {
        switch kind {
        case .dense: Saturating.product([2, input.last])
        case .convolution(let convolution):
            Saturating.product([2, input.axes[0], convolution.kernel, convolution.kernel])
        case .residual(let residual): residual.hasProjection ? Saturating.product([2, input.last]) : 2
        case .flatten, .activation, .softmax, .normalization, .recurrent: 1
        }
    }
}
