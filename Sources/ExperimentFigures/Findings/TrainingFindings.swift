import Experiments
import Foundation
import NeuralNetworks
import Notation

/// What training over seeds found, in words that follow from its numbers.
struct TrainingFindings {
    let measured: Training.Measured
    let experiment: Training

    private var names: [String] { experiment.variants.map(\.name) }

    var headline: String {
        var clauses = experiment.sweeps.indices.map(toleranceClause)
        if experiment.shows.contains(.movement) { clauses.append(movementClause) }
        if experiment.shows.contains(.loss) || experiment.shows.contains(.boundary) {
            if let lost = divergenceClause { clauses.append(lost) }
            clauses.append(SeedVerdict(measured.finalValidation)?.sentence(names, "validation loss") ?? "")
        }
        let sentence = clauses.filter { !$0.isEmpty }.joined(separator: "; ")
        return sentence.isEmpty ? "\(experiment.setting.steps) steps of training" : TrajectoryFindings.capitalized(sentence)
    }

    /// "Unclipped ends in NaN in 5 of 8 seeds".
    private var divergenceClause: String? {
        let lost = zip(names, measured.finalTraining).map { ($0, $1.filter { !$0.isFinite }.count) }.filter { $0.1 > 0 }
        guard !lost.isEmpty else { return nil }
        return lost.map { "\($0) loses its numbers (NaN or ∞) in \($1) of \(experiment.setting.seeds) seeds" }.joined(separator: ", ")
    }

    /// "With Sigmoid the first layer moves 30× less than the last hidden one, with ReLU 1.9×".
    private var movementClause: String {
        let hidden = experiment.setting.depth
        var vanished: [(String, Double)] = []
        var kept: [(String, Double)] = []
        for line in measured.movement {
            guard line.median.count >= hidden, hidden > 1 else { continue }
            let factor = line.median[hidden - 1] / line.median[0]
            // Only where the quartiles of the two layers lie apart.
            if factor >= 3, line.low[hidden - 1] > line.high[0] {
                vanished.append((line.name, factor))
            } else {
                kept.append((line.name, factor))
            }
        }
        guard !vanished.isEmpty else { return "No variant’s first layer moves 3× less than its last hidden one" }
        let clause = vanished.map { "with \($0) the first layer moves \(Numeral.orderOfMagnitude($1).text)× less than the last hidden one" }
            .joined(separator: ", ")
        return kept.reduce(clause) { $0 + ", with \($1.0) " + ($1.1 > 1.05 ? "\(Numeral.orderOfMagnitude($1.1).text)×" : "not") }
    }

    /// "Batch norm learns at 9 of 9 learning rates, Plain at 5".
    private func toleranceClause(_ sweep: Int) -> String {
        let count = experiment.sweeps[sweep].values.count
        let kind =
            switch experiment.sweeps[sweep] {
            case .learningRate: "learning rates"
            case .initialDeviation: "initial deviations"
            case .batchSize: "batch sizes"
            }
        let learnt = measured.sweeps[sweep].map { line in line.median.filter { $0 < guess / 2 }.count }
        return zip(names, learnt).enumerated().map { index, pair in
            index == 0 ? "\(pair.0) learns at \(pair.1) of \(count) \(kind)" : "\(pair.0) at \(pair.1)"
        }.joined(separator: ", ")
    }

    /// The loss of saying the same of every sample: ln 2 for two equal classes, else the targets' variance.
    var guess: Double {
        let noise = experiment.setting.noise
        return switch experiment.setting.data {
        case .twoSpirals: log(2)
        case .noisySine: 0.5 + noise * noise
        case .recall: 1 + noise * noise
        }
    }

    func account(of index: Int) -> String {
        func text(_ value: Double?) -> String { Numeral(value ?? .nan, digits: 3).text }
        var account =
            "\(names[index]): training loss \(text(measured.training[index].median.first)) at first, "
            + "\(text(measured.training[index].median.last)) at the end; validation loss "
            + "\(text(measured.validation[index].median.first)) and \(text(measured.validation[index].median.last))"
        if experiment.shows.contains(.movement) {
            account += "; relative movement by layer " + measured.movement[index].median.map { text($0) }.joined(separator: ", ")
        }
        if experiment.shows.contains(.gradient) {
            account += "; largest gradient norm \(text(measured.gradientNorms[index].median.max()))"
        }
        if index < measured.maps.count {
            account +=
                "; the median run has \(Numeral(100 * measured.maps[index].accuracy, decimals: 0).text) % of the validation samples right"
        }
        for (sweep, lines) in zip(experiment.sweeps, measured.sweeps) {
            account +=
                "; \(sweep.name): " + zip(sweep.values, lines[index].median).map { "\(text($1)) at \(text($0))" }.joined(separator: ", ")
        }
        return account + "."
    }
}
