package import Autodiff
package import Forms

/// Normalizes groups of activations by their mean and variance, then scales and shifts.
package struct NormalizationLayer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Per channel over the batch (Ioffe & Szegedy 2015); biased variance.
        case batch
        /// Per sample; per time step of a sequence (Ba et al. 2016).
        case layer
        /// Per sample and channel (Ulyanov et al. 2016).
        case instance
        /// Per sample and group of neighbouring channels (Wu & He 2018).
        case group(Int)
        /// Like `layer`, but divides by the root of the mean square: no mean is subtracted and no shift added (Zhang & Sennrich 2019).
        case rootMeanSquare
    }

    package var kind: Kind
    package var epsilon: Double

    package init(kind: Kind, epsilon: Double = 1e-5) {
        self.kind = kind
        self.epsilon = epsilon
    }
}

// MARK: In lessons

extension NormalizationLayer {
    /// A normalization of the language: its word, its keys and its description.
    private struct Row: Sendable {
        let word: String
        let about: String
        /// The shape of scale and shift.
        let shape: String
        var keys: [Form.Key] = []
        var hasShift = true
        var isAddedTo = "the variance"
        let kind: @Sendable (Fields) -> Kind?

        /// - Parameter others: keys after those that every normalization has.
        func option(_ others: [Form.Key] = []) -> Choice.Option {
            let epsilon = Form.Key("epsilon", .number(.positive), .standard("1e-5"), "added to \(isAddedTo)")
            return .init(word, about: about, .form(Form(word, about: about, keys: keys + [epsilon] + others), short: nil))
        }

        func layer(_ fields: Fields) -> NormalizationLayer? {
            guard let epsilon = fields.number("epsilon") else { return nil }
            return kind(fields).map { NormalizationLayer(kind: $0, epsilon: epsilon) }
        }
    }

    private static let rows = [
        Row(word: "batch-norm", about: "statistics of each channel over the batch", shape: "[channels]") { _ in .batch },
        Row(word: "layer-norm", about: "statistics of one sample; of a sequence, of one time step", shape: "[the sample's shape]") { _ in
            .layer
        },
        Row(word: "instance-norm", about: "statistics of one channel of one sample", shape: "[channels]") { _ in .instance },
        Row(
            word: "group-norm", about: "statistics of a group of channels of one sample", shape: "[channels]",
            keys: [.init("groups", .whole(1...Limits.units), .required, "of neighbouring channels, all of one size")]
        ) { $0.whole("groups").map { .group($0) } },
        Row(
            word: "rms-norm", about: "divided by the root of the mean square of what layer-norm takes", shape: "[the sample's shape]",
            hasShift: false, isAddedTo: "the mean square"
        ) { _ in .rootMeanSquare },
    ]

    /// A normalization as an option of something else, without a name or parameters.
    fileprivate static let choice = Choice("normalization", rows.map { $0.option() })

    fileprivate static func read(_ choice: WrittenChoice) -> NormalizationLayer? {
        guard let row = rows.first(where: { $0.word == choice.option.word }) else { return nil }
        return choice.fields.flatMap(row.layer)
    }
}

extension LayerForms {
    package static let normalization = NormalizationLayer.choice
}

extension Findings {
    /// Nil where an option is wrong.
    package func normalization(_ written: WrittenChoice) -> NormalizationLayer? { NormalizationLayer.read(written) }
}

// MARK: As a layer

extension NormalizationLayer: LayerRules {
    package static let words = rows.map { row in
        LayerWord(
            row.option(
                [.init("scale", .tensor, "\(row.shape); starts at 1")]
                    + (row.hasShift ? [.init("shift", .tensor, "\(row.shape); starts at 0")] : []) + [LayerForms.name])
        ) { row.layer($0.fields).map { .normalization($0) } }
    }

    package var passesShape: Bool { true }

