import Autodiff
import CairoBackend
import Drawing
import Experiments
import NeuralNetworks
import PageChecks
import Testing

@testable import ExperimentFigures

@Suite("Figures of descents and of training")
struct TrainingFigureTests {
    static let fonts = [FontBook.Preference.installed, .fallback]

    static let setting = TrainingSetting(
        data: .twoSpirals, samples: 16, validation: 8, noise: 0.05, depth: 2, width: 4, batch: 8, steps: 5, seeds: 3,
        optimizer: Optimizer(kind: .sgd, learningRate: 0.1))

    static func variants(_ count: Int) -> [Variant] {
        let activations: [(String, Activation)] = [
            ("Sigmoid", .sigmoid), ("Tanh", .tanh), ("ReLU", .relu), ("Swish", .swish(beta: 1)), ("GELU", .gelu), ("Softplus", .softplus),
        ]
        return activations.prefix(count).map { Variant(name: $0.0, activation: $0.1) }
    }

    /// The third has far more than the ravine bears: a path that leaves the frame, and heights that overflow.
    static func descending(_ count: Int) -> [Variant] { descending(Array([0.1, 0.05, 2, 0.2, 0.3, 0.4].prefix(count))) }

    static func descending(_ rates: [Double]) -> [Variant] {
        rates.enumerated().map { index, rate in
            var variant = Variant(name: "Descent \(index + 1)")
            variant.optimizer = Optimizer(kind: .sgd, learningRate: rate)
            return variant
        }
    }

