import Autodiff
import NeuralNetworks
import Notation
import Testing
import TraceSamples
import Traces

@testable import Telling

@Suite("The telling of operations") struct OperationTests {
    /// What an operation must say, and nothing that it may leave to the defaults.
    private struct Plain: ToldOperation {
        var face: Formula { "plain" }
        func explanation(of index: Int, _ application: Application) -> Explanation { .stated("given") }
        func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula { "said" }
    }

    @Test("asks, says and draws something for every operation, and the samples have each") func all() throws {
        var kinds: Set<String> = []
        for (name, trace) in try SampleTraces.all() {
            let teller = Storyteller(trace)
            for id in trace.tape.allIDs {
                guard case .result(let primitive, _) = trace.tape[id].origin, trace.pass.value(id).count > 0 else { continue }
                kinds.insert(primitive.rules.kind)
                let scalar = ScalarID(id, 0)
                #expect(!primitive.face.plainText.isEmpty, "\(name): \(primitive)")
                for isGroup in [false, true] {
                    let group = isGroup ? [scalar, scalar] : [scalar]
                    #expect(teller.question(value: group).plainText.hasSuffix("?"), "\(name): \(primitive)")
                    for isFirst in [false, true] {
                        let said = teller.sentence(value: scalar, isFirst: isFirst, isGroup: isGroup, Precision()).plainText
                        #expect(said.hasSuffix("."), "\(name): \(primitive): \(said)")
                    }
                }
                #expect(teller.explanation(of: scalar) != .stated(.words("given")), "\(name): \(primitive)")
            }
        }
        let operations = [
            "dense", "conv2d", "max-pool", "avg-pool", "global-avg-pool", "dropout", "embedding", "add-to-each-sample", "head-projection",
            "attention-scores",
            "attention-context", "causal-softmax",
            "reshape", "step", "columns", "stack", "for-each-sample", "mean", "variance", "normalize",
            "mean-square", "divide-by-rms", "scale-and-shift", "scale", "softmax", "l2-penalty", "largest-singular-value",
            "divide-by-scalar",
        ]
        let missing = Set(operations + Pairwise.allCases.map(\.kind) + SampleTraces.losses.map(\.kind)).subtracting(kinds)
        #expect(missing.isEmpty)
    }

    @Test("needs of a simple operation its face, its arithmetic and its sentence") func defaults() throws {
        let trace = try SampleTraces.mazur()
        let teller = Storyteller(trace)
        let (_, application) = try #require(teller.operation(behind: trace.pass.result))
        let contribution = try #require(trace.pass.contributions(to: application.operands[0], 0).first)
        let plain = Plain()
        #expect(plain.question("y", of: 0, isGroup: false, application).plainText == "How large is y?")
        #expect(plain.local(contribution, application).meaning == .number(contribution.local))
        #expect(plain.pullback(to: 0, application).formula == application.entrywise(.words("local")))
        #expect(plain.way(to: 0) == .other && plain.onlyReason(application) == nil && plain.rule(application) == nil)
        #expect(plain.lossDerivative(by: 0, application) == nil && !plain.isOfLoss && !plain.continuesChains)
        #expect(plain.bearers(of: 0, operands: application.operands, on: trace.tape, namesLayer: false) == nil)
    }

    @Test("tells conventions of operations once each, in one order whatever that of the layers") func conventions() throws {
        let convolution = { SampleTraces.layer($0, .convolution(ConvolutionLayer(channels: 2, kernel: 1))) }
        let norm = { SampleTraces.layer($0, .normalization(NormalizationLayer(kind: .batch))) }
        let told = [
            "Convolution is cross-correlation: the kernel is not turned over; zeros beyond the edge",
            "Variance: biased, divided by the group’s size",
        ]
        for layers in [[convolution("c"), norm("n"), norm("m")], [norm("n"), convolution("c"), convolution("d")]] {
            let trace = try SampleTraces.network(.image(channels: 2, height: 2, width: 2), layers, batch: 2)
            #expect(Storyteller(trace).conventions.map(\.plainText).filter(told.contains) == told)
        }
    }
}
