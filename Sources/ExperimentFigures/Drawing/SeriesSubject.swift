import Autodiff
import Drawing
import Experiments
import NeuralNetworks
import Plotting

/// What a line stands for, by which it looks the same through the whole gallery.
enum SeriesSubject: Hashable {
    case activation(Activation)
    /// The case that nothing was done to.
    case untreated
    case residual, scaledResidual
    case normalization(NormalizationLayer.Kind)
    case weights(WeightSize)

    /// Of initial weights, by n times their variance.
    enum WeightSize: Hashable { case tooSmall, xavier, he, tooLarge }

    /// The number of the series whose colour, dash and marker it has; nil for what has no look of its own.
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

    /// Nil for what has no look of its own.
    var style: SeriesStyle? {
        guard let series else { return nil }
        var style = SeriesStyle(ofSeries: series)
        if self == .untreated { style.dash = [] }
        return style
    }
}

extension SeriesSubject.WeightSize {
    /// Nil where the weights have no mean of 0, or lie between Xavier's and He's.
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
    /// What tells these variants from each other where they share a panel; nil for one that the gallery has no look for.
    /// - Parameter width: of the layers, by which weights are small or large.
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
        if varies({ $0.cell }) { return map { ($0.cell ?? .rnn) == .rnn ? .untreated : nil } }
        guard varies({ $0.initializer }), let width else { return map { _ in nil } }
        return map { variant in
            variant.initializer.flatMap { SeriesSubject.WeightSize($0, width: width) }.map { .weights($0) }
        }
    }

    /// A look for each name: the gallery's where it has one, else one that no other name has.
    func styles(width: Int? = nil) -> [String: SeriesStyle] { Self.styles(names: map(\.name), subjects: subjects(width: width)) }

    static func styles(names: [String], subjects: [SeriesSubject?]) -> [String: SeriesStyle] {
        var styles: [String: SeriesStyle] = [:]
        for (name, subject) in zip(names, subjects) where styles[name] == nil {
            if let style = subject?.style, !styles.values.contains(style) { styles[name] = style }
        }
        // The same dash beside the same colour would be one look.
        var free = (0..<64).lazy.map { SeriesStyle(ofSeries: $0) }.filter { style in
            !styles.values.contains { $0.color == style.color && ($0.marker == style.marker || $0.dash == style.dash) }
        }.makeIterator()
        for name in names where styles[name] == nil { styles[name] = free.next() ?? SeriesStyle(ofSeries: styles.count) }
        return styles
    }
}