    @Test("Every kind's labels stay on the page, never overlap and are 7 pt or larger", arguments: fonts)
    func layout(_ preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        func check<M: DrawableMeasurement>(_ measurement: M, _ variants: [Variant]) throws {
            let measured = try measurement.measure()
            for width in preference == .installed ? [240.0, 252.3, 396] : [] {
                for figure in measurement.figures(of: measured, title: "A topic", measurer: measurer, pageWidth: width) {
                    let picture = figure.picture
                    #expect(abs(picture.size.width - width) < 0.01, "\(M.kind)")
                    #expect(PageChecks(picture, measurer).layoutFaults == [])
                }
            }
            for figure in measurement.figures(of: measured, title: "A topic", measurer: measurer, pageWidth: nil) {
                let picture = figure.picture
                #expect(PageChecks(picture, measurer).layoutFaults == [], "\(M.kind)")
                #expect(picture.alternative.contains(picture.title))
                for variant in variants { #expect(picture.description.contains(variant.name)) }
            }
        }
        for count in [1, 3, 6] {
            let (activations, descents, clipped) = (Self.variants(count), Self.descending(count), Self.clipping(count))
            try check(Training(Self.setting, shows: [.loss, .movement, .gradient], variants: activations), activations)
            try check(Training(Self.setting, shows: [.boundary, .loss], variants: activations), activations)
            let few = Array(activations.prefix(2))
            let sweeps: [Training.Sweep] = [.learningRate([1e-3, 1, 1e3]), .initialDeviation([0.1, 10]), .batchSize([1, 8])]
            try check(Training(Self.setting, shows: [], sweeps: sweeps, variants: few), few)
            try check(CovariateShift(Self.setting, layer: 1, variants: activations), activations)
            try check(Fit(Self.sine, penalties: count == 1 ? [] : [1e-3, 0.1, 1], variants: activations), activations)
            try check(Trajectory(surface: .ravine, steps: 40, variants: descents), descents)
            try check(Trajectory(surface: .saddle, steps: 20, offsets: [1e-6, 1e-3, 0.1], variants: descents), descents)
            if count == 3 {
                try check(Trajectory(surface: .saddle, steps: 20, variants: descents), descents)
                try check(Trajectory(surface: .regression, steps: 20, variants: descents), descents)
                try check(GradientClipping(gradient: [-3, 4], steps: 10, variants: clipped), clipped)
                try check(GradientClipping(steps: 40, variants: clipped), clipped)
            }
        }
    }

    static var sine: TrainingSetting {
        var setting = setting
        (setting.data, setting.samples) = (.noisySine, 6)
        return setting
    }

    static func clipping(_ count: Int) -> [Variant] {
        (0..<count).map { index in
            var variant = Variant(name: "Variant \(index)")
            variant.clipping = [nil, .norm(1), .value(1), .norm(5), .value(2), .norm(0.1)][index]
            return variant
        }
    }

    @Test("Beside the arrow of a clipped gradient stands what it became", arguments: fonts)
    func clippedArrow(_ preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        let experiment = GradientClipping(steps: 40, variants: Self.clipping(3))
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(
            picture.title
                == "Clipping by norm keeps the direction, by value turns it by 8.13°; unclipped, the descent is thrown off the cliff")
        let words = picture.content.textRuns.map(\.run.text).joined(separator: " ")
        #expect(words.contains("(0.6, 0.8)"))
        #expect(words.contains("8.13°"))
        #expect(!words.contains("Variant 1: (0.6"), "the remark fell to the foot of the page")
    }

    @Test("A training that loses its numbers is told with how many seeds did")
    func divergence() throws {
        var setting = Self.setting
        (setting.steps, setting.optimizer) = (60, Optimizer(kind: .sgd, learningRate: 1e30))
        let experiment = Training(setting, shows: [.loss], variants: [Variant(name: "Linear", activation: .identity)])
        let measurer = CairoTextMeasurer(try FontBook())
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title.contains("Linear loses its numbers (NaN or ∞) in 3 of 3 seeds"))
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("Steps from a saddle are drawn without the line of plain descent where no variant is one")
    func withoutDescent() throws {
        var variant = Variant(name: "Momentum")
        variant.optimizer = Optimizer(kind: .momentum(0.9), learningRate: 0.1)
        let experiment = Trajectory(surface: .saddle, steps: 5, offsets: [1e-6, 1e-2], variants: [variant])
        let measurer = CairoTextMeasurer(try FontBook())
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title.hasPrefix("From 10⁻⁶ beside the ridge Momentum leaves the saddle in"))
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("The saddle's headline tells the fastest and the slowest from the smallest offset")
    func saddle() throws {
        let experiment = Trajectory(
            surface: .saddle, steps: 5, offsets: [1e-8, 1e-2], variants: Self.descending([0.1, 0.3]))
        let measured = try experiment.measure()
        let headline = TrajectoryFindings(measured: measured, experiment: experiment).headline
        #expect(headline == "From 10⁻⁸ beside the ridge Descent 2 leaves the saddle in 40 steps, Descent 1 in 102")
    }

    @Test("Where no path leaves the saddle in time, the headline and the axis say how long was waited", arguments: fonts)
    func staying(_ preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        let experiment = Trajectory(
            surface: .saddle, steps: 5, offsets: [1e-6, 1e-3], variants: Self.descending([1e-5, 1e-6]))
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "From 10⁻⁶ beside the ridge nothing leaves the saddle in 20\u{2009}000 steps")
        let texts = picture.content.textRuns.map(\.run.text).joined(separator: " ")
        #expect(texts.contains("above the axis"))
        #expect(!texts.contains("overflow"))
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("What leaves the saddle keeps its axis where something else never does")
    func leaving() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        let experiment = Trajectory(surface: .saddle, steps: 5, offsets: [1e-6, 1e-3], variants: Self.descending([1e-5, 0.1]))
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        let texts = picture.content.textRuns.map(\.run.text)
        // 76 steps from 10⁻⁶.
        #expect(texts.contains("80") && !texts.contains { $0.contains("000") && $0.count == 6 }, "\(texts)")
        #expect(texts.contains { $0.contains("above the axis") })
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("What diverges is named, and never stands highest or lowest")
    func diverging() throws {
        let experiment = Trajectory(surface: .ravine, steps: 3000, variants: Self.descending([0.1, 0.4, 5]))
        let headline = TrajectoryFindings(measured: try experiment.measure(), experiment: experiment).headline
        #expect(headline.hasSuffix("; Descent 3 diverges"))
    }

    @Test(
        "A ranking is claimed only where seven eighths of the seeds support it",
        arguments: [
            ([[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 2]], "A ends with the lowest loss, in all 8 seeds"),
            ([[1, 1, 1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 2, 2, 2]], "A ends with the lowest loss, in at least 7 of 8 seeds"),
            (
                [[1, 1, 1, 1, 1, 1, 3, 3], [2, 2, 2, 2, 2, 2, 2, 2]],
                "No variant ends with a lower loss than the others in seven eighths of the seeds"
            ),
            (
                [[1, 3, 1, 3, 1, 3, 1, 3], [3, 1.5, 3, 1.5, 3, 1.5, 3, 1.5], [9, 9, 9, 9, 9, 9, 9, 9]],
                "A and B end with the lowest loss, too close to call; C is behind"
            ),
            ([[1], [2]], "A ends with the lowest loss, in the one seed tried"),
            ([[1, 1], [2, 2]], "A ends with the lowest loss, in both seeds"),
            (
                [[1, 1, 1, 1, 1, 1, 1, 1], [.nan, .nan, .nan, .nan, .nan, .nan, .nan, .nan]], "A ends with the lowest loss, in all 8 seeds"
            ),
        ] as [([[Double]], String)])
    func verdict(_ ends: [[Double]], _ sentence: String) throws {
        #expect(try #require(SeedVerdict(ends)).sentence(["A", "B", "C"].prefix(ends.count).map { $0 }, "loss") == sentence)
    }

    @Test("Validation loss is said to be least in between only where it is")
    func fit() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        let experiment = Fit(Self.sine, penalties: [0.01, 0.1, 1], variants: Self.variants(1))
        func headline(_ validation: [Double], _ norm: [Double]) throws -> String {
            var measured = try experiment.measure()
            measured.sweep[1].median = validation
            measured.sweep[2].median = norm
            return experiment.figures(of: measured, title: nil, measurer: measurer, pageWidth: nil)[0].picture.title
        }
        #expect(
            try headline([3, 1, 2], [3, 2, 1]) == "Validation loss is least in between, at λ = 0.1; the weights’ norm falls as λ grows")
        #expect(
            try headline([1, 2, 3], [3, 2, 2.5])
                == "Validation loss is least at the end, at λ = 0.01; the weights’ norm does not fall all along")
    }
}
