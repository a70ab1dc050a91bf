import Experiments
import Testing

@testable import Forms
@testable import Lessons

/// Variants compose: what a key may set it does set, in every measurement and beside every other key; what would mean nothing is an error.
@Suite("Each key of a variant, in each kind of experiment")
struct VariantKeysTests {
    /// Small ones. `variant` is what a variant needs there.
    static let kinds: [(name: String, keys: String, variant: [String: String])] = [
        ("gradient-decay", "depth: 3, width: 4, batch: 4, seeds: 1", [:]),
        ("signal-spread", "depth: 3, width: 4, batch: 4, seeds: 1", [:]),
        ("round-trip", "depth: 3, width: 4, batch: 4, seeds: 1", [:]),
        ("gradient-through-time", "units: 4, features: 2, time: 4, batch: 3, seeds: 1", [:]),
        ("gradient-through-time", "cell: lstm, units: 4, features: 2, time: 4, batch: 3, seeds: 1", [:]),
        ("gradient-through-time", "cell: gru, units: 4, features: 2, time: 4, batch: 3, seeds: 1", [:]),
        ("clipping", "steps: 6", [:]),
        ("path-lengths", "depth: 3, width: 4, batch: 3, seeds: 1", [:]),
        ("shattered-gradients", "depths: [2, 3], width: 4, points: 8, seeds: 1", [:]),
        ("activations", "range: 2", ["activation": "sigmoid"]),
        ("normalization-axes", "batch: 2, channels: 4, positions: 3", ["normalization": "batch-norm"]),
        ("covariate-shift", "depth: 2, width: 4, batch: 8, samples: 8, validation: 4, steps: 3, seeds: 1", [:]),
        ("singular-values", "units: 4, inputs: 4, iterations: 3, seeds: 1", [:]),
        ("training", "depth: 2, width: 4, batch: 8, samples: 8, validation: 4, steps: 3, seeds: 1", [:]),
        ("training", "data: recall, time: 4, width: 4, batch: 8, samples: 8, validation: 4, steps: 3, seeds: 1", [:]),
        ("training", "data: recall, time: 4, width: 4, batch: 8, samples: 8, validation: 4, steps: 3, seeds: 1", ["cell": "lstm"]),
        ("fit", "depth: 2, width: 4, batch: 8, samples: 8, validation: 4, steps: 3, seeds: 1", [:]),
        ("trajectory", "steps: 4", [:]),
        ("chain-rule", "depth: 3", [:]),
    ]

    /// Each with a value that no measurement takes by itself.
    static let values: [(key: String, value: String)] = [
        ("activation", "softplus"), ("initializer", "{normal: 0.7}"), ("residual", "true"), ("attention", "true"),
        ("normalization", "layer-norm"), ("dropout", "0.5"),
        ("clip", "{norm: 0.01}"), ("regularization", "{l2: 0.5}"), ("optimizer", "{kind: sgd, learning-rate: 0.037}"), ("cell", "gru"),
        ("recurrent-radius", "0.6"), ("forget-bias", "2"), ("update-bias", "2"),
    ]

    private static func lesson(_ kind: Int, _ set: [String: String]) -> String {
        let kind = kinds[kind]
        let trains = ["training", "fit", "covariate-shift"].contains(kind.name)
        let optimizer = trains ? ", optimizer: {kind: sgd, learning-rate: 0.1}" : ""
        let variant = kind.variant.merging(set) { $1 }.sorted { $0.key < $1.key }.map { ", \($0.key): \($0.value)" }.joined()
        return "experiment: {kind: \(kind.name), \(kind.keys)\(optimizer), variants: [{name: v\(variant)}]}\n"
    }

    /// The numbers, or why there are none.
    private static func measured(_ kind: Int, _ set: [String: String]) throws -> MeasuredData? {
        do {
            let lesson = try LessonReader.read(bytes: Array(lesson(kind, set).utf8), file: "lesson.yaml")
            guard case .experiment(let experiment) = lesson.subject else { return nil }
            return try data(of: experiment.measurement)
        } catch let findings as LessonErrors {
            #expect(
                findings.description.contains("means nothing") || findings.description.contains("a network that skips nothing"),
                "\(kinds[kind]), \(set): \(findings)")
            return nil
        }
    }

    private static func data(of measurement: some Measurement) throws -> MeasuredData { measurement.data(of: try measurement.measure()) }

    /// Whether the measurement has that of itself, so that a variant changes nothing by saying it.
    private static func says(_ kind: Int, _ key: String, _ value: String) -> Bool { kinds[kind].keys.contains("\(key): \(value)") }

    @Test("A key changes what is measured, or is refused as meaningless", arguments: kinds.indices)
    func one(kind: Int) throws {
        let plain = try #require(try Self.measured(kind, [:]))
        for (key, value) in Self.values where !Self.says(kind, key, value) {
            guard let data = try Self.measured(kind, [key: value]) else { continue }
            // A path of a path-lengths lesson skips anyway.
            if key == "residual", Self.kinds[kind].name == "path-lengths" { continue }
            #expect(!data.isSame(as: plain), "\(Self.kinds[kind]): \(key) changes nothing")
        }
    }

    @Test("Two keys that each mean something mean something together", arguments: kinds.indices)
    func two(kind: Int) throws {
        let meaningful = try Self.values.filter {
            try !Self.says(kind, $0.key, $0.value) && Self.measured(kind, [$0.key: $0.value]) != nil
        }
        for (index, first) in meaningful.enumerated() {
            for second in meaningful[(index + 1)...] {
                let (key, value) = second
                guard let both = try Self.measured(kind, [first.key: first.value, key: value]),
                    let one = try Self.measured(kind, [first.key: first.value]),
                    key != "residual" || Self.kinds[kind].name != "path-lengths"
                else { continue }
                #expect(!both.isSame(as: one), "\(Self.kinds[kind]): \(key) changes nothing beside \(first.key)")
            }
        }
    }
}

extension MeasuredData {
    /// NaN is as good as NaN.
    fileprivate func isSame(as other: MeasuredData) -> Bool { "\(self)" == "\(other)" }
}
