import Autodiff
import CairoBackend
import Drawing
import Experiments
import Foundation
import NeuralNetworks
import PageChecks
import Testing

@testable import ExperimentFigures

@Suite("The ladder of a chain of units")
struct ChainOfUnitsFigureTests {
    /// A lesson that nobody wrote.
    private static func experiment(_ seed: UInt64) -> ChainOfUnits {
        var generator = Xoshiro(seed: seed, stream: "ladder")
        let activations: [Activation] = [.sigmoid, .tanh, .relu, .leakyReLU(slope: 0.1), .swish(beta: 1), .gelu, .softplus, .identity]
        func pick(_ count: Int) -> Int { Int(generator.uniform() * Double(count)) }
        let variants = (0..<3).map { index in
            Variant(
                name: "V\(index)", activation: activations[pick(activations.count)],
                initializer: .normal(deviation: exp(3 * generator.uniform() - 1)))
        }
        return ChainOfUnits(
            depth: 1 + pick(12), input: 4 * generator.uniform() - 2, target: 4 * generator.uniform() - 2, seed: seed, variants: variants)
    }

    /// The numbers of one line of the description: every factor, whether their product is said to be the gradient, and the gradient.
    private static func numbers(_ line: some StringProtocol) throws -> (factors: [String], isExact: Bool, gradient: String) {
        let halves = line.split(separator: "; ∂L/∂b₁ ")
        let factors = halves[0].split(separator: ", ").compactMap { $0.split(separator: " = ").last.map { String($0) } }
        let gradient = try #require(halves.last)
        return (factors, gradient.hasPrefix("="), String(gradient.dropFirst(2).dropLast()))
    }

    /// What a calculator makes of a printed number, and how much its last printed digit counts.
    private static func read(_ text: String) throws -> (value: Double, unit: Double) {
        let raised = Dictionary(uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        let plain = text.replacing("−", with: "-").replacing("\u{2009}", with: "")
        let parts = plain.split(separator: "×10")
        let digits = plain.hasPrefix("10") && plain.contains(where: { raised[$0] != nil }) && parts.count == 1 ? "1" : String(parts[0])
        let power = Int(String(plain.compactMap { raised[$0] })) ?? 0
        let decimals = digits.split(separator: ".").dropFirst().first?.count ?? 0
        return (try #require(Double("\(digits)e\(power)"), "\(text)"), pow(10, Double(power - decimals)))
    }

    @Test("The product of the printed factors, rounded to the digits of the printed gradient, is the printed gradient", arguments: 0..<60)
    func honest(seed: Int) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        let experiment = Self.experiment(UInt64(seed))
        let chains = try experiment.measure()
        let picture = try #require(experiment.figures(of: chains, title: nil, measurer: measurer, pageWidth: nil).first).picture
        let drawn = picture.content.textRuns.map(\.run.text).joined()
        let lines = picture.description.split(separator: "\n")
        #expect(lines.count == chains.count)
        for (line, chain) in zip(lines, chains) {
            let (factors, isExact, gradient) = try Self.numbers(line)
            #expect(factors.count == chain.factors.count)
            let product = try factors.reduce(1) { $0 * (try Self.read($1).value) }
            let printed = try Self.read(gradient)
            #expect(isExact, "\(line)")
            #expect(abs(product - printed.value) <= 0.5 * printed.unit * (1 + 1e-9), "\(line) but the product is \(product)")
            #expect(abs(chain.gradient - printed.value) <= 0.5 * printed.unit * (1 + 1e-9), "\(line) but the gradient is \(chain.gradient)")
            for number in factors {
                // A power of ten is a run of its own.
                #expect(drawn.contains(number.split(separator: "×10")[0]), "\(number) is not drawn")
            }
            #expect(drawn.contains("=" + gradient.split(separator: "×10")[0]))
        }
    }

    @Test("However long the factors, their labels stay apart", arguments: [FontBook.Preference.installed, .fallback])
    func layout(_ fonts: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: fonts))
        for seed in 0..<12 {
            let experiment = Self.experiment(UInt64(seed))
            for figure in experiment.figures(of: try experiment.measure(), title: "Ladder", measurer: measurer, pageWidth: nil) {
                #expect(PageChecks(figure.picture, measurer).layoutFaults == [], "seed \(seed)")
            }
        }
    }

    @Test("The page has all that a reader needs to redo it: input, target, loss, weights, and each chain's product of slopes")
    func setUp() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        let experiment = ChainOfUnits(
            depth: 3, input: 2, target: 0.5,
            variants: [
                Variant(name: "ReLU", activation: .relu, initializer: .constant(1.5)),
                Variant(name: "None", activation: .identity, initializer: .constant(0.5)),
            ])
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        let text = picture.content.textRuns.map(\.run.text).joined()
        let words = [
            "target", "x=2", "t=0.5", "L=½(a3−t)2", "constant 1.5 (ReLU), constant 0.5 (None)", "Products of the slopes. ReLU: 1; None: 1.",
        ]
        for words in words { #expect(text.filter { $0 != " " }.contains(words.filter { $0 != " " }), "\(words): \(text)") }
    }

    @Test("Hatching is spoken of only where a rung rises")
    func hatching() throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        for (weight, isHatched) in [(0.8, false), (1.5, true)] {
            let experiment = ChainOfUnits(
                depth: 3, input: 1, target: 0, variants: [Variant(name: "ReLU", activation: .relu, initializer: .constant(weight))])
            let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
            #expect(picture.content.textRuns.contains { $0.run.text.contains("hatched") } == isHatched)
        }
    }

    @Test(
        "A gradient that underflows, overflows or is no number is named",
        arguments: [(1e-200, "underflows to 0"), (1e200, "∂L/∂b₁ is"), (0.8, "4 slopes multiply to 1 for “linear”")])
    func extremes(weight: Double, words: String) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: .fallback))
        let experiment = ChainOfUnits(
            depth: 4, input: 1, target: 1, variants: [Variant(name: "linear", activation: .identity, initializer: .constant(weight))])
        let picture = experiment.figures(of: try experiment.measure(), title: nil, measurer: measurer, pageWidth: nil)[0].picture
        #expect(picture.title.contains(words), "\(picture.title)")
        #expect(PageChecks(picture, measurer).layoutFaults == [])
    }
}
