import Autodiff
import Drawing
import Experiments
import NeuralNetworks
import Plotting

/// What a line represents; the same subject has the same style in every figure.
enum SeriesSubject: Hashable {
    case activation(Activation)
    /// The case without any treatment.
    case untreated
    case residual, scaledResidual
    case normalization(NormalizationLayer.Kind)
    case weights(WeightSize)

    /// The size of the initial weights, by n times their variance.
    enum WeightSize: Hashable { case tooSmall, xavier, he, tooLarge }

    /// The number of the series whose colour, dash and marker it has; nil without a style of its own.
    private var series: Int? {
        switch self {
        case .activation(let activation):
            switch activation {
            case .sigmoid: 0
            case .tanh: 1
            case .relu: 2
            case .swish: 3
            case .gelu: 5
            case .identity, .leakyReLU, .elu, .softplus, .mish, .selu, .softsign, .exp, .ln, .log10, .sqrt, .abs, .sin, .cos, .tan, .negate,
                .complement:
                nil
            }
        case .untreated: 4
        case .residual: 3
        case .scaledResidual: 1
        case .normalization(let kind):
            switch kind {
            case .batch: 1
            case .layer: 2
            case .group: 3
            case .instance, .rootMeanSquare: 5
            }
        case .weights(let size):
            switch size {
            case .tooSmall: 0
            case .xavier: 1
            case .he: 2
            case .tooLarge: 3
            }
        }
    }

    /// Nil without a style of its own.
    var style: SeriesStyle? {
        guard let series else { return nil }
        var style = SeriesStyle(ofSeries: series)
        if self == .untreated { style.dash = [] }
        return style
    }
}

extension SeriesSubject.WeightSize {
    /// Nil where the weights do not have mean 0, or where their size lies between Xavier's and He's.
    init?(_ initializer: Initializer, width: Int) {
        guard let gain = initializer.gain(width: width) else { return nil }
        switch gain {
        case ..<0.9: self = .tooSmall
        case 0.9...1.1: self = .xavier
        case 1.9...2.1: self = .he
        case 2.1...: self = .tooLarge
        default: return nil
        }
    }
}

extension [Variant] {
    /// What distinguishes these variants where they share a panel; nil for a variant without a fixed style.
    /// - Parameter width: the width of the layers, by which weights are small or large.
    func subjects(width: Int? = nil) -> [SeriesSubject?] {
        func varies<Value: Hashable>(_ part: (Variant) -> Value) -> Bool {
            Dictionary(grouping: self, by: \.panel).values.contains { Set($0.map(part)).count > 1 }
        }
        if varies({ $0.activation }) { return map { $0.activation.map { .activation($0) } } }
        if varies({ $0.normalization }) || varies({ $0.residual }) {
            return map { variant in
                variant.normalization.map { .normalization($0.kind) } ?? (variant.residual ? .residual : .untreated)
            }
        }
        if varies({ $0.dropout }) { return map { $0.dropout == nil ? .untreated : nil } }
        if varies({ $0.cell }) { return map { ($0.cell ?? .rnn) == .rnn ? .untreated : nil } }
        guard varies({ $0.initializer }), let width else { return map { _ in nil } }
        return map { variant in
            variant.initializer.flatMap { SeriesSubject.WeightSize($0, width: width) }.map { .weights($0) }
        }
    }

    /// A style for each name: the fixed one of its subject, or one that no other name has.
    func styles(width: Int? = nil) -> [String: SeriesStyle] { Self.styles(names: map(\.name), subjects: subjects(width: width)) }

    static func styles(names: [String], subjects: [SeriesSubject?]) -> [String: SeriesStyle] {
        var styles: [String: SeriesStyle] = [:]
        for (name, subject) in zip(names, subjects) where styles[name] == nil {
            if let style = subject?.style, !styles.values.contains(style) { styles[name] = style }
        }
        // The same dash in the same colour would be the same style.
        var free = (0..<64).lazy.map { SeriesStyle(ofSeries: $0) }.filter { style in
            !styles.values.contains { $0.color == style.color && ($0.marker == style.marker || $0.dash == style.dash) }
        }.makeIterator()
        for name in names where styles[name] == nil { styles[name] = free.next() ?? SeriesStyle(ofSeries: styles.count) }
        return styles
    }
}
