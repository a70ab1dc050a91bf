package import Autodiff
package import Forms
import Foundation
package import NeuralNetworks

/// For each layer of the networks of `DeepStack`, the distribution of activations and gradients: their magnitudes, the fraction of zeros,
/// of dead and of saturated units, and the theoretical second moments.
package struct SignalSpread: DeepMeasurement {
    package var stack: DeepStack

    package init(_ stack: DeepStack) { self.stack = stack }

    /// One variant; one entry for each layer.
    package struct Spread: Hashable, Sendable {
        package var name: String
        /// Mean squares of the activations and of ∂L/∂z: median and quartiles over seeds.
        package var activations: Series
        package var gradients: Series
        /// The same, predicted by the variance recurrences; empty where these do not apply.
        package var expectedActivations: [Double]
        package var expectedGradients: [Double]
        /// Over all seeds: the activations themselves if those of all variants lie between −1 and 1, else their magnitudes; magnitudes of
        /// ∂L/∂z.
        package var activationCounts: [Histogram]
        package var gradientCounts: [Histogram]
        /// The fraction of activations that are 0, and of those where the derivative is below a tenth of its maximum; of attention, of tokens
        /// where that of the softmax for its largest weight, p(1 − p), is.
        package var zeros: Series
        package var saturated: Series
        /// The fraction of units that pass no gradient for any sample.
        package var dead: Series
    }

    /// One layer of one run.
    struct Layer: Sendable {
        var activation: Double
        var gradient: Double
        var zeros: Double
        var saturated: Double
        var dead: Double
        var activationCounts: Histogram
        var gradientCounts: Histogram
    }
}

extension SignalSpread {
    package func cost() throws(ExperimentError) -> Cost { try stack.cost() }

    package func measure() throws(ExperimentError) -> [Spread] {
        try cost().checkLimits()
        return try stack.measured { passes, variant in
            layers(of: variant, in: passes)
        }.map { variant, runs in
            func series(_ part: (Layer) -> Double) -> Series {
                Series(name: variant.name, x: stack.layers, rows: runs.map { $0.map(part) })
            }
            func counts(_ part: (Layer) -> Histogram) -> [Histogram] {
                stack.layers.indices.map { layer in
                    runs.dropFirst().reduce(part(runs[0][layer])) { $0 + part($1[layer]) }
                }
            }
            let gradients = series(\.gradient)
            let expected = VarianceRecurrence(of: variant, width: stack.width)?.moments(
                depth: stack.depth, lastGradient: gradients.median.last ?? 0)
            return Spread(
                name: variant.name, activations: series(\.activation), gradients: gradients,
                expectedActivations: expected?.activations ?? [], expectedGradients: expected?.gradients ?? [],
                activationCounts: counts(\.activationCounts), gradientCounts: counts(\.gradientCounts), zeros: series(\.zeros),
                saturated: series(\.saturated), dead: series(\.dead))
        }
    }

    /// One axis for all variants, so that they can share it in the picture.
    private var activationAxis: Histogram.Axis {
        stack.variants.allSatisfy { [.sigmoid, .tanh].contains($0.activation ?? .sigmoid) && !$0.residual && $0.attention == nil }
            ? .unit : .decades
    }

    private func layers(of variant: Variant, in passes: borrowing SeededPasses) -> [Layer] {
        guard variant.attention == nil else { return attended(in: passes) }
        let f = variant.activation ?? .sigmoid
        let width = stack.width
        let steepest = stride(from: -4.0, through: 4, by: 0.25).map { abs(f.derivative(at: $0)) }.max() ?? 1
        return passes.lowered.layers.stacks.map { stack in
            let values = passes.value(stack.activation)
            let gradients = passes.gradient(stack.dense)
            let slopes = zip(passes.value(stack.argument), values).map { abs(f.derivative(at: $0, value: $1)) }
            let count = Double(values.count)
            let dead = (0..<width).filter { unit in
                stride(from: unit, to: slopes.count, by: width).allSatisfy { slopes[$0] == 0 }
            }
            return Layer(
                activation: values.meanSquare, gradient: gradients.meanSquare,
                zeros: Double(values.count { $0 == 0 }) / count,
                saturated: Double(slopes.count { $0 < 0.1 * steepest }) / count, dead: Double(dead.count) / Double(width),
                activationCounts: Histogram(of: values, on: activationAxis), gradientCounts: Histogram(of: gradients, on: .decades))
        }
    }

    /// The same of attention: its outputs, and whether its softmax lets a gradient through.
    private func attended(in passes: borrowing SeededPasses) -> [Layer] {
        let lowered = passes.lowered
        let found = lowered.layers.flattened.compactMap { layer in
            lowered.id(of: .weights, layer).map { (output: layer.output, weights: $0) }
        }
        return found.map { output, weights in
            let (values, gradients, shares) = (passes.value(output), passes.gradient(output), passes.value(weights))
            let width = max(lowered.tape[weights].shape.last ?? 1, 1)
            let largest = stride(from: 0, to: shares.count, by: width).map { shares[$0..<$0 + width].max() ?? 0 }
            return Layer(
                activation: values.meanSquare, gradient: gradients.meanSquare,
                zeros: Double(values.count { $0 == 0 }) / Double(values.count),
                saturated: Double(largest.count { $0 > 0.5 && $0 * (1 - $0) < 0.1 * 0.25 }) / Double(largest.count), dead: 0,
                activationCounts: Histogram(of: values, on: activationAxis), gradientCounts: Histogram(of: gradients, on: .decades))
        }
    }

