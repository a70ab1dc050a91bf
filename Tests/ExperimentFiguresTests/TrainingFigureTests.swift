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
        let experiment = GradientClipping(steps: 4, starts: 8, variants: Self.clipping(3))
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "Clipping by norm keeps the direction, by value turns it by 8.13°")
        let words = picture.content.textRuns.map(\.run.text).joined(separator: " ")
        #expect(words.contains("(0.6, 0.8)"))
        #expect(words.contains("8.13°"))
        #expect(!words.contains("Variant 1: direction"), "the remark fell to the foot of the page")
    }

    @Test("Under a penalty each panel says how far from 0 its path ends, and the samples stand on the page")
    func distances() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let variants = [0, 1.0].map { penalty in
            var variant = Variant(name: "λ = \(Int(penalty))")
            (variant.optimizer, variant.l2) = (.descent(0.4), penalty)
            return variant
        }
        let experiment = Trajectory(surface: .regression, start: [-1, 2.5], steps: 300, variants: variants)
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "The larger λ, the nearer to 0 the descent ends: 2.6, 0.96 away")
        let text = picture.content.textRuns.map(\.run.text).joined()
        for words in ["λ = 0: ends 2.6 from 0", "λ = 1: ends 0.96 from 0", "(1, 0.8, 2.3)"] { #expect(text.contains(words), "\(text)") }
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("Only of variants that differ in nothing else the penalty is said to be the cause; a decay of the weights is none")
    func decayOfWeights() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        var (adam, adamw) = (Variant(name: "Adam with l2"), Variant(name: "AdamW"))
        adam.optimizer = Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.1)
        adamw.optimizer = Optimizer(kind: .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1), learningRate: 0.1)
        adam.l2 = 0.1
        let experiment = Trajectory(surface: .regression, start: [-1, 2.5], steps: 200, variants: [adam, adamw])
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "Adam with l2 ends nearer to 0 than AdamW: 1.6 away against 2.4")
        let text = picture.content.textRuns.map(\.run.text).joined().replacing("\u{A0}", with: " ")
        for words in ["Penalty: Adam with l2: λ = 0.1; AdamW: none.", "weight decay = 0.1"] { #expect(text.contains(words), "\(text)") }
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test(
        "Where one unclipped step undoes the descent, that is told; thresholds larger than the gradient stay in the frame"
    )
    func wall() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        func title(_ experiment: GradientClipping) throws -> String {
            let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
            #expect(PageChecks(picture, measurer).layoutFaults == [])
            #expect(!picture.content.textRuns.contains { $0.run.text.contains("the axis") })
            return picture.title
        }
        for count in [2, 3] {
            #expect(
                try title(GradientClipping(starts: 64, variants: Self.clipping(count)))
                    == "One step at the wall raises the loss: unclipped it stays high, clipped it falls again")
        }
        // A small rate throws nothing off.
        #expect(
            try title(
                GradientClipping(gradient: [3, 4], steps: 20, learningRate: 0.01, starts: 8, variants: Array(Self.clipping(5).suffix(2))))
                == "Clipping by value turns it by 8.13°")
    }

    @Test("A training that loses its numbers is told with how many seeds did")
    func divergence() throws {
        var setting = Self.setting
        (setting.steps, setting.optimizer) = (60, Optimizer(kind: .sgd, learningRate: 1e30))
        let experiment = Training(setting, shows: [.loss], variants: [Variant(name: "Linear", activation: .identity)])
        let measurer = CairoTextMeasurer(try FontBook())
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "Linear diverges in all 3 seeds")
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("Steps from a saddle are drawn without the line of plain descent where no variant is one")
    func withoutDescent() throws {
        var variant = Variant(name: "Momentum")
        variant.optimizer = Optimizer(kind: .momentum(0.9), learningRate: 0.1)
        let experiment = Trajectory(surface: .saddle, steps: 5, offsets: [1e-6, 1e-2], variants: [variant])
        let measurer = CairoTextMeasurer(try FontBook())
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "A 10× smaller offset costs Momentum 6 steps")
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("The saddle's headline tells what a nearer start costs whom, and names all who share a number")
    func saddle() throws {
        func headline(_ offsets: [Double], _ rates: [Double]) throws -> String {
            let experiment = Trajectory(surface: .saddle, steps: 5, offsets: offsets, variants: Self.descending(rates))
            return TrajectoryFindings(measured: try experiment.measure(), experiment: experiment).headline
        }
        #expect(try headline([1e-8, 1e-2], [0.1, 0.3]) == "A 10× smaller offset costs 13 steps with Descent 1, 5 with Descent 2")
        #expect(
            try headline([1e-8, 1e-2], [0.1, 0.2, 0.3])
                == "A 10× smaller offset costs 13 steps with Descent 1, 7 with Descent 2, 5 with Descent 3")
        #expect(try headline([1e-8, 1e-2], [0.3, 0.3]) == "A 10× smaller offset costs 5 steps with Descent 1 and Descent 2")
        #expect(try headline([1e-8], [0.1, 0.3, 0.3]) == "From 10⁻⁸ beside the ridge Descent 2 and Descent 3 leave the saddle in 40 steps")
        #expect(try headline([1e-8], [0.3, 0.1]) == "From 10⁻⁸ beside the ridge Descent 1 leaves the saddle in 40 steps, Descent 2 in 102")
    }

    @Test("Where no path leaves the saddle in time, the headline and the axis say how long was waited", arguments: fonts)
    func staying(_ preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        let experiment = Trajectory(
            surface: .saddle, steps: 5, offsets: [1e-6, 1e-3], variants: Self.descending([1e-5, 1e-6]))
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title == "Nothing leaves the saddle from 10⁻⁶ in 20\u{2009}000 steps")
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

    @Test(
        "Of descents ties are told as ties, what diverges as diverging, and a lead only where it is a tenth",
        arguments: [
            (Surface.cliff, [-1.0, 1], 60, [0.3, 0.3, 0.3], "All 3 variants end at the same loss, 0.000250"),
            (.ravine, [-4, 1], 40, [0.3, 0.55, 0.1], "Descent 2 diverges; the other 2 do not"),
            (.ravine, [-4, 1], 3000, [5], "Descent 1 diverges"),
            (.ravine, [-4, 1], 40, [5, 0.1], "Descent 1 diverges; the other one does not"),
            (.ravine, [-4, 1], 40, [0.3, 0.1], "From this start Descent 1 ends lower, at 0.011"),
            (.ravine, [-4, 1], 40, [0.3, 0.3, 0.1], "From this start Descent 1 and Descent 2 end lowest, at 0.011"),
        ] as [(Surface, [Double], Int, [Double], String)])
    func descents(_ surface: Surface, _ start: [Double], _ steps: Int, _ rates: [Double], _ headline: String) throws {
        let experiment = Trajectory(surface: surface, start: start, steps: steps, variants: Self.descending(rates))
        #expect(TrajectoryFindings(measured: try experiment.measure(), experiment: experiment).headline == headline)
    }

    @Test("Where several are lowest at some rate, the headline says that it depends on the rate; where one is, that it is")
    func rates() throws {
        func headline(_ rates: [Double], _ kinds: [Optimizer.Kind]) throws -> String {
            let variants = kinds.map { kind in
                var variant = Variant(name: kind.name)
                variant.optimizer = Optimizer(kind: kind, learningRate: 0.1)
                return variant
            }
            let experiment = Trajectory(surface: .ravine, angle: 30, steps: 60, rates: rates, starts: 32, variants: variants)
            return TrajectoryFindings(measured: try experiment.measure(), experiment: experiment).headline
        }
        #expect(try headline([0.02, 0.42], [.sgd, .nesterov(momentum: 0.9)]) == "Which optimizer is best depends on the learning rate")
        #expect(
            try headline([0.02], [.sgd, .nesterov(momentum: 0.9)])
                == "Nesterov momentum ends with a lower loss at the best rate than “gradient descent”")
        #expect(
            try headline([0.02, 0.1], [.sgd, .sgd]) == "“gradient descent” and “gradient descent” end with the same loss at the best rate")
    }

    @Test(
        "A lead is claimed only where a sign test over the seeds supports it against each of the rest",
        arguments: [
            ([[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 2]], "A ends with a lower loss than B"),
            ([[1, 1, 1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 2, 2, 2]], "No clear difference in loss between A and B"),
            ([[1, 1, 1, 1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 2, 2, 2, 2]], "A ends with a lower loss than B"),
            ([[2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2]], "A and B end with the same loss"),
            (
                [[1, 3, 1, 3, 1, 3, 1, 3], [3, 1.5, 3, 1.5, 3, 1.5, 3, 1.5], [9, 9, 9, 9, 9, 9, 9, 9]],
                "A and B end with a lower loss than C"
            ),
            ([[1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3]], "A ends with the lowest loss"),
            // A is ahead of B in 8 of 9 seeds, but both are ahead of C in all.
            (
                [[1, 1, 1, 1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 2, 2, 2, 2], [4, 4, 4, 4, 4, 4, 4, 4, 4]],
                "A and B end with a lower loss than C"
            ),
            // B is not told from C, so that A and B together are ahead of nobody.
            ([[1, 1, 1, 1, 1, 9], [2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 1]], "No clear difference in loss between A, B and C"),
            ([[1], [2]], "No clear difference in loss: 1 seed is too few"),
            ([[1, 1, 1, 1], [2, 2, 2, 2]], "No clear difference in loss: 4 seeds are too few"),
            ([[1, 1, 1, 1, 1, 1], [.nan, .nan, .nan, .nan, .nan, .infinity]], "A ends with a lower loss than B"),
            ([[.nan, .infinity], [.nan, .nan]], "A and B end with the same loss"),
            ([[1, 1, 1, 1, 1, 1]], ""),
        ] as [([[Double]], String)])
    func verdict(_ ends: [[Double]], _ sentence: String) throws {
        #expect(try #require(SeedVerdict(ends)).sentence(["A", "B", "C"].prefix(ends.count).map { $0 }, "loss") == sentence)
    }

    @Test("A fit is said to fit the noise only where it does, and a best λ is named only where a sign test finds one")
    func fit() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        var setting = Self.sine
        (setting.seeds, setting.noise) = (8, 0.3)
        let experiment = Fit(setting, penalties: [1, 0, 0.01], variants: Self.variants(1))
        let measured = try experiment.measure()
        func headline(_ training: [Double], _ validation: [Double]) throws -> String {
            var measured = measured
            for place in 0..<3 {
                for seed in 0..<8 {
                    (measured.sweptEnds[place][seed].training, measured.sweptEnds[place][seed].validation) = (
                        training[place], validation[place]
                    )
                }
            }
            return experiment.figures(of: measured, title: nil, measurer: measurer, pageWidth: nil)[0].picture.title
        }
        #expect(
            try headline([0.5, 0.01, 0.1], [0.6, 0.4, 0.2])
                == "Without a penalty the network fits the noise; a moderate one lowers the validation loss")
        #expect(
            try headline([0.5, 0.01, 0.1], [0.2, 0.4, 0.2])
                == "Without a penalty the network fits the noise; a large one lowers the validation loss")
        #expect(try headline([0.5, 0.2, 0.2], [0.6, 0.4, 0.2]) == "Validation loss is lowest at λ = 0.01")
        #expect(try headline([0.5, 0.01, 0.1], [0.6, 0.2, 0.2]) == "No λ lowers the validation loss clearly; above λ = 0.01 it is higher")
        #expect(try headline([0.5, 0.01, 0.1], [0.2, 0.2, 0.2]) == "No λ has a clearly lower validation loss than the others")
        #expect(try headline([0.5, 0.01, 0.1], [.nan, .nan, .nan]) == "Fits of 6 samples")
    }
}
