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
    /// - Parameter data: scalars of the inputs and targets, which are drawn before anything is recorded.
    func cost(
        seeds: Int, data: Int, _ problem: (Variant) -> TrainingProblem
    ) throws(ExperimentError) -> ExperimentCost {
        guard data <= ExperimentCost.mostScalars else { throw .tooMany("scalars", data, limit: ExperimentCost.mostScalars) }
        var cost = ExperimentCost(scalars: 0, products: 0)
        for variant in self {
            let tape = try problem(variant).lowered(for: variant).tape
            cost.scalars = Swift.max(cost.scalars, tape.scalars)
            cost.products = cost.products.cappedPlus(.capped(tape.products, seeds))
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

extension UInt64 {
    /// Standard normal numbers of a named stream: all variants of a seed see the same.
    func normals(_ stream: String, _ shape: [Int]) -> Tensor {
        var generator = Xoshiro(seed: self, stream: stream)
        return generator.normals(shape)
    }
}
