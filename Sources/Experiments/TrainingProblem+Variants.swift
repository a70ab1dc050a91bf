import Autodiff
import NeuralNetworks

extension TrainingProblem {
    /// The problem lowered to a tape.
    /// - Throws: where the variant's network does not fit together or exceeds a limit.
    func lowered(for variant: Variant) throws(ExperimentError) -> LoweredProblem { try variant.fitting { try lowered() } }
}

extension Variant {
    /// The result of `make`.
    /// - Throws: where this variant's network does not fit together or exceeds a limit.
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
    /// The cost of the passes of all variants and seeds.
    /// - Parameters:
    ///   - inputs: the shape of each network's input.
    ///   - targets: the shape of its targets.
    ///   - network: the network of a variant; only the shapes of its parameters matter.
    func cost(
        seeds: Int, inputs: [Int], targets: [Int], _ network: (Variant) -> Network
    ) throws(ExperimentError) -> Cost {
        let data = inputs.saturatingCount.saturatingPlus(targets.saturatingCount)
        guard data <= Cost.mostTraceScalars else { throw .tooMany("scalars", data, limit: Cost.mostTraceScalars) }
        // Shared by all networks, to allocate them only once.
        let (inputs, targets) = (Tensor.zeros(inputs), Targets.values(.zeros(targets)))
        var cost = Cost()
        for variant in self {
            let problem = TrainingProblem(network: network(variant), inputs: inputs, targets: targets, loss: .halfSquaredError)
            cost = cost + (try problem.lowered(for: variant).cost + variant.recurrentCost(of: problem.network)).repeated(seeds)
        }
        return cost
    }

    /// Measures each variant and seed, on all cores; run k uses `seed` + k.
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
    /// The cost of sampling a random orthogonal matrix for each gate, as `recurrent-radius` requires.
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
    /// Standard normal numbers from a named stream, the same for all variants of a seed.
    func normals(_ stream: String, _ shape: [Int]) -> Tensor {
        var generator = Xoshiro(seed: self, stream: stream)
        return generator.normals(shape)
    }
}
