import Experiments
import Foundation
import Notation

/// How well the variance recurrence predicts the factor by which one layer multiplies a mean square, and the error over all layers.
struct RecurrenceAgreement {
    /// The measured factor of one layer over the predicted one.
    struct Miss: Hashable {
        let name: String
        let layer: Int
        let isForward: Bool
        let ratio: Double

        /// The ratio or its reciprocal, whichever is at least 1.
        var fold: Double { max(ratio, 1 / ratio) }
    }

    let worst: Miss
    /// The geometric mean of the folds, minus 1.
    let mean: Double
    /// The largest ratio over all layers together.
    let farthest: Miss

    /// Nil where nothing can be compared.
    init?(_ spreads: [SignalSpread.Spread]) {
        var misses: [Miss] = []
        var ends: [Miss] = []
        for spread in spreads {
            let ways = [
                (true, spread.activations.median, spread.expectedActivations), (false, spread.gradients.median, spread.expectedGradients),
            ]
            for (isForward, found, expected) in ways where found.count == expected.count && !found.isEmpty {
                let ratios = zip(found, expected).map { $0 / $1 }
                // A signal starts from inputs of mean square 1, a gradient from that of the last layer.
                let steps = isForward ? zip(ratios, [1] + ratios).map { $0 / $1 } : zip(ratios, ratios.dropFirst()).map { $0 / $1 }
                for (index, step) in steps.enumerated() where step.isFinite && step > 0 {
                    misses.append(Miss(name: spread.name, layer: index + 1, isForward: isForward, ratio: step))
                }
                for (index, ratio) in ratios.enumerated() where ratio.isFinite && ratio > 0 {
                    ends.append(Miss(name: spread.name, layer: index + 1, isForward: isForward, ratio: ratio))
                }
            }
        }
        guard let worst = misses.max(by: { $0.fold < $1.fold }), let farthest = ends.max(by: { $0.fold < $1.fold }) else { return nil }
        self.worst = worst
        self.farthest = farthest
        mean = exp(misses.reduce(0) { $0 + log($1.fold) } / Double(misses.count)) - 1
    }

    /// "The variance recurrence is within 10 % of a layer’s factor on average, 3× at worst".
    var headline: String {
        let percents = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
        let folds = [1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000]
        guard let percent = percents.first(where: { 100 * mean <= $0 }), let fold = folds.first(where: { worst.fold <= $0 }) else {
            return "The variance recurrence is far from what a layer does"
        }
        return
            "The variance recurrence is within \(Numeral(percent).text) % of a layer’s factor on average, \(Numeral(fold).text)× at worst"
    }

    /// The exact numbers.
    var note: String {
        func place(_ miss: Miss) -> String { "\(miss.name), \(miss.isForward ? "activations" : "∂L/∂z") at layer \(miss.layer)" }
        func text(_ value: Double) -> String { Numeral(value, digits: 2).text }
        return
            "Measured over predicted, one layer’s factor: off by \(text(100 * mean)) % on average (geometric mean), by \(text(worst.fold))× at worst (\(place(worst))). "
            + "Errors add up: over the whole way the prediction is \(text(farthest.fold))× too \(farthest.ratio > 1 ? "low" : "high") at worst (\(place(farthest)))."
    }
}
