package import Autodiff
package import NeuralNetworks

/// One finished pass, forward and backward, with what an update made of it.
package struct Trace: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case network(LoweredProblem, Update)
        case expression(ExpressionProgram)
    }

    package let title: String?
    package let subject: Subject
    package let pass: Pass

    /// - Throws: `CostExceeded`, `ShapeMismatch`; both before anything is computed.
    package init(_ problem: TrainingProblem, title: String? = nil) throws {
        let lowered = try problem.lowered()
        let pass = lowered.pass()
        self.title = title
        self.pass = pass
        subject = .network(lowered, Update(lowered, pass))
    }

    package init(_ program: ExpressionProgram, title: String? = nil) {
        let (tape, sources, result) = program.lowered()
        self.title = title
        pass = Pass(tape, sources: sources, result: result)
        subject = .expression(program)
    }
}

extension Trace {
    package var tape: Tape { pass.tape }

    package var loss: Double { pass.value(pass.result).scalars[0] }

    package var lowered: LoweredProblem? {
        if case .network(let lowered, _) = subject { lowered } else { nil }
    }

    package var update: Update? {
        if case .network(_, let update) = subject { update } else { nil }
    }

    /// What an update may change: a network's parameters; an expression's inputs.
    package var parameters: [Tape.ID] { lowered?.parameters.map(\.id) ?? [] }

    /// The sources whose gradients have a meaning: the input and the parameters, or an expression's inputs.
    package var differentiable: [Tape.ID] {
        tape.allIDs.filter {
            switch tape[$0].origin {
            case .source(.input), .source(.parameter): true
            case .source(.constant), .result: false
            }
        }
    }
}
