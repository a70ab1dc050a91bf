package import Autodiff
package import Forms
package import NeuralNetworks

/// For each time step of one recurrent layer, the Frobenius norm of ∂L/∂hₜ over batch and units.
///
/// Inputs are standard normal; the loss is half-squared-error of the last state against a standard normal target. For an LSTM also ∂L/∂cₜ,
/// and what the forget gates alone would leave of ∂L/∂c_T: ‖∂L/∂c_T ⊙ f_T ⊙ … ⊙ fₜ₊₁‖.
package struct GradientThroughTime: Measurement {
    /// For variants that name no cell.
    package var cell: Variant.Cell
    package var units: Int
    package var features: Int
    package var time: Int
    package var batch: Int
    package var seeds: Int
    package var seed: UInt64
    package var variants: [Variant]

    package init(
        cell: Variant.Cell = .rnn, units: Int, features: Int, time: Int, batch: Int, seeds: Int, seed: UInt64 = 0, variants: [Variant]
    ) {
        self.cell = cell
        self.units = units
        self.features = features
        self.time = time
        self.batch = batch
        self.seeds = seeds
        self.seed = seed
        self.variants = variants
    }

    /// The quantities that `measure` returns lines for.
    package enum Quantity {
        package static let hidden = "∂L/∂h"
        package static let cell = "∂L/∂c"
        package static let gates = "∂L/∂c by the forget gates alone"
    }
}

extension GradientThroughTime {
    package func cost() throws(ExperimentError) -> Cost {
        try variants.cost(seeds: seeds, inputs: [batch, time, features], targets: [batch, units]) { network(of: $0, seed: seed) }
    }

    /// One line for each variant and quantity; x is the time step from 1.
    package func measure() throws(ExperimentError) -> [Series] {
        try cost().checkLimits()
        let steps = (1...max(time, 1)).map(Double.init)
        return try variants.measured(seeds: seeds, from: seed, of: problem, by: { states(.hidden, of: $0) + states(.cell, of: $0) }) {
            passes, _ in
            norms(in: passes)
        }.flatMap { variant, runs in
            (runs.first?.map(\.quantity) ?? []).enumerated().map { index, quantity in
                Series(
                    name: variant.name, quantity: quantity, panel: variant.panel, x: steps, rows: runs.map { $0[index].norms })
            }
        }
    }

    private func recurrentCell(of variant: Variant) -> RecurrentLayer.Cell {
        switch variant.cell ?? cell {
        case .rnn: .rnn(variant.activation ?? .tanh)
        case .lstm: .lstm(forgetBias: variant.forgetBias ?? 0)
        case .gru: .gru(updateBias: variant.updateBias ?? 0)
        }
    }

    /// The network before a variant's spectral radius is applied to its recurrent weight.
    private func network(of variant: Variant, seed: UInt64) -> Network {
        Network(
            input: .sequence(time: time, features: features), seed: seed, initializer: variant.initializer,
            layers: [Layer(name: Self.layer, kind: .recurrent(RecurrentLayer(cell: recurrentCell(of: variant), units: units)))])
    }

    package func problem(of variant: Variant, seed: UInt64) -> TrainingProblem {
        var network = network(of: variant, seed: seed)
        if let radius = variant.recurrentRadius {
            let name = ParameterKey.recurrentWeight.name(in: Self.layer)
            var generator = Xoshiro(seed: seed, stream: name)
            let kind = recurrentCell(of: variant)
            let gates = (0..<kind.blocks).flatMap { _ in generator.orthogonal(rows: units, columns: units).scalars }
            network.written[name] = Tensor(shape: [kind.blocks * units, units], scalars: gates.map { radius * $0 })
        }
        return TrainingProblem(
            network: network, inputs: seed.normals("inputs", [batch, time, features]),
            targets: .values(seed.normals("targets", [batch, units])), loss: .halfSquaredError)
    }

    /// A part of the recurrent layer at each time step; empty where the cell has no such part.
    private func states(_ part: Part, of lowered: LoweredProblem) -> [Tape.ID] {
        (1...max(time, 1)).compactMap { lowered.id(of: part, lowered.layers[0], step: $0) }
    }

    /// For each quantity, the norm at each time step of one run.
    private func norms(in passes: borrowing SeededPasses) -> [(quantity: String, norms: [Double])] {
        func norms(_ ids: [Tape.ID]) -> [Double] { ids.map { passes.gradientNorm($0) } }
        var found = [(Quantity.hidden, norms(states(.hidden, of: passes.lowered)))]
        let cells = states(.cell, of: passes.lowered)
        guard let last = cells.last else { return found }
        found.append((Quantity.cell, norms(cells)))
        var left = passes.gradient(last)
        var alone = [left.norm]
        for gate in states(.gate(.forget), of: passes.lowered).dropFirst().reversed() {
            for (index, share) in passes.value(gate).enumerated() { left[index] *= share }
            alone.append(left.norm)
        }
        found.append((Quantity.gates, alone.reversed()))
        return found
    }

    private static let layer = "recurrent"
}

extension GradientThroughTime {
    package static let form = lessonForm(
        "gradient-through-time", about: "for each time step of a recurrent layer, the norm of the gradient at its state",
        keys: [
            .init("cell", .word(Variant.Cell.allCases.map(\.rawValue)), .standard("rnn"), "of variants that name none"),
            .init("units", .whole(1...Limits.units), .standard("16"), "of the layer"),
            .init("features", .whole(1...Limits.units), .standard("16"), "of each time step"),
            .init("time", .whole(1...Limits.timeSteps), .standard("50"), "time steps"),
            batch(32), seeds(16), seed,
        ],
        variants: variant(["panel", "activation", "initializer", "cell", "recurrent-radius", "forget-bias", "update-bias"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> GradientThroughTime? {
        let cell = fields.word("cell").flatMap(Variant.Cell.init(rawValue:))
        let units = fields.whole("units")
        let features = fields.whole("features")
        let time = fields.whole("time")
        let batch = fields.whole("batch")
        let seeds = fields.whole("seeds")
        let seed = fields.seed("seed")
        let variants = reader.variants(fields) { variant, fields in
            reader.checkKeys(of: variant.cell ?? cell ?? .rnn, fields)
        }
        guard let cell, let units, let features, let time, let batch, let seeds, let seed, let variants else { return nil }
        reader.checkLimits(
            fields, products: [2, time, batch, units, units.saturatingPlus(features), seeds, variants.count],
            lessen: "time, units, features, batch or seeds",
            scalars: [batch, time, units.saturatingPlus(features)].saturatingCount,
            lessenScalars: "time, units, features or batch")
        return GradientThroughTime(
            cell: cell, units: units, features: features, time: time, batch: batch, seeds: seeds, seed: seed,
            variants: variants)
    }
}
