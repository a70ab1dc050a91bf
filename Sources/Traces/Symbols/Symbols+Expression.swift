import Autodiff
import Notation

extension Symbols {
    mutating func nameExpression(_ trace: Trace) {
        for id in tape.allIDs {
            let entry = tape[id]
            var letter = Formula.variable(entry.name)
            if trace.isNumber(id) { letter = .number(trace.pass.value(id).scalars[0]) }
            namings[id.index] = Naming(letter: letter, above: nil, index: .none)
        }
    }
}