    package func data(of measured: [Spread]) -> MeasuredData {
        let quantities: [(String, (Spread) -> Series)] = [
            ("mean square of activations", \.activations), ("mean square of ∂L/∂z", \.gradients), ("share of zeros", \.zeros),
            ("share saturated", \.saturated), ("share of dead units", \.dead),
        ]
        let series = measured.flatMap { spread in
            quantities.map { quantity, part in
                var line = part(spread)
                line.quantity = quantity
                return line
            }
        }
        let expected = measured.flatMap { spread in
            zip(spread.expectedActivations, spread.expectedGradients).enumerated().map { layer, pair in
                [.text(spread.name), .number(Double(layer + 1)), .number(pair.0), .number(pair.1)] as [MeasuredData.Table.Field]
            }
        }
        let counts = measured.flatMap { spread in
            [("activations", spread.activationCounts), ("∂L/∂z", spread.gradientCounts)].flatMap { of, layers in
                layers.enumerated().flatMap { layer, histogram in
                    let axis = histogram.axis == .unit ? "value" : "log₁₀|value|"
                    return zip(histogram.centers, histogram.counts).filter { $1 > 0 }.map { center, count in
                        [.text(spread.name), .text(of), .number(Double(layer + 1)), .text(axis), .number(center), .number(Double(count))]
                            as [MeasuredData.Table.Field]
                    }
                }
            }
        }
        return MeasuredData(
            series: series,
            tables: [
                .init("expected mean squares", columns: ["variant", "layer", "activations", "∂L/∂z"], rows: expected),
                .init("histograms", columns: ["variant", "of", "layer", "axis", "bin", "count"], rows: counts),
            ])
    }
}

extension [Double] {
    /// The mean of the squares, without intermediate overflow or underflow.
    var meanSquare: Double {
        let root = norm / Double(count).squareRoot()
        return root * root
    }
}

extension Initializer {
    /// n·Var[w] of a square weight of width n; nil where the mean is not 0.
    package func gain(width: Int) -> Double? {
        let n = Double(width)
        return switch self {
        case .xavierNormal, .xavierUniform, .orthogonal: 1
        case .heNormal, .heUniform: 2
        case .normal(let deviation): n * deviation * deviation
        case .uniform(let bound): n * bound * bound / 3
        case .zeros: 0
        case .constant: nil
        }
    }
}

/// How a wide layer changes second moments, if its pre-activations are taken to be normal.
///
/// Forward, v = n·Var[w]·q and q ← E[f(√v·ξ)²]; backward, g ← n·Var[w]·E[f′(√v·ξ)²]·g. For linear f these are the equations of Glorot &
/// Bengio (2010, equations 5 and 6), for ReLU, where both expectations are halves, those of He et al. (2015, equations 9 and 13).
struct VarianceRecurrence {
    private let activation: Activation
    /// n·Var[w].
    let gain: Double

    /// Nil for residual or normalized layers, or if the weights do not have mean 0.
    init?(of variant: Variant, width: Int) {
        guard !variant.residual, variant.attention == nil, variant.dropout == nil, variant.normalization == nil,
            let initializer = variant.initializer
        else {
            return nil
        }
        activation = variant.activation ?? .sigmoid
        guard let gain = initializer.gain(width: width) else { return nil }
        self.gain = gain
    }

    /// Starts from inputs of mean square 1, and goes back from the gradient of the last layer.
    func moments(depth: Int, lastGradient: Double) -> (activations: [Double], gradients: [Double]) {
        var activations: [Double] = []
        var slopes: [Double] = []
        var q = 1.0
        for _ in 0..<max(depth, 1) {
            let deviation = (gain * q).squareRoot()
            q = expectation {
                let y = activation(deviation * $0)
                return y * y
            }
            activations.append(q)
            slopes.append(
                expectation {
                    let s = activation.derivative(at: deviation * $0)
                    return s * s
                })
        }
        var gradients = [lastGradient]
        // From z of one layer to z of the layer before: its weights, then the derivatives before them.
        for layer in stride(from: activations.count - 2, through: 0, by: -1) {
            gradients.append(gradients[gradients.count - 1] * gain * slopes[layer])
        }
        return (activations, gradients.reversed())
    }

    /// E[g(ξ)] for a standard normal ξ, by the midpoint rule: exact to rounding for smooth g, and for a step at 0.
    private func expectation(_ g: (Double) -> Double) -> Double {
        let step = 1.0 / 64
        var sum = 0.0
        for index in -640..<640 {
            let x = step * (Double(index) + 0.5)
            sum += g(x) * exp(-x * x / 2)
        }
        return sum * step / (2 * Double.pi).squareRoot()
    }
}

extension SignalSpread {
    package static let form = lessonForm(
        "signal-spread", about: "for each layer, how activations and gradients are spread",
        keys: DeepStack.keys(depth: 20, width: 64, seeds: 8) + [normalData, DeepStack.time],
        variants: variant(["activation", "initializer", "residual", "attention", "normalization", "dropout"]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> SignalSpread? {
        DeepStack(fields, by: reader).map { SignalSpread($0) }
    }
}
