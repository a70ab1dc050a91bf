import Autodiff
import CairoBackend
import Drawing
import Experiments
import NeuralNetworks
import PageChecks
import Testing

@testable import ExperimentFigures

/// Each measurement drawn small, in the installed fonts and in those that every system has.
@Suite("Figures of experiments")
struct ExperimentFigureTests {
    private static let cells: [Variant] = Variant.Cell.allCases.map { cell in
        var variant = Variant(name: cell.rawValue)
        variant.cell = cell
        return variant
    }

    private static func radii(_ panel: String, _ activation: Activation) -> [Variant] {
        [0.9, 1.1].map { radius in
            var variant = Variant(name: "r = \(radius)", panel: panel, activation: activation)
            variant.recurrentRadius = radius
            return variant
        }
    }

    static let experiments: [Experiment] = [
        .gradientDecay(
            GradientDecay(
                depth: 12, width: 8, batch: 4, seeds: 2,
                variants: ["tanh", "ReLU"].flatMap { panel in
                    [(0.05, "too small"), (0.5, "Xavier"), (3, "too large")].map { deviation, name in
                        Variant(
                            name: name, panel: panel, activation: panel == "tanh" ? .tanh : .relu,
                            initializer: .normal(deviation: deviation))
                    }
                })),
        .gradientThroughTime(
            GradientThroughTime(
                units: 4, features: 2, time: 12, batch: 3, seeds: 2, variants: radii("Linear", .identity) + radii("tanh", .tanh))),
        .gradientThroughTime(GradientThroughTime(units: 4, features: 2, time: 9, batch: 3, seeds: 2, variants: cells)),
        .pathLengths(
            PathLengths(
                depth: 7, width: 5, batch: 3, seeds: 2,
                variants: [Variant(name: "Sigmoid", activation: .sigmoid), Variant(name: "ReLU", activation: .relu)])),
        .shatteredGradients(
            ShatteredGradients(
                depths: [2, 6], width: 6, points: 32, range: 2, seeds: 5,
                variants: [Variant(name: "Plain", activation: .relu), Variant(name: "Scaled residual", activation: .relu, residual: true)],
                scaled: ["Scaled residual"])),
        .activations(
            Activations(
                range: 6,
                variants: [Activation.sigmoid, .tanh, .relu, .leakyReLU(slope: 0.1), .swish(beta: 1), .gelu].map {
                    Variant(name: $0.kind, activation: $0)
                })),
        .activations(
            Activations(range: 5, variants: [0, 1, 10].map { Variant(name: "β = \($0)", activation: .swish(beta: $0)) })),
        .normalizationAxes(
            NormalizationAxes(
                batch: 2, channels: 4, positions: 3,
                variants: [NormalizationLayer.Kind.batch, .layer, .instance, .group(2), .rootMeanSquare].map {
                    Variant(name: "\($0)", normalization: NormalizationLayer(kind: $0))
                })),
        .singularValues(
            SingularSpectra(
                units: 6, inputs: 6, iterations: 12, seeds: 2,
                variants: [Variant(name: "He", initializer: .heNormal), Variant(name: "orthogonal", initializer: .orthogonal)])),
        .signalSpread(
            SignalSpread(
                depth: 6, width: 8, batch: 8, seeds: 2,
                variants: [
                    Variant(name: "too small", activation: .relu, initializer: .normal(deviation: 0.01)),
                    Variant(name: "He", activation: .relu, initializer: .heNormal),
                    Variant(name: "overflow", activation: .relu, initializer: .normal(deviation: 1e80)),
                ])),
        .signalSpread(
            SignalSpread(
                depth: 6, width: 8, batch: 8, seeds: 2,
                variants: [
                    Variant(name: "too small", activation: .tanh, initializer: .normal(deviation: 0.01)),
                    Variant(name: "too large", activation: .tanh, initializer: .normal(deviation: 3)),
                ])),
        .roundTrip(
            RoundTrip(
                depth: 6, width: 8, batch: 8, seeds: 3,
                variants: [
                    Variant(name: "too small", activation: .relu, initializer: .normal(deviation: 0.25)),
                    Variant(name: "He", activation: .relu, initializer: .heNormal),
                    Variant(name: "constant", activation: .tanh, initializer: .constant(0)),
                    Variant(name: "overflow", activation: .relu, initializer: .normal(deviation: 1e80)),
                ])),
        .gradientDecay(
            {
                var sweep = GradientDecay(
                    depth: 6, width: 8, batch: 8, seeds: 2,
                    variants: [
                        Variant(name: "Plain", activation: .relu),
                        Variant(name: "Batch norm", activation: .relu, normalization: NormalizationLayer(kind: .batch)),
                    ])
                sweep.deviations = [0.05, 0.1, 0.5, 1]
                return sweep
            }()),
        .chainRule(
            ChainOfUnits(
                depth: 5, input: 1, target: 0,
                variants: [
                    Variant(name: "Sigmoid", activation: .sigmoid, initializer: .constant(0.8)),
                    Variant(name: "ReLU", activation: .relu, initializer: .constant(0.8)),
                    Variant(name: "dead", activation: .relu, initializer: .constant(-0.8)),
                ])),
    ]

