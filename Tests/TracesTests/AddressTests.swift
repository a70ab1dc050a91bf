import Autodiff
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
}
