import Autodiff
import NeuralNetworks

extension Training {
    /// The normalized value of one sample in one unit of the first layer, untrained, in many random batches of one size.
    package struct BatchStatistic: Hashable, Sendable {
        package var size: Int
        /// x̂ of the sample in each batch.
        package var values: [Double]
    }

    /// The number of batches of each size.
    static let batchesLookedAt = 400

    /// For the first seed's first sample and first unit; empty unless a variant with batch normalization is trained over batch sizes.
    func batchStatistics() throws(ExperimentError) -> [BatchStatistic] {
        var sizes: [Int] = []
        for case .batchSize(let own) in sweeps { sizes += own }
        let normalized = variants.first { variant in
            if case .batch = variant.normalization?.kind { true } else { false }
        }
        guard var variant = normalized, let normalization = variant.normalization, !sizes.isEmpty else { return [] }
        variant.normalization = nil
        let samples = setting.trainingSamples(seed: setting.seed)
        let learner = try setting.learner(of: variant, seed: setting.seed)
        var evaluation = try setting.evaluation(of: variant, samples, seed: setting.seed)
        guard let id = evaluation.lowered.layers.stacks.first?.argument else { return [] }
        evaluation.evaluate(learner)
        let entries = evaluation.value(id)
        let unit: [Double] = stride(from: 0, to: entries.count, by: setting.width).map { entries[$0] }
        guard unit.count > 1 else { return [] }
        return sizes.map { size in
            var generator = Xoshiro(seed: setting.seed, stream: "batch-statistics.\(size)")
            let batch = min(size, unit.count)
            let values = (0..<Self.batchesLookedAt).map { _ -> Double in
                // The sample itself, and others in random order.
                var others: [Int] = Array(1..<unit.count)
                var members = [unit[0]]
                for place in 0..<batch - 1 {
                    let other = place + min(Int(generator.uniform() * Double(others.count - place)), others.count - place - 1)
                    others.swapAt(place, other)
                    members.append(unit[others[place]])
                }
                let mean = members.reduce(0, +) / Double(batch)
                let variance = members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batch)
                return (unit[0] - mean) / (variance + normalization.epsilon).squareRoot()
            }
            return BatchStatistic(size: size, values: values)
        }
    }
}