    package func output(for input: SampleShape) throws(ShapeMismatch) -> SampleShape {
        switch kind {
        case .batch, .layer, .rootMeanSquare: break
        case .instance:
            guard case .image = input else {
                throw ShapeMismatch(found: "\(input)", expected: "an image: axes beyond the channel")
            }
        case .group(let groups):
            if case .sequence = input {
                throw ShapeMismatch(found: "\(input)", expected: "features or an image")
            }
            guard input.channels % groups == 0 else {
                throw ShapeMismatch(
                    found: "\(input.channels) channels", expected: "a multiple of the \(groups) groups")
            }
        }
        return input
    }

    package func parameters(for input: SampleShape) -> [ParameterDeclaration] {
        let shape = affineShape(for: input)
        let scale = ParameterDeclaration(.scale, shape, .constants([1]), shapedBy: [.input])
        return kind == .rootMeanSquare ? [scale] : [scale, ParameterDeclaration(.shift, shape, .constants([0]), shapedBy: [.input])]
    }

    /// The shape of scale and shift.
    private func affineShape(for input: SampleShape) -> [Int] {
        switch kind {
        case .batch, .instance, .group: return [input.channels]
        case .layer, .rootMeanSquare:
            if case .sequence(_, let features) = input { return [features] }
            return input.axes
        }
    }

    package func lower(into lowering: inout Lowering, _ scope: LayerScope) -> Tape.ID {
        let grouping = grouping(batch: lowering.batch, of: scope.shape)
        if kind == .rootMeanSquare {
            let square = lowering.record(
                .meanSquare(MeanSquare(grouping: grouping.entries, statistics: grouping.statistics)), [scope.input], as: scope[.meanSquare])
            let normalized = lowering.record(
                .divideByRootMeanSquare(DivideByRootMeanSquare(grouping: grouping.entries, epsilon: epsilon)), [scope.input, square],
                as: scope[.normalized])
            return lowering.record(
                .scaleAndShift(ScaleAndShift(inner: grouping.affineInner, hasShift: false)), [normalized, scope[.scale]],
                as: scope[.output])
        }
        let (mean, variance): (Tape.ID, Tape.ID)
        if kind == .batch, lowering.mode == .given {
            mean = lowering.source(.constant, as: scope[.mean], shape: grouping.statistics)
            variance = lowering.source(.constant, as: scope[.variance], shape: grouping.statistics)
        } else {
            mean = lowering.record(
                .mean(GroupMean(grouping: grouping.entries, statistics: grouping.statistics)), [scope.input], as: scope[.mean])
            variance = lowering.record(.variance(GroupVariance(grouping: grouping.entries)), [scope.input, mean], as: scope[.variance])
        }
        if kind == .batch {
            let entries = lowering.batch * scope.shape.count / grouping.statistics.reduce(1, *)
            lowering.batchStatistics.append(BatchStatistics(mean: mean, variance: variance, entries: entries))
        }
        let normalized = lowering.record(
            .normalize(Normalize(grouping: grouping.entries, epsilon: epsilon)),
            [scope.input, mean, variance], as: scope[.normalized])
        return lowering.record(
            .scaleAndShift(ScaleAndShift(inner: grouping.affineInner)),
            [normalized, scope[.scale], scope[.shift]], as: scope[.output])
    }

    package var result: LayerResult { .normalized }
    package var link: LayerLink { .oneToOne }
    package var mixesSamples: Bool { kind == .batch }
}

extension NormalizationLayer {
    /// Which entries of [batch, …shape] share a mean and a variance, the shape of these statistics, and how many neighbouring entries share
    /// scale and shift.
    package func grouping(
        batch: Int, of shape: SampleShape
    ) -> (entries: Grouping, statistics: [Int], affineInner: Int) {
        let axes = shape.axes
        let area = axes.dropFirst().reduce(1, *)
        switch kind {
        case .batch:
            if case .sequence(_, let features) = shape {
                return (.channels(count: features, inner: 1), [features], 1)
            }
            return (.channels(count: axes[0], inner: area), [axes[0]], area)
        case .layer, .rootMeanSquare:
            if case .sequence(let time, let features) = shape {
                return (.blocks(length: features), [batch, time], 1)
            }
            return (.blocks(length: shape.count), [batch], 1)
        case .instance: return (.blocks(length: area), [batch, axes[0]], area)
        case .group(let groups): return (.blocks(length: shape.count / groups), [batch, groups], area)
        }
    }
}
