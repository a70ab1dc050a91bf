import Autodiff
import NeuralNetworks
import Notation
import Testing
import TraceSamples
import Traces

@Suite("Addresses of scalars")
struct AddressTests {
    @Test("Every scalar is found again by its address")
    func inverse() throws {
        for (_, trace) in try SampleTraces.all() {
            for id in trace.tape.allIDs {
                // A lesson's own names have no spaces; an expression's nameless numbers are never addressed.
                for index in 0..<trace.pass.value(id).count {
                    let scalar = ScalarID(id, index)
                    #expect(try trace.scalar(at: trace.address(of: scalar)) == scalar)
                }
            }
        }
    }

    @Test("Indices count from 0, row-major; a scalar tensor has its bare name; spaces after commas are allowed")
    func forms() throws {
        let trace = try SampleTraces.mazur()
        let weight = try #require(trace.tape.id(named: "hidden.weight"))
        #expect(trace.address(of: ScalarID(weight, 2)) == "hidden.weight[1,0]")
        #expect(try trace.scalar(at: "hidden.weight[1, 0]") == ScalarID(weight, 2))
        #expect(trace.address(of: ScalarID(trace.pass.result, 0)) == "loss")
    }

    @Test(
        "What names no scalar is told apart: malformed, unknown, or a wrong index",
        arguments: [
            "", "[0]", "hidden.weight[0,0", "hidden.weight]", "hidden.weight[]", "hidden.weight[0,]", "hidden.weight[-1,0]",
            "hidden.weight[+1,0]", "hidden.weight[0.5,0]", "hidden.weight[a,0]", "hidden.weight[٠,0]",
            "hidden.weight[99999999999999999999,0]",
        ])
    func malformed(_ address: String) throws {
        let trace = try SampleTraces.mazur()
        #expect(throws: AddressError.self) { try trace.scalar(at: address) }
    }

    @Test("An unknown tensor comes with the known ones, a wrong index with the shape")
    func errors() throws {
        let trace = try SampleTraces.mazur()
        #expect(throws: AddressError.unknownTensor("hiden.weight", known: trace.tape.names)) { try trace.scalar(at: "hiden.weight[0,0]") }
        for wrong in ["hidden.weight", "hidden.weight[0]", "hidden.weight[2,0]", "hidden.weight[0,2]", "hidden.weight[0,0,0]"] {
            #expect(throws: AddressError.wrongIndex(wrong, shape: [2, 2])) { try trace.scalar(at: wrong) }
        }
        #expect(throws: AddressError.wrongIndex("loss[0]", shape: [])) { try trace.scalar(at: "loss[0]") }
    }

    @Test(
        "A scalar is found by what figures call it too, however that is typed",
        arguments: [
            ("w5", "output.weight[0,0]"), ("w₅", "output.weight[0,0]"), ("w_5", "output.weight[0,0]"), ("w_{5}", "output.weight[0,0]"),
            ("h₁", "sigmoid1[0,0]"), ("z4", "output[0,1]"), ("b3", "output.bias[0]"), ("t2", "targets[0,1]"), ("L", "loss"),
            ("output.weight[0,0]", "output.weight[0,0]"),
        ])
    func symbols(_ text: String, _ address: String) throws {
        let trace = try SampleTraces.mazur()
        #expect(trace.address(of: try trace.scalar(named: text)) == address)
    }

    @Test("A layer's and a sample's number are typed as they are printed, or without what places them")
    func layers() throws {
        let layers = [SampleTraces.dense("a", 7), SampleTraces.dense("b", 7)]
        let trace = try SampleTraces.network(.features(3), layers, batch: 2)
        let weight = try #require(trace.tape.id(named: "a.weight"))
        for text in ["w₁₂⁽¹⁾", "w^(1)_12", "w_12^{(1)}", "w121"] {
            #expect(try trace.scalar(named: text) == ScalarID(weight, 1), "\(text)")
        }
        for id in trace.tape.allIDs where Symbols(trace).names(id) {
            for index in 0..<trace.pass.value(id).count {
                let scalar = ScalarID(id, index)
                #expect(try trace.scalar(named: Symbols(trace)(scalar).plainText) == scalar, "\(trace.address(of: scalar))")
            }
        }
    }

    @Test("What names several scalars is told with their addresses, a misspelt name with the nearest")
    func ambiguous() throws {
        let trace = try SampleTraces.network(.features(12), [SampleTraces.dense("a", 12)])
        // w₁,₁₂ and w₁₁,₂ have the same digits.
        #expect(throws: AddressError.ambiguous("w112", ["a.weight[0,11]", "a.weight[10,1]"])) { try trace.scalar(named: "w112") }
        let mazur = try SampleTraces.mazur()
        let error = try #require(throws: AddressError.self) { try mazur.scalar(named: "w₉") }
        guard case .unknownTensor("w₉", let known) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(known.contains("w₈") && known.contains("output.weight"))
    }
}
