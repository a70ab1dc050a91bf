import NeuralNetworks

extension GradientDecay {
    /// Per layer and sample, width² products forward, as many for the gradient of the input, as many for that of the weight.
    package var cost: ExperimentCost {
        let weights = Int.capped(depth, width, width)
        let values = Int.capped(depth, width, batch, 3)
        let (scalars, isOver) = weights.addingReportingOverflow(values)
        return ExperimentCost(
            scalars: isOver ? .max : scalars,
            products: .capped(3, batch, weights, seeds, max(variants.count, 1)))
    }
}
