import Autodiff
import NeuralNetworks

extension TrainingProblem {
    /// On a tape, or the reason why the variant has none.
    func lowered(for variant: Variant) throws(ExperimentError) -> LoweredProblem { try variant.fitting { try lowered() } }
}

extension Variant {
    /// What `make` gives, or why this variant's network does not fit together.
    func fitting<Value: ~Copyable>(_ make: () throws -> Value) throws(ExperimentError) -> Value {
        do {
            return try make()
        } catch let excess as CostExceeded {
            throw .tooMany(excess.what, excess.count, limit: excess.limit)
        } catch {
            throw .variant(name, reason: "found \(error)")
        }
    }
}

extension [Variant] {
    /// What the passes of all variants and seeds take.
    /// - Parameters:
    ///   - inputs: the shape of what each network gets.
    ///   - targets: the shape of what it is compared with.
    ///   - network: of a variant; of the parameters only the shapes count.
    func cost(
        seeds: Int, inputs: [Int], targets: [Int], _ network: (Variant) -> Network
    ) throws(ExperimentError) -> Cost {
        let data = inputs.saturatingCount.saturatingPlus(targets.saturatingCount)
        guard data <= Cost.mostTraceScalars else { throw .tooMany("scalars", data, limit: Cost.mostTraceScalars) }
        // The same for all, so that they are there once.
        let (inputs, targets) = (Tensor.zeros(inputs), Targets.values(.zeros(targets)))
        var cost = Cost()
        for variant in self {
            let problem = TrainingProblem(network: network(variant), inputs: inputs, targets: targets, loss: .halfSquaredError)
            cost = cost + (try problem.lowered(for: variant).cost + variant.recurrentCost(of: problem.network)).repeated(seeds)
        }
        return cost
    }

    /// What each seed of each variant gives, on all cores; run k takes `seed` + k.
    func measured<Value: Sendable>(
        seeds: Int, from seed: UInt64, _ measure: @Sendable (Variant, UInt64) throws(ExperimentError) -> Value
    ) throws(ExperimentError) -> [(variant: Variant, runs: [Value])] {
        let runs = indices.flatMap { variant in (0..<seeds).map { (variant, UInt64($0)) } }
        let values = try concurrentMap(runs) { (run) throws(ExperimentError) in
            try measure(self[run.0], seed &+ run.1)
        }
        return enumerated().map { ($1, [Value](values[$0 * seeds..<($0 + 1) * seeds])) }
    }
}

extension Variant {
    /// What drawing the recurrent weight takes where it is a random orthogonal matrix for each gate, as `recurrent-radius` has it.
    func recurrentCost(of network: Network) -> Cost {
        guard recurrentRadius != nil else { return Cost() }
        return network.layers.reduce(Cost()) { cost, layer in
            guard case .recurrent(let recurrent) = layer.kind else { return cost }
            let units = recurrent.units
            return cost + Initializer.orthogonal.cost([units, units]).repeated(recurrent.cell.blocks)
        }
    }
}

extension UInt64 {
    /// Standard normal numbers of a named stream: all variants of a seed see the same.
    func normals(_ stream: String, _ shape: [Int]) -> Tensor {
        var generator = Xoshiro(seed: self, stream: stream)
        return generator.normals(shape)
    }
}
