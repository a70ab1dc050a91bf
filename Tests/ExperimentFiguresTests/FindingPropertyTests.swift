import Autodiff
import CairoBackend
import Drawing
import Experiments
import Foundation
import NeuralNetworks
import Testing

@testable import ExperimentFigures

/// Results that nobody measured: ties, zeros, NaN and infinities, one variant or many, names that read as a sentence's words.
@Suite("No headline claims what does not hold, whatever was measured")
struct FindingPropertyTests {
    private struct Results {
        var generator: Xoshiro

        init(_ seed: Int) { generator = Xoshiro(seed: UInt64(seed), stream: "results") }

        mutating func pick(_ count: Int) -> Int { min(Int(generator.uniform() * Double(count)), count - 1) }

        mutating func names() -> [String] {
            let odd = [
                "none", "all", "only", "σ", "tanh", "ReLU", "too small", "r = 1.0", "A; B", "“q”", "and", "x, y", "10¹²×", "ß", "keeps",
                String(repeating: "long name ", count: 9),
            ]
            let count = 1 + pick(7)
            var left = odd
            return (0..<count).map { _ in left.remove(at: pick(left.count)) }
        }

        mutating func number() -> Double {
            switch pick(14) {
            case 0: 0
            case 1: .nan
            case 2: .infinity
            case 3: 1e-300
            case 4...7: 1
            default: exp(20 * generator.normal())
            }
        }

        mutating func series(_ names: [String], length: Int) -> [Series] {
            names.map { name in
                let isTame = pick(2) == 0
                let values = (0..<length).map { _ in isTame ? exp(generator.normal()) : number() }
                return Series(name: name, x: values.indices.map { Double($0 + 1) }, median: values, low: values, high: values)
            }
        }
    }

    /// A name may appear only as it is written, and what no name accounts for may not be a claim about nothing.
    private func check(_ headline: String, _ names: [String], _ comment: Comment) {
        #expect(headline.count <= Wording.most, comment)
        #expect(!headline.isEmpty, comment)
        // "Only" begins sentences of its own.
        for name in names where name.first?.isLowercase == true && name != "only" {
            let capital = name.prefix(1).uppercased() + name.dropFirst()
            #expect(!headline.contains("“\(capital)”") && !headline.hasPrefix(capital + " "), comment)
        }
        let text = names.reduce(headline) { $0.replacing($1, with: "N") }
        #expect(!text.contains(#/\b1 (variants|layers|steps|norms)\b/#), comment)
        #expect(!text.contains(#/\b([2-9]|1[0-9]) (variant|layer|step|norm)\b/#), comment)
        #expect(!text.contains("∞×") && !text.contains("NaN×") && !text.contains("nan"), comment)
    }

