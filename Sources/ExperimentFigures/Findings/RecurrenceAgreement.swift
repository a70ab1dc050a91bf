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
    /// For each variant the ratio at the end of the way, forward or backward, on which one of them is farthest from 1.
    let ends: [Miss]

    /// Nil where nothing can be compared.
    init?(_ spreads: [SignalSpread.Spread]) {
        var misses: [Miss] = []
        var ends: (forward: [Miss], backward: [Miss]) = ([], [])
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
                let end = isForward ? ratios.count - 1 : 0
                guard ratios[end].isFinite, ratios[end] > 0 else { continue }
                let miss = Miss(name: spread.name, layer: end + 1, isForward: isForward, ratio: ratios[end])
                if isForward { ends.forward.append(miss) } else { ends.backward.append(miss) }
            }
        }
        guard let worst = misses.max(by: { $0.fold < $1.fold }) else { return nil }
        self.worst = worst
        func farthest(_ misses: [Miss]) -> Double { misses.map(\.fold).max() ?? 1 }
        self.ends = farthest(ends.backward) >= farthest(ends.forward) ? ends.backward : ends.forward
        mean = exp(misses.reduce(0) { $0 + log($1.fold) } / Double(misses.count)) - 1
    }

    /// "The variance recurrence is within 10 % of a layer’s factor on average, within 3× always".
    var headline: String {
        let percents = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
        let folds = [1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000]
        guard let percent = percents.first(where: { 100 * mean <= $0 }), let fold = folds.first(where: { worst.fold <= $0 }) else {
            return "The variance recurrence is far from what a layer does"
        }
        return
            "The variance recurrence is within \(Numeral(percent).text) % of a layer’s factor on average, within \(Numeral(fold).text)× always"
    }

    /// The exact numbers.
    var note: String {
        func place(_ miss: Miss) -> String { "\(miss.name), \(miss.isForward ? "activations" : "∂L/∂z") at layer \(miss.layer)" }
        func text(_ value: Double) -> String { Numeral(value, digits: 2).text }
        let sum =
            ends.first.map { end in
                let ratios = ends.map { "\(text($0.ratio))× (\($0.name))" }
                return
                    "Errors add up: at layer \(end.layer) the mean square of \(end.isForward ? "activations" : "∂L/∂z") is \(English.list(ratios)) what is predicted."
            } ?? ""
        return
            "Measured over predicted, one layer’s factor: off by \(text(100 * mean)) % on average (geometric mean), by \(text(worst.fold))× at worst (\(place(worst))). "
            + sum
    }
}
