import Autodiff
import CairoBackend
import Drawing
import Experiments
import NeuralNetworks
import Testing

@testable import ExperimentFigures

/// Sentences that a lecturer's own lessons proved false or too strong, each with its lesson in small.
@Suite("What is said of an experiment is what was measured")
struct TruthOfWordsTests {
    private func pictures(_ measurement: some DrawableMeasurement) throws -> [Picture] {
        let measurer = CairoTextMeasurer(try FontBook())
        return measurement.figures(of: try measurement.measure(), title: nil, measurer: measurer, pageWidth: nil).map(\.picture)
    }

    private func words(_ picture: Picture) -> String {
        picture.content.textRuns.map(\.run.text).joined(separator: " ").replacing("\u{A0}", with: " ")
    }

    @Test(
        "A limit of a slope is one, wherever in the range of Doubles the function comes near it",
        arguments: [
            (Activation.softsign, 0, -Double.infinity, 1, 0), (.softplus, 0, -.infinity, 1, .infinity), (.sigmoid, 0, -.infinity, 0.25, 0),
        ] as [(Activation, Double, Double, Double, Double)])
    func limits(_ function: Activation, least: Double, at leastPlace: Double, greatest: Double, at greatestPlace: Double) throws {
        let curve = try #require(
            try Activations(range: 4, variants: [Variant(name: "f", activation: function)]).measure().first)
        #expect(curve.leastSlope.value == least && abs(curve.leastSlope.x) == abs(leastPlace), "\(curve.leastSlope)")
        #expect(curve.greatestSlope.value == greatest && curve.greatestSlope.x == greatestPlace, "\(curve.greatestSlope)")
        if function == .softsign { #expect(curve.least.value == -1 && curve.greatest.value == 1, "\(curve.least), \(curve.greatest)") }
    }

    @Test("A slope that only nears 1 is not said to reach it")
    func nearing() throws {
        func title(_ functions: [Activation]) throws -> String {
            try pictures(Activations(range: 4, variants: functions.map { Variant(name: $0.row.title, activation: $0) }))[0].title
        }
        #expect(try title([.softplus]) == "The slope stays below 1 but nears it")
        #expect(try title([.softplus, .mish]) == "Every slope reaches 1 or nears it; that of mish exceeds it")
        #expect(try title([.relu, .selu]) == "Every slope reaches 1; that of SELU exceeds it")
    }

