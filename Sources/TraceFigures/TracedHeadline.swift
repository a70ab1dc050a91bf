import Autodiff
import Forms
import Notation
import Traces

/// The headline over a picture of a trace, and its title where the picture is only named.
struct TracedHeadline {
    /// Nil where the lesson asks for none.
    let formula: Formula?
    let title: String

    /// - Parameters:
    ///   - found: the headline that was found.
    ///   - numeral: a number as the picture prints it.
    init(_ trace: Trace, found: Formula, numeral: (Double, NumberKey) -> Numeral) {
        switch trace.headline {
        case .found: formula = found
        case .none:
            formula = nil
            title = trace.title.flatMap { $0.isEmpty ? nil : $0 } ?? found.plainText
            return
        case .written(let parts):
            formula = .row(
                parts.map { part in
                    switch part {
                    case .words(let text): .words(text)
                    case .value(let scalar):
                        numeral(trace.pass.value(scalar.tensor).scalars[scalar.index], .value(scalar.key)).asWords
                    case .gradient(let scalar):
                        numeral(trace.pass.gradient(scalar.tensor).scalars[scalar.index], .gradient(scalar.key)).asWords
                    }
                })
        }
        title = formula?.plainText ?? ""
    }
}
