import Autodiff
import CairoBackend
import Drawing
import Experiments
import NeuralNetworks
import PageChecks
import Testing

@testable import ExperimentFigures

@Suite("The figure of gradient decay")
struct GradientDecayFigureTests {
    /// Decays of a few factors a layer, and what floating point makes of extreme ones.
    static let factors: [(String, Double)] = [
        ("Sigmoid", 0.24), ("Tanh", 0.96), ("ReLU", 1), ("Swish", 0.8), ("vanishing", 1e-40), ("exploding", 1e40),
        ("dead", 0), ("lost", .nan),
    ]

    @Test(
        "Labels stay on the page, never overlap and are 7 pt or larger, whatever is measured",
        arguments: [
            FontBook.Preference.installed, .fallback,
        ])
    func layout(_ fonts: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: fonts))
        for depth in [1, 2, 5, 20, 200] {
            for count in [1, 4, 8] {
                for width in [252.0, 340, 480, 720] {
                    let (experiment, series) = synthetic(Array(Self.factors.prefix(count)), depth: depth)
                    let picture = gradientDecayFigure(series, of: experiment, title: "Topic", measurer: measurer, width: width)
                    #expect(PageChecks(picture, measurer).layoutFaults == [])
                }
            }
        }
    }

    @Test("Series that lie upon each other all have their names")
    func overlapping() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        let (experiment, series) = synthetic((1...12).map { ("name\($0)", 0.9) }, depth: 10)
        let picture = gradientDecayFigure(series, of: experiment, title: nil, measurer: measurer)
        let texts = picture.content.textRuns.map(\.run.text)
        for number in 1...12 { #expect(texts.contains("name\(number)")) }
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }

    @Test("The quarter-a-layer line stands beside a plain sigmoid only")
    func reference() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        func hasReference(_ change: (inout Variant) -> Void) -> Bool {
            var (experiment, series) = synthetic([("A", 0.24)], depth: 10)
            change(&experiment.variants[0])
            series[0].name = experiment.variants[0].name
            let picture = gradientDecayFigure(series, of: experiment, title: nil, measurer: measurer)
            return picture.content.textRuns.contains { $0.run.text.contains("¼ per layer") }
        }
        #expect(hasReference { _ in })
        #expect(!hasReference { $0.activation = .tanh })
        #expect(!hasReference { $0.residual = true })
        #expect(!hasReference { $0.normalization = NormalizationLayer(kind: .batch) })
    }

    @Test("The long description has every variant's numbers, the alternative text the finding")
    func words() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .installed))
        let (experiment, series) = synthetic([("Sigmoid", 0.25), ("ReLU", 1)], depth: 11)
        let picture = gradientDecayFigure(series, of: experiment, title: nil, measurer: measurer)
        #expect(picture.title == "Sigmoid shrinks the gradient 10⁶×; ReLU keeps it exactly")
        #expect(picture.alternative.contains(picture.title))
        #expect(picture.description.contains("10⁶× smaller at layer 1"))
        #expect(picture.description.contains("Sigmoid: 9.54×10⁻⁷ at layer 1 (middle half 4.77×10⁻⁷ to 1.91×10⁻⁶), 1 at layer 11"))
        #expect(picture.description.contains("ReLU: 1 at layer 1"))
    }

    private func synthetic(_ factors: [(String, Double)], depth: Int) -> (GradientDecay, [Series]) {
        let experiment = GradientDecay(
            depth: depth, width: 8, batch: 4, seeds: 3,
            variants: factors.map { Variant(name: $0.0, activation: .sigmoid, initializer: .xavierNormal) })
        let series = factors.map { name, factor in
            var value = 1.0
            var values: [Double] = []
            for _ in 0..<depth {
                values.append(value)
                value *= factor
            }
            values.reverse()
            return Series(
                name: name, x: (1...depth).map(Double.init), median: values, low: values.map { $0 / 2 },
                high: values.map { $0 * 2 })
        }
        return (experiment, series)
    }
}