    @Test("Labels stay on the page, never overlap and are 7 pt or larger, in either fonts", arguments: experiments)
    func layout(_ experiment: Experiment) throws {
        for preference in [FontBook.Preference.installed, .fallback] {
            let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
            for figure in try figures(of: experiment.drawable, measurer: measurer) {
                #expect(PageChecks(figure.picture, measurer).layoutFaults == [])
                #expect(!figure.picture.title.isEmpty)
                #expect(figure.picture.alternative.contains(figure.picture.title))
                #expect(figure.picture.description.count > figure.picture.title.count)
            }
        }
    }

    @Test("So they do on narrow pages, whose width the figures keep to", arguments: experiments, [240.0, 252.3, 396, 453])
    func narrow(_ experiment: Experiment, width: Double) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        for figure in try figures(of: experiment.drawable, measurer: measurer, pageWidth: width) {
            if case .chainRule = experiment {
                #expect(figure.picture.size.width >= width)
            } else {
                #expect(abs(figure.picture.size.width - width) < 0.01)
            }
            #expect(PageChecks(figure.picture, measurer).layoutFaults == [])
        }
    }

    @Test("Blocks and moments fit a page of A4 notes, with LaTeX's margins")
    func notes() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        for experiment in Self.experiments {
            switch experiment {
            case .normalizationAxes, .signalSpread:
                for figure in try figures(of: experiment.drawable, measurer: measurer, pageWidth: 453) {
                    #expect(figure.picture.size.height <= 700, "\(figure.picture.title)")
                }
            default: break
            }
        }
    }

    @Test("The panels of singular values are one argument: each title continues the one before")
    func argument() throws {
        func drawn(_ activation: Activation) throws -> (titles: [String], headline: String) {
            let variants = [
                Variant(name: "He", activation: activation, initializer: .heNormal),
                Variant(name: "small", activation: activation, initializer: .normal(deviation: 0.01)),
            ]
            let experiment = SingularSpectra(units: 6, inputs: 6, iterations: 12, depth: 4, seeds: 2, variants: variants)
            let picture = try figures(of: experiment, measurer: CairoTextMeasurer(try FontBook()))[0].picture
            let titles = picture.content.items.compactMap { item in
                if case .group(let group, _) = item, group.name.first?.isNumber == true { group.name } else { nil }
            }
            return (titles, picture.title)
        }
        let steps = ["1. W stretches by σ₁ at most", "2. Divided by σ₁: by 1 at most", "3. Power iteration nears σ₁"]
        let (relu, swish) = (try drawn(.relu), try drawn(.swish(beta: 1)))
        #expect(relu.titles == steps + ["4. So 4 layers: by 1 at most"] && relu.headline.contains("at most 1"))
        // Swish has a slope of 1.1 at 2.4.
        #expect(swish.titles == steps + ["4. Through 4 layers: the Jacobian"] && !swish.headline.contains("at most"))
    }

    @Test("Where no gradient arrives, no paths carry it")
    func nothingArrives() throws {
        let experiment = PathLengths(
            depth: 3, width: 4, batch: 2, seeds: 1, variants: [Variant(name: "ReLU", activation: .relu)])
        var splits = try experiment.measure()
        splits[0].sums = splits[0].sums.map { _ in 0 }
        let measurer = CairoTextMeasurer(try FontBook())
        let figures = experiment.figures(of: splits, title: nil, measurer: measurer, pageWidth: nil)
        #expect(figures[0].picture.title == "No gradient arrives at the input")
        #expect(PageChecks(figures[0].picture, measurer).layoutFaults == [])
    }

    @Test("Of a matrix of zeros, which nothing normalizes, the headline does not say that its largest singular value is 1")
    func zeros() throws {
        let experiment = SingularSpectra(
            units: 6, inputs: 6, iterations: 3, seeds: 1, variants: [Variant(name: "zeros", initializer: .constant(0))])
        let measurer = CairoTextMeasurer(try FontBook())
        let figures = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)
        #expect(figures[0].picture.title == "Spectral normalization does not bring the largest singular value to 1")
    }

    private func figures(
        of measurement: some DrawableMeasurement, measurer: any TextMeasuring, pageWidth: Double? = nil
    ) throws -> [ExperimentFigure] {
        measurement.figures(of: try measurement.measure(), title: "The topic", measurer: measurer, pageWidth: pageWidth)
    }
}
