package import Autodiff
package import Forms
import Foundation
import NeuralNetworks

/// How plain layers change a signal on the way forward and a gradient on the way back (Glorot & Bengio 2010; He et al. 2015): the root mean
/// square of the activations and of their gradients, each relative to where it starts, and the factors by which weights and activation
/// change the mean square.
///
/// The input and the gradient at the last layer's output are standard normal; otherwise the networks are those of `DeepStack`.
package struct RoundTrip: DeepMeasurement {
    package var stack: DeepStack

    package init(_ stack: DeepStack) { self.stack = stack }

    /// One variant; series go from 0, the input, to the last layer.
    package struct Trip: Hashable, Sendable {
        package var name: String
        package var out: Series
        package var home: Series
        /// n·Var[w]; nil where the weights do not have mean 0.
        package var weightGain: Double?
        /// Geometric means over the layers, for each seed.
        package var seeds: [Gains]

        package init(name: String, out: Series, home: Series, weightGain: Double?, seeds: [Gains]) {
            (self.name, self.out, self.home) = (name, out, home)
            (self.weightGain, self.seeds) = (weightGain, seeds)
        }

        /// Geometric means over layers and seeds.
        package var gains: Gains { Gains(meanOf: seeds) }
    }

    /// The factors by which one layer multiplies the mean square.
    package struct Gains: Hashable, Sendable {
        package var weightsOut, activationOut, activationHome, weightsHome: Double

        package init(weightsOut: Double, activationOut: Double, activationHome: Double, weightsHome: Double) {
            (self.weightsOut, self.activationOut) = (weightsOut, activationOut)
            (self.activationHome, self.weightsHome) = (activationHome, weightsHome)
        }

        package var out: Double { weightsOut * activationOut }
        package var home: Double { activationHome * weightsHome }
    }
}

extension RoundTrip.Gains {
    private static var parts: [WritableKeyPath<Self, Double>] { [\.weightsOut, \.activationOut, \.activationHome, \.weightsHome] }

    /// Geometric means, since the factors multiply from layer to layer.
    fileprivate init(meanOf gains: [Self]) {
        self.init(weightsOut: 1, activationOut: 1, activationHome: 1, weightsHome: 1)
        for part in Self.parts { self[keyPath: part] = exp(gains.reduce(0) { $0 + log($1[keyPath: part]) } / Double(max(gains.count, 1))) }
    }
}

extension RoundTrip {
    package func cost() throws(ExperimentError) -> Cost { try stack.cost() }

    package func measure() throws(ExperimentError) -> [Trip] {
        try cost().checkLimits()
        let places = [0] + stack.layers
        return try stack.variants.measured(seeds: stack.seeds, from: stack.seed) { (variant, seed) throws(ExperimentError) in
            try run(of: variant, seed: seed)
        }.map { variant, runs in
            Trip(
                name: variant.name,
                out: Series(name: variant.name, quantity: "activations, out", x: places, rows: runs.map(\.out)),
                home: Series(name: variant.name, quantity: "gradient, home", x: places, rows: runs.map(\.home)),
                weightGain: VarianceRecurrence(of: variant, width: stack.width)?.gain, seeds: runs.map(\.gains))
        }
    }

    /// The root mean squares by layer and the mean factors, of one network.
    private func run(of variant: Variant, seed: UInt64) throws(ExperimentError) -> (out: [Double], home: [Double], gains: Gains) {
        let lowered = try problem(of: variant, seed: seed).lowered(for: variant)
        var tape = lowered.tape
        // The gradient of the mean of g·a is in the direction of g; its length does not matter.
        let shape = tape[lowered.output].shape
        let upstream = tape.source(.constant, name: "upstream", shape: shape)
        let weighted = tape.record(.pairwise(.multiply), [lowered.output, upstream], name: "weighted")
        let mean = tape.record(
            .mean(GroupMean(grouping: .blocks(length: shape.reduce(1, *)), statistics: [])), [weighted], name: "weighted mean")
        let stacks = lowered.layers.stacks
        let activations = [lowered.input] + stacks.map(\.activation)
        var workspace = Workspace(tape, differentiating: mean, by: activations + stacks.map(\.dense))
        for (id, tensor) in lowered.sources() { workspace.set(id, to: tensor.scalars) }
        workspace.set(upstream, to: seed.normals("upstream", shape).scalars)
        workspace.evaluate()
        workspace.differentiate()

        let a = activations.map { workspace.value($0).meanSquare }
        let z = stacks.map { workspace.value($0.dense).meanSquare }
        let da = activations.map { (workspace.gradient($0) ?? []).meanSquare }
        let dz = stacks.map { (workspace.gradient($0.dense) ?? []).meanSquare }
        let gains = stacks.indices.map { layer in
            Gains(
                weightsOut: z[layer] / a[layer], activationOut: a[layer + 1] / z[layer], activationHome: dz[layer] / da[layer + 1],
                weightsHome: da[layer] / dz[layer])
        }
        return (a.map { ($0 / a[0]).squareRoot() }, da.map { ($0 / da[da.count - 1]).squareRoot() }, Gains(meanOf: gains))
    }

    package func data(of measured: [Trip]) -> MeasuredData {
        MeasuredData(
            series: measured.flatMap { [$0.out, $0.home] },
            tables: [
                .init(
                    "factors of the mean square", columns: ["variant", "weights out", "activation out", "activation home", "weights home"],
                    rows: measured.map { trip in
                        let gains = trip.gains
                        return [.text(trip.name)]
                            + [gains.weightsOut, gains.activationOut, gains.activationHome, gains.weightsHome].map { .number($0) }
                    })
            ])
    }
}

extension RoundTrip {
    package static let form = lessonForm(
        "round-trip", about: "activations on their way out, the gradient on its way home, and what one layer does to either",
        keys: DeepStack.keys(depth: 20, width: 64, seeds: 64),
        variants: variant(["activation", "initializer"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> RoundTrip? {
        DeepStack(fields, by: reader).map { RoundTrip($0) }
    }
}
