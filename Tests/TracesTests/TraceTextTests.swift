import Autodiff
import Testing
import TraceSamples
import Traces

@Suite("A trace as text")
struct TraceTextTests {
    @Test("fits 100 columns, names every value, and has no trailing spaces")
    func width() throws {
        for (name, trace) in try SampleTraces.all() {
            for scalar in [nil] + trace.differentiable.prefix(2).map({ Optional(ScalarID($0, 0)) }) {
                let text = trace.text(productsOf: scalar)
                for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                    #expect(line.count <= 100, "\(name): \(line)")
                    #expect(line.last != " ")
                }
                // A given first state stands under its own name.
                for (key, id) in trace.valueNames where trace.tape[id].name == key {
                    #expect(text.contains(key.prefix(29)), "\(name): \(key)")
                }
            }
        }
    }

    @Test("tells Mazur's loss, an updated weight, and the loss after")
    func numbers() throws {
        let trace = try SampleTraces.mazur()
        let text = trace.text(productsOf: try trace.scalar(at: "output.weight[0,0]"))
        for part in ["Two inputs, two hidden sigmoids", "loss = 0.29837111", "0.3589", "loss after the update = 0.29102777", "0.0821670"] {
            #expect(text.contains(part), "\(part) in\n\(text)")
        }
    }
}
