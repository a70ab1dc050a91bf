import Autodiff
import NeuralNetworks

extension GradientDecay {
    /// What the tapes of all variants and seeds hold.
    /// - Throws: where one tape passes a limit, or a variant's layers do not fit together.
    package func cost() throws(ExperimentError) -> ExperimentCost {
        let data = Int.capped(batch, width, 2)
        guard data <= ExperimentCost.mostScalars else { throw .tooMany("scalars", data, limit: ExperimentCost.mostScalars) }
        var cost = ExperimentCost(scalars: 0, products: 0)
        for variant in variants {
            let tape = try lowered(variant, seed: seed).tape
            cost.scalars = max(cost.scalars, tape.scalars)
            cost.products = cost.products.cappedPlus(.capped(tape.products, seeds))
        }
        return cost
    }

    /// One line a variant, x the layer from 1; gradients that underflow, overflow or become NaN stand there as they are.
    /// The numbers do not depend on how many threads share the seeds.
    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        let runs = variants.indices.flatMap { variant in (0..<seeds).map { (variant, UInt64($0)) } }
        let norms = try concurrentMap(runs) { (run) throws(ExperimentError) in
            try self.norms(of: variants[run.0], seed: seed &+ run.1)
        }
        let layers = (1...max(depth, 1)).map(Double.init)
        return variants.enumerated().map { index, variant in
            Series(name: variant.name, panel: variant.panel, x: layers, rows: Array(norms[index * seeds..<(index + 1) * seeds]))
        }
    }

    /// ‖∂L/∂z‖ for each layer of one network.
    func norms(of variant: Variant, seed: UInt64) throws(ExperimentError) -> [Double] {
        let pass = try lowered(variant, seed: seed).pass()
        return (1...max(depth, 1)).map { number in
            pass.tape.id(named: Self.denseName(number)).map { pass.gradient($0).norm } ?? .nan
        }
    }

    private func lowered(_ variant: Variant, seed: UInt64) throws(ExperimentError) -> LoweredProblem {
        do {
            return try problem(of: variant, seed: seed).lowered()
        } catch let excess as CostExceeded {
            throw .tooMany(excess.what, excess.count, limit: excess.limit)
        } catch let mismatch as ShapeMismatch {
            throw .variant(variant.name, reason: "found \(mismatch.found); expected \(mismatch.expected)")
        } catch {
            throw .variant(variant.name, reason: "\(error)")
        }
    }
}
