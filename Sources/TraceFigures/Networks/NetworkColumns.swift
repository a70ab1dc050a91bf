import Autodiff
import NeuralNetworks
import Traces

/// A network as it is drawn from left to right: columns of units or blocks, and the links between them.
struct NetworkColumns {
    struct Column {
        enum Body: Equatable {
            /// One circle for each feature.
            case units
            /// For layers without features next to each other: images, sequences, recurrent cells.
            case block
        }

        /// The layers' names, which identify it.
        let name: String
        /// Its heading on the page.
        let heading: String
        let body: Body
        /// The tensor in the circles, [batch, units] for a column of units.
        let shown: Tape.ID
        /// z, if an activation follows in the same column.
        let preActivation: Tape.ID?
        let activation: Activation?
        let bias: Tape.ID?
        let links: [Link]
        /// What neighbouring units share on the way here; nil where each unit depends on its own input alone, or on weights.
        let shared: SharedStatistics?
        /// The number of units in one sample.
        let count: Int
        let shape: SampleShape

        /// Whether its numbers are names, which have neither a size nor a gradient.
        var isOfTokens: Bool { if case .tokens = shape { true } else { false } }
    }

    /// The statistics of a normalization over the units of one sample: through them, each output depends on every unit of its group.
    struct SharedStatistics: Equatable {
        /// How many neighbouring units share them.
        let group: Int
        /// "mean and variance".
        let words: String
    }

    struct Link {
        enum Kind {
            /// Every unit to every unit, with a matrix [units, inputs].
            case weights(Tape.ID)
            case oneToOne
            case allToAll
            /// Around other layers, with a matrix if the shapes differ.
            case skip(Projection?)
        }

        struct Projection {
            let matrix: Tape.ID
            /// The projected input: the term of the sum at which the skip connection ends.
            let projected: Tape.ID
        }

        let from: Int
        let kind: Kind
        /// The end of the link: z, or the shown tensor.
        let into: Tape.ID
    }

    private(set) var columns: [Column] = []
    private let lowered: LoweredProblem

    init(_ lowered: LoweredProblem) {
        self.lowered = lowered
        let shape = lowered.problem.network.input
        columns.append(
            Column(
                name: "input", heading: "input", body: shape.isFeatures ? .units : .block, shown: lowered.input, preActivation: nil,
                activation: nil, bias: nil, links: [], shared: nil, count: shape.count, shape: shape))
        add(lowered.layers)
    }

    private mutating func add(_ layers: [LoweredLayer]) {
        var rest = layers[...]
        while let layer = rest.popFirst() {
            let before = columns.count - 1
            let isFlat = layer.inputShape.isFeatures && layer.outputShape.isFeatures
            switch layer.rules.link {
            case .weights:
                let weight = layer.parameters[.weight]
                let kind: Link.Kind =
                    layer.inputShape.isFeatures ? weight.map { .weights($0) } ?? .allToAll : .allToAll
                var (name, heading, shown, activation) = (layer.layer.name, layer.layer.heading, layer.output, Activation?.none)
                if case .activation(let function)? = rest.first?.rules.result, let next = rest.popFirst() {
                    (shown, activation) = (next.output, function)
                    name += " · \(next.layer.name)"
                    heading += " · \(function.heading)"
                }
                append(
                    name, heading, layer.outputShape, shown: shown, preActivation: activation == nil ? nil : layer.output,
                    activation: activation, bias: layer.parameters[.bias],
                    links: [Link(from: before, kind: kind, into: layer.output)])
            case .skip:
                add(layer.inner)
                var projection: Link.Projection?
                if let matrix = layer.parameters[.projection], let projected = lowered.id(of: .projected, layer) {
                    projection = Link.Projection(matrix: matrix, projected: projected)
                }
                append(
                    layer.layer.name, layer.heading, layer.outputShape, shown: layer.output,
                    links: [
                        Link(from: columns.count - 1, kind: isFlat ? .oneToOne : .allToAll, into: layer.output),
                        Link(from: before, kind: .skip(projection), into: layer.output),
                    ])
            case .oneToOne:
                append(
                    layer.layer.name, layer.heading, layer.outputShape, shown: layer.output,
                    links: [Link(from: before, kind: isFlat ? .oneToOne : .allToAll, into: layer.output)],
                    shared: isFlat ? layer.sharedStatistics : nil)
            case .allToAll:
                append(
                    layer.layer.name, layer.heading, layer.outputShape, shown: layer.output,
                    links: [Link(from: before, kind: .allToAll, into: layer.output)])
            }
        }
    }

    private mutating func append(
        _ name: String, _ heading: String, _ shape: SampleShape, shown: Tape.ID, preActivation: Tape.ID? = nil,
        activation: Activation? = nil, bias: Tape.ID? = nil, links: [Link], shared: SharedStatistics? = nil
    ) {
        columns.append(
            Column(
                name: name, heading: heading, body: shape.isFeatures ? .units : .block, shown: shown, preActivation: preActivation,
                activation: activation, bias: bias, links: links, shared: shared, count: shape.count, shape: shape))
    }
}

extension SampleShape {
    package var isFeatures: Bool {
        switch self {
        case .features: true
        case .sequence, .image, .tokens: false
        }
    }

    /// "3 × 8 × 8", "4 tokens".
    var text: String {
        if case .tokens(let time, _) = self { return time == 1 ? "1 token" : "\(time) tokens" }
        return axes.map(String.init).joined(separator: " × ")
    }
}

extension Activation {
    /// The name of the activation on a page.
    var letter: String { row.short }

    /// Its name in a heading: in words if the short name is a letter.
    fileprivate var heading: String { letter.count > 1 ? letter : row.word }

    /// The letter in its derivative's label.
    var derivativeLetter: String { self == .sigmoid ? "σ" : letter.count <= 5 ? letter : "f" }
}

extension LoweredLayer {
    /// The heading on a page: an activation by its function.
    fileprivate var heading: String { if case .activation(let function) = layer.kind { function.heading } else { layer.heading } }

    /// Nil of a batch norm, whose groups are of samples.
    fileprivate var sharedStatistics: NetworkColumns.SharedStatistics? {
        guard case .normalization(let norm) = layer.kind, case .blocks(let length) = norm.grouping(batch: 1, of: inputShape).entries,
            length > 1
        else { return nil }
        return .init(group: length, words: norm.kind == .rootMeanSquare ? "the mean square" : "mean and variance")
    }
}