    @Test("Of gradients on their way back", arguments: 0..<300)
    func decay(seed: Int) {
        var results = Results(seed)
        let length = 1 + results.pick(6)
        let panels = (0..<1 + results.pick(3)).map { panel in
            (title: panel == 0 ? "tanh" : "P\(panel)", series: results.series(results.names(), length: length))
        }
        let findings = panels.map { GradientDecayFindings($0.series, title: $0.title) }
        let headline = findings.headline(length: length)
        let names = panels.flatMap { $0.series.map(\.name) }
        check(headline, names + panels.map(\.title), "seed \(seed): \(headline)")
        guard panels.count == 1, length > 1 else { return }
        // Redone from the numbers alone.
        let medians = panels[0].series.map(\.median)
        let arrives = medians.map { values in
            values.allSatisfy { $0 > 0 && $0.isFinite } && abs(log10(values[0]) - log10(values[values.count - 1])) < 1
        }
        if headline.hasPrefix("Only ") {
            for (series, arrives) in zip(panels[0].series, arrives) where headline.contains("Only \(series.name.asName) ") {
                #expect(arrives, "seed \(seed): \(headline)")
            }
            #expect((1...2).contains(arrives.count { $0 }), "seed \(seed): \(headline)")
        }
        if headline.contains("exactly") {
            #expect(medians.contains { values in values.allSatisfy { abs($0 / values[0] - 1) < 1e-8 } }, "seed \(seed): \(headline)")
        }
        if headline.contains("NaN"), !names.contains("NaN") { #expect(medians.joined().contains { $0.isNaN }, "seed \(seed)") }
        if !arrives.contains(true) { #expect(!headline.contains(" keep"), "seed \(seed): \(headline)") }
    }

    @Test("Of the paths that carry a gradient", arguments: 0..<100)
    func paths(seed: Int) throws {
        var results = Results(seed)
        let names = results.names()
        let experiment = PathLengths(
            depth: 1 + results.pick(9), width: 2, batch: 1, seeds: 1, variants: names.map { Variant(name: $0, activation: .relu) })
        var splits = try experiment.measure()
        for index in splits.indices where results.pick(3) > 0 { splits[index].sums = splits[index].sums.map { _ in results.number() } }
        let headline = try title(experiment, splits)
        check(headline, names, "seed \(seed): \(headline)")
        for split in splits where headline == "Short paths carry the gradient of \(split.name.asName)" {
            #expect(split.shares.prefix(experiment.depth / 4 + 1).reduce(0, +) >= 0.9 - 1e-9, "seed \(seed): \(headline)")
        }
    }

    @Test("Of round trips", arguments: 0..<100)
    func trips(seed: Int) throws {
        var results = Results(seed)
        let names = results.names()
        let trips = names.map { name in
            let line = results.series([name], length: 3)[0]
            let gains = (0..<1 + results.pick(4)).map { _ in
                RoundTrip.Gains(
                    weightsOut: results.number(), activationOut: results.number(), activationHome: results.number(),
                    weightsHome: results.number())
            }
            return RoundTrip.Trip(name: name, out: line, home: line, weightGain: nil, seeds: gains)
        }
        let experiment = RoundTrip(
            depth: 2, width: 2, batch: 1, seeds: 1, variants: names.map { Variant(name: $0, activation: .relu, initializer: .heNormal) })
        let headline = try title(experiment, trips)
        check(headline, names, "seed \(seed): \(headline)")
        for trip in trips where headline.hasSuffix("½ with \(trip.name.asName)") {
            #expect(abs(trip.gains.out - 0.5) < 0.07 && abs(trip.gains.home - 0.5) < 0.07, "seed \(seed): \(headline)")
        }
    }

    @Test("Of signals and their spread", arguments: 0..<40)
    func spread(seed: Int) throws {
        var results = Results(seed)
        let names = results.names()
        let deviations = [1e-200, 1e-3, 0.3, 1, 1e100]
        let experiment = SignalSpread(
            depth: 1 + results.pick(5), width: 3, batch: 2, seeds: 1,
            variants: names.map {
                Variant(
                    name: $0, activation: results.pick(2) == 0 ? .tanh : .relu,
                    initializer: .normal(deviation: deviations[results.pick(deviations.count)]))
            })
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        for figure in experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil) {
            check(figure.picture.title, names, "seed \(seed): \(figure.picture.title)")
        }
    }

    @Test("Of activations' slopes: a tie for the lowest bound names all that share it", arguments: 0..<60)
    func slopes(seed: Int) throws {
        var results = Results(seed)
        let names = results.names()
        let activations: [Activation] = [
            .sigmoid, .tanh, .relu, .gelu, .swish(beta: 1), .leakyReLU(slope: -2), .elu(alpha: 3), .identity, .softplus,
        ]
        let experiment = Activations(
            range: 3, variants: names.map { Variant(name: $0, activation: activations[results.pick(activations.count)]) })
        let curves = try experiment.measure()
        let headline = try title(experiment, curves)
        check(headline, names, "seed \(seed): \(headline)")
        guard headline.contains("never exceed"), headline.hasPrefix("The slope"), curves.count > 1 else { return }
        let least = curves.map(\.greatestSlope.value).min() ?? 0
        for curve in curves where abs(curve.greatestSlope.value - least) < 1e-12 {
            #expect(headline.contains(curve.name), "seed \(seed): \(headline)")
        }
    }

    @Test("Of factors in a row", arguments: 0..<60)
    func chains(seed: Int) throws {
        var results = Results(seed)
        let names = results.names()
        let experiment = ChainOfUnits(
            depth: 1 + results.pick(12), input: results.generator.normal(), target: 0, seed: UInt64(seed),
            variants: names.map {
                Variant(
                    name: $0, activation: [.sigmoid, .relu, .tanh, .identity][results.pick(4)],
                    initializer: .normal(deviation: [1e-200, 0.5, 3, 1e200][results.pick(4)]))
            })
        let headline = try title(experiment, try experiment.measure())
        check(headline, names, "seed \(seed): \(headline)")
    }

    private func title<M: DrawableMeasurement>(_ experiment: M, _ measured: M.Measured) throws -> String {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        return try #require(experiment.figures(of: measured, title: nil, measurer: measurer, pageWidth: nil).first).picture.title
    }
}
