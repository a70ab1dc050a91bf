import Autodiff
import NeuralNetworks
import Traces

/// A network as it is drawn from left to right: columns of units or blocks, and what links them.
struct NetworkColumns {
    struct Column {
        enum Body: Equatable {
            /// One circle for each feature.
            case units
            /// What has no features side by side: images, sequences, recurrent cells.
            case block
        }

        /// The layers' names, which tell it from others.
        let name: String
        /// What it is called on the page.
        let heading: String
        let body: Body
        /// What the circles show, [batch, units] of a column of units.
        let shown: Tape.ID
        /// z, where an activation follows in the same column.
        let preActivation: Tape.ID?
        let activation: Activation?
        let bias: Tape.ID?
        let links: [Link]
        /// Units of one sample.
        let count: Int
        let shape: SampleShape
    }

    struct Link {
        enum Kind {
            /// Every unit to every unit, by a matrix [units, inputs].
            case weights(Tape.ID)
            case oneToOne
            case allToAll
            /// Around other layers, by a matrix if the shapes differ.
            case skip(Projection?)
        }

        struct Projection {
            let matrix: Tape.ID
            /// What it makes of the input: the term of the sum that the skip leads into.
            let projected: Tape.ID
        }

        let from: Int
        let kind: Kind
        /// What the link leads into: z, or the shown tensor.
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
                activation: nil, bias: nil, links: [], count: shape.count, shape: shape))
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
                    links: [Link(from: before, kind: isFlat ? .oneToOne : .allToAll, into: layer.output)])
            case .allToAll:
                append(
                    layer.layer.name, layer.heading, layer.outputShape, shown: layer.output,
                    links: [Link(from: before, kind: .allToAll, into: layer.output)])
            }
        }
    }

    private mutating func append(
        _ name: String, _ heading: String, _ shape: SampleShape, shown: Tape.ID, preActivation: Tape.ID? = nil,
        activation: Activation? = nil, bias: Tape.ID? = nil, links: [Link]
    ) {
        columns.append(
            Column(
                name: name, heading: heading, body: shape.isFeatures ? .units : .block, shown: shown, preActivation: preActivation,
                activation: activation, bias: bias, links: links, count: shape.count, shape: shape))
    }
}

extension SampleShape {
    var isFeatures: Bool {
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
    /// What the activation is called on a page.
    var letter: String { row.short }

    /// What it is called in a heading: its name, or in words where that is a letter.
    fileprivate var heading: String { letter.count > 1 ? letter : row.word }

    /// The letter of its derivative's label.
    var derivativeLetter: String { self == .sigmoid ? "σ" : letter.count <= 5 ? letter : "f" }
}

extension LoweredLayer {
    /// What a page calls it: an activation by what it is.
    fileprivate var heading: String { if case .activation(let function) = layer.kind { function.heading } else { layer.heading } }
}