    @Test("At a jump of the slope there is an open dot on the side that the chain rule does not take")
    func openDot() throws {
        let measured = try #require(
            try Activations(range: 4, variants: [Variant(name: "SELU", activation: .selu)]).measure().first?.jumps.first)
        #expect(abs(measured.taken - measured.left) < 1e-6 && abs(measured.taken - measured.right) > 0.5)
        #expect(measured.other == measured.right)
    }

    @Test("Zeros of a function that is nowhere 0 are told as underflow, and ridges end where nothing would be seen of the others")
    func underflow() throws {
        let variants = [0.05, 0.8].map { Variant(name: "±\($0)", activation: .gelu, initializer: .uniform(bound: $0)) }
        let drawn = try pictures(SignalSpread(depth: 8, width: 40, batch: 16, seeds: 2, variants: variants))
        let (ridges, moments) = (words(drawn[0]), words(drawn[1]))
        #expect(ridges.contains("% underflow to 0") && !ridges.contains("% are 0"), "\(ridges)")
        #expect(ridges.contains("smaller than its axis shows, but not 0"), "\(ridges)")
        #expect(!ridges.contains("−300"), "\(ridges)")
        #expect(moments.contains("Zeros of ±0.8 are underflow") && !moments.contains("ReLU is 0"), "\(moments)")
        let rectified = [0.1, 0.2].map { Variant(name: "\($0)", activation: .relu, initializer: .normal(deviation: $0)) }
        let others = try pictures(SignalSpread(depth: 4, width: 16, batch: 8, seeds: 2, variants: rectified))
        #expect(words(others[1]).contains("where ReLU is 0 depends on signs alone") && !words(others[1]).contains("underflow"))
    }

    @Test("What prints alike has no winner")
    func ties() throws {
        let variants = [0, 0.5, 0.5].enumerated().map { index, penalty in
            var variant = Variant(name: "Variant \(index + 1)")
            variant.l2 = penalty
            variant.optimizer =
                index == 2 ? Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.2) : .descent(0.2)
            return variant
        }
        let drawn = try pictures(Trajectory(surface: .regression, start: [2, -1], steps: 300, variants: variants))[0]
        #expect(drawn.title == "Variant 3 and Variant 2 end nearest to 0, 1.2 away, Variant 1 farthest, 2.6")
    }

    @Test("Too few seeds for a sign test are told as too few, not as no difference")
    func seeds() {
        let ends = [[1.0, 2, 3, 4], [5.0, 6, 7, 8]]
        #expect(
            SeedVerdict.note(ends, ["A", "B"]) == "4 seeds are too few for a sign test, which takes 6 at least (p < 0.05).")
        let more = ends.map { $0 + $0 }
        #expect(SeedVerdict.note(more, ["A", "B"]) == "Sign test over 8 seeds, p < 0.05: A lower than B in 8.")
    }

    @Test("Set-ups name units, cells, radii, biases, heads and penalties of the variants that have them")
    func setUps() {
        func variant(_ name: String, _ change: (inout Variant) -> Void) -> Variant {
            var variant = Variant(name: name)
            change(&variant)
            return variant
        }
        let a = variant("A") { ($0.cell, $0.recurrentRadius) = (.rnn, 1.2) }
        let b = variant("B") { ($0.cell, $0.recurrentRadius) = (.rnn, 1.2) }
        let c = variant("C") { ($0.cell, $0.forgetBias) = (.lstm, 2) }
        #expect(
            [a, b, c].cellsNote
                == "; A and B: RNN, recurrent weight 1.2 times a random orthogonal matrix; C: LSTM, bias 2 at the forget gate")
        #expect([a, b].cellsNote == "; all variants: recurrent weight 1.2 times a random orthogonal matrix")
        #expect([a, c].unitsNote(standard: .tanh) == "Units: tanh (A)")
        let wide = variant("wide") { $0.activation = .gelu }
        #expect([wide].unitsNote(standard: .tanh) == "Units: GELU")
        let relu = variant("ReLU") { $0.activation = .relu }
        #expect([wide, relu].unitsNote(standard: .tanh) == "Units: GELU (wide)")
        #expect([variant("GELU") { $0.activation = .gelu }, relu].unitsNote(standard: .tanh) == nil)
        let ridge = variant("ridge") { $0.l2 = 0.01 }
        let parts = [relu, ridge].partsNote(width: 8, isTrained: true).replacing("\u{A0}", with: " ")
        #expect(parts == " ridge: penalty λ/2·Σw² with λ = 0.01.")
        let heads = ["pre", "post"].map { name in variant(name) { $0.attention = .init(layer: AttentionLayer(heads: 2)) } }
        #expect(heads.partsNote(width: 8, isTrained: false) == " All variants: 2 heads.")
    }

    @Test("Where no gradient on the way is over a limit, no clip is drawn, and it is said")
    func unclipped() throws {
        let variants = [nil, Clipping.norm(2)].enumerated().map { index, clipping in
            var variant = Variant(name: "Variant \(index + 1)")
            variant.clipping = clipping
            return variant
        }
        let calm = GradientClipping(gradient: [-6, 2], start: [3, 1], steps: 60, learningRate: 0.5, starts: 8, variants: variants)
        let drawn = words(try pictures(calm)[0])
        #expect(drawn.contains("at most: no variant clips it") && !drawn.contains("from the side"), "\(drawn)")
    }

    @Test("Round trips of many variants have a row each, with both panels of one beside each other")
    func rows() throws {
        let variants = [0.1, 0.2, 0.3, 0.4].map { Variant(name: "\($0)", activation: .tanh, initializer: .normal(deviation: $0)) }
        let picture = try pictures(RoundTrip(depth: 4, width: 16, batch: 8, seeds: 2, variants: variants))[0]
        func top(_ text: String) throws -> Double {
            try #require(picture.content.textRuns.first { $0.run.text.hasPrefix(text) }, "\(text)").run.origin.y
        }
        for variant in variants { #expect(try top("\(variant.name), variance") == top("\(variant.name): one layer")) }
        let all = words(picture)
        #expect(!all.contains("Above") && !all.contains("Below"), "\(all)")
    }

    @Test("A fit without a sweep says how well it does on other samples")
    func validation() throws {
        var setting = TrainingFigureTests.setting
        (setting.data, setting.samples, setting.seeds) = (.noisySine, 6, 3)
        let drawn = words(try pictures(Fit(setting, penalties: [], variants: [Variant(name: "plain", activation: .tanh)]))[0])
        #expect(drawn.contains("plain: validation ") && drawn.contains("On the samples that were fitted: plain: "), "\(drawn)")
    }
}
