import Autodiff
import NeuralNetworks
import Telling
import Traces

extension Trace {
    /// Every scalar with its value and gradient, and for parameters also the clipped gradient and the updated value.
    var valueTable: CSV {
        var table = CSV(["tensor", "index", "value", "gradient", "clipped", "updated"])
        var places: [Tape.ID: Int] = [:]
        for (place, parameter) in trainables.enumerated() { places[parameter.id] = place }
        for id in tape.allIDs {
            let shape = tape[id].shape
            let hasGradient = hasGradient(id)
            for (flat, value) in pass.value(id).scalars.enumerated() {
                let place = places[id]
                let clipped = place.flatMap { rule.clipping == nil ? nil : update.clipped[$0] }
                let updated = place.flatMap { update.updated?[$0] }
                table.add([
                    .text(tape[id].name), .text(shape.index(ofFlat: flat).map(String.init).joined(separator: " ")),
                    .number(value), hasGradient ? .number(pass.gradient(id).scalars[flat]) : .text(""),
                    clipped.map { .number($0.scalars[flat]) } ?? .text(""),
                    updated.map { .number($0.scalars[flat]) } ?? .text(""),
                ])
            }
        }
        return table
    }
}

extension Report {
    /// The products of the chain rule: all of them if there are at most 200,000, otherwise only those for the gradients in the steps.
    var productTable: CSV {
        let mostRows = 200_000
        var table = CSV(["operation", "operand", "output", "input", "upstream", "local", "product"])
        func add(_ contribution: Contribution) {
            table.add([
                .text(trace.tape[contribution.output].name), .number(Double(contribution.operand)),
                .text(trace.address(of: ScalarID(contribution.output, contribution.outputIndex))),
                .text(trace.address(of: ScalarID(contribution.input, contribution.inputIndex))),
                .number(contribution.upstream), .number(contribution.local), .number(contribution.product),
            ])
        }
        if trace.tape.products <= mostRows {
            trace.pass.forEachContribution(add)
            return table
        }
        for finding in steps.flatMap(\.findings) where finding.kind == .gradient {
            trace.pass.contributions(to: finding.scalar.tensor, finding.scalar.index).forEach(add)
        }
        return table
    }
}
