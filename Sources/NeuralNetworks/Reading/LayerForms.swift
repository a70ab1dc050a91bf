import Autodiff
package import Forms
import Notation

/// The layers of the language, and the choices inside them.
package enum LayerForms {
    package static let layer = Choice(
        "layer",
        [
            .init(
                "dense", about: "x·Wᵀ + b on the last axis",
                .form(
                    form(
                        "dense", "a fully connected layer",
                        [
                            units,
                            .init("weight", .tensor, "[units, inputs]; drawn where it isn't written"),
                            .init("bias", .either([.truth, .tensor]), "[units]; false: none; starts at 0"),
                            .init("initializer", .choice(initializer), "how the weight is drawn"),
                            .init(
                                "spectral-norm", .truth, .standard("false"), "whether W is divided by its largest singular value"),
                        ]),
                    short: "units")),
            .init(
                "conv2d", about: "cross-correlation with zero padding",
                .form(
                    form(
                        "conv2d", "a convolutional layer",
                        [
                            .init("channels", .whole(1...Limits.units), .required, "how many there are afterwards"),
                            .init("kernel", .whole(1...Limits.units), .required, "the side of the square kernel"),
                            .init("stride", .whole(1...Limits.units), .standard("1"), "how far the kernel moves at a time"),
                            .init("padding", .whole(0...Limits.units), .standard("0"), "zeros around the image"),
                            .init("weight", .tensor, "[channels, in, kernel, kernel]; drawn where it isn't written"),
                            .init("bias", .either([.truth, .tensor]), "[channels]; false: none; starts at 0"),
                            .init("initializer", .choice(initializer), "how the weight is drawn"),
                        ]),
                    short: nil)),
            plain("flatten", "all axes but the batch, as one"),
        ] + activationOptions(named: true) + [
            plain("softmax", "of the last axis")
        ] + normalizationOptions(inNetwork: true) + [
            .init(
                "residual", about: "x + F(x), or x·Pᵀ + F(x)",
                .form(
                    form(
                        "residual", "a residual block",
                        [
                            .init("layers", .layers, .required, "F, the layers that are not skipped"),
                            .init(
                                "projection", .either([.truth, .tensor]),
                                "P [outputs, inputs]; true: one is drawn; needed where the shapes differ"),
                            .init("initializer", .choice(initializer), "how the projection is drawn"),
                        ]),
                    short: nil)),
            recurrent(
                "rnn", "h = f(Wᵢx + bᵢ + Wᵣh + bᵣ)",
                [.init("activation", .choice(activation), .standard("tanh"), "f")]),
            recurrent(
                "lstm", "gates in the order input, forget, cell, output",
                [.init("forget-bias", .number(.any), .standard("0"), "added to a drawn forget gate's bias")]),
            recurrent(
                "gru", "gates in the order reset, update, new",
                [.init("update-bias", .number(.any), .standard("0"), "added to a drawn update gate's bias")]),
        ])

    package static let activation = Choice("activation", activationOptions(named: false))

    package static let normalization = Choice("normalization", normalizationOptions(inNetwork: false))

    package static let initializer = Choice(
        "initializer",
        [
            .init("xavier-uniform", about: "U(−a, a), a = √(6/(in + out))", .nothing),
            .init("xavier-normal", about: "N(0, 2/(in + out))", .nothing),
            .init("he-uniform", about: "U(−a, a), a = √(6/in)", .nothing),
            .init("he-normal", about: "N(0, 2/in)", .nothing),
            .init("orthogonal", about: "orthonormal rows or columns", .nothing),
            .init("zeros", about: "all 0", .nothing),
            .init("normal", about: "N(0, deviation²)", .value(.number(.zeroOrMore))),
            .init("uniform", about: "U(−bound, bound)", .value(.number(.zeroOrMore))),
            .init("constant", about: "all the same", .value(.number(.any))),
        ])

    private static let units = Form.Key("units", .whole(1...Limits.units), .required, "how many units the layer has")
    private static let name = Form.Key("name", .text, "unique; else the kind and its number")
    private static let epsilon = Form.Key("epsilon", .number(.positive), .standard("1e-5"), "added to the variance")

    private static func form(_ word: String, _ about: String, _ keys: [Form.Key]) -> Form {
        // units, name, the rest: the order in which people write them.
        Form(word, about: about, keys: Array(keys.prefix(1)) + [name] + keys.dropFirst())
    }

    private static func plain(_ word: String, _ about: String) -> Choice.Option {
        .init(word, about: about, .form(Form(word, about: about, keys: [name]), short: nil))
    }

    private static func activationOptions(named: Bool) -> [Choice.Option] {
        Activation.activations.map { activation in
            let row = activation.row
            let keys =
                row.parameter.map {
                    [Form.Key($0.name, .number(.any), .standard(Numeral($0.standard, digits: Numeral.mostDigits).text), $0.about)]
                } ?? []
            return .init(
                row.word, about: row.about, .form(Form(row.word, about: row.about, keys: keys + (named ? [name] : [])), short: nil))
        }
    }

    private static func normalizationOptions(inNetwork: Bool) -> [Choice.Option] {
        let groups = Form.Key("groups", .whole(1...Limits.units), .required, "of neighbouring channels, all of one size")
        let table: [(word: String, about: String, shape: String, keys: [Form.Key])] = [
            ("batch-norm", "statistics of each channel over the batch", "[channels]", []),
            ("layer-norm", "statistics of one sample; of a sequence, of one time step", "[the sample's shape]", []),
            ("instance-norm", "statistics of one channel of one sample", "[channels]", []),
            ("group-norm", "statistics of a group of channels of one sample", "[channels]", [groups]),
        ]
        return table.map { word, about, shape, keys in
            var keys = keys + [epsilon]
            if inNetwork {
                keys += [
                    .init("scale", .tensor, "\(shape); starts at 1"), .init("shift", .tensor, "\(shape); starts at 0"), name,
                ]
            }
            return .init(word, about: about, .form(Form(word, about: about, keys: keys), short: nil))
        }
    }

    private static func recurrent(_ word: String, _ about: String, _ own: [Form.Key]) -> Choice.Option {
        .init(
            word, about: about,
            .form(
                form(
                    word, about,
                    [
                        units,
                        .init("returns", .word(["last", "sequence"]), .standard("last"), "the last state, or all of them"),
                    ] + own + [
                        .init("input-weight", .tensor, "[g·units, features], g gates; drawn where it isn't written"),
                        .init("recurrent-weight", .tensor, "[g·units, units]; drawn where it isn't written"),
                        .init("input-bias", .tensor, "[g·units]; starts at 0"),
                        .init("recurrent-bias", .tensor, "[g·units]; starts at 0"),
                        .init("initializer", .choice(initializer), "how the weights are drawn"),
                    ]),
                short: "units"))
    }
}
