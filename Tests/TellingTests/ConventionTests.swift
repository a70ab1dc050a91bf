import Autodiff
import NeuralNetworks
import Notation
import Testing
import TraceSamples
import Traces

@testable import Telling

@Suite("Conventions") struct ConventionTests {
    static let cases: [(activations: [Activation], told: [String])] = [
        ([.relu], ["ReLU′(0) = 0"]), ([.leakyReLU(slope: 0.1)], ["LeakyReLU′(0) = 0.1"]),
        ([.leakyReLU(slope: 0.1), .leakyReLU(slope: 0.3)], ["LeakyReLU′(0) = 0.1 in f0, 0.3 in f1"]),
        ([.leakyReLU(slope: 0.1), .leakyReLU(slope: 0.1)], ["LeakyReLU′(0) = 0.1"]), ([.elu(alpha: 0.5)], ["ELU′(0) = 0.5"]),
        ([.selu], ["SELU′(0) = 1.758"]), ([.elu(alpha: 1), .elu(alpha: 2), .relu], ["ELU′(0) = 2", "ReLU′(0) = 0"]),
        ([.sigmoid, .tanh, .elu(alpha: 1), .swish(beta: 1), .gelu, .softplus, .mish, .softsign], []),
    ]

    @Test("name every kind of kink with every slope, and nothing smooth", arguments: cases)
    func kinks(_ activations: [Activation], _ told: [String]) throws {
        let layers = activations.enumerated().map { SampleTraces.layer("f\($0)", .activation($1)) }
        let teller = Storyteller(try SampleTraces.network(.features(2), [SampleTraces.dense("d", 2)] + layers))
        #expect(teller.kinks.map(\.plainText) == told)
        #expect(teller.ofResult.map(\.plainText).suffix(told.count) == told[...])
        #expect(Array(teller.conventions.prefix(teller.ofResult.count)) == teller.ofResult)
    }

    @Test("name the kink of a recurrent layer's activation") func recurrent() throws {
        let cell = RecurrentLayer(cell: .rnn(.leakyReLU(slope: 0.2)), units: 1)
        let trace = try SampleTraces.network(.sequence(time: 2, features: 1), [SampleTraces.layer("r", .recurrent(cell))])
        #expect(Storyteller(trace).kinks.map(\.plainText) == ["LeakyReLU′(0) = 0.2"])
    }

    @Test("name ties of max and min", arguments: [BinaryFunction.max, .min]) func ties(_ function: BinaryFunction) {
        let program = ExpressionProgram(
            lines: [.init(name: "f", expression: .binary(function, .name("x"), .unary(.relu, .name("y"))))], inputs: [("x", 1), ("y", 1)])
        let told = Storyteller(Trace(program)).kinks.map(\.plainText)
        #expect(told == ["ReLU′(0) = 0", "at a tie of max or min the first has the derivative"])
    }

    @Test("say ½ or not, and what is averaged, in the same words for pages and pictures") func losses() throws {
        for (loss, words) in [
            (Loss.halfSquaredError, "Loss: ½ ∑ (y − t)², summed over the outputs, mean over 2 samples"),
            (.meanSquaredError, "without ½, mean over all outputs of 2 samples"),
            (.crossEntropy, "cross-entropy of the softmax of the outputs, mean over 2 samples"),
            (.binaryCrossEntropy, "binary cross-entropy of σ(output), mean over all outputs of 2 samples"),
        ] {
            let teller = Storyteller(try SampleTraces.network(.features(2), [SampleTraces.dense("d", 2)], batch: 2, loss: loss, l2: 0.1))
            func letters(_ text: String) -> String { text.filter { !$0.isWhitespace } }
            #expect(letters(teller.conventions[0].plainText).contains(letters(words)), "\(teller.conventions[0].plainText)")
            #expect(letters(teller.strip.plainText).contains(letters(words)) && teller.strip.plainText.contains("λ = 0.1"))
        }
    }
}
