package import Autodiff
package import Forms
package import NeuralNetworks

/// One finished pass, forward and backward, with what an update made of it.
package struct Trace: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case network(LoweredProblem, Update)
        case expression(LoweredProgram)
    }

    package let title: String?
    /// What its lesson wants over its pictures.
    package let headline: Headline
    package let subject: Subject
    package let pass: Pass

    /// - Throws: `CostExceeded`, `ShapeMismatch`; both before anything is computed.
    package init(_ problem: TrainingProblem, title: String? = nil, headline: Headline = .found) throws {
        let lowered = try problem.lowered()
        let pass = lowered.pass()
        self.title = title
        self.headline = headline
        self.pass = pass
        subject = .network(lowered, Update(lowered, pass))
    }

    package init(_ program: ExpressionProgram, title: String? = nil, headline: Headline = .found) {
        let lowered = program.lowered()
        self.title = title
        self.headline = headline
        pass = Pass(lowered.tape, sources: lowered.sources, result: lowered.result)
        subject = .expression(lowered)
    }
}

extension Trace {
    package var tape: Tape { pass.tape }

    package var loss: Double { pass.value(pass.result).scalars[0] }

    package var lowered: LoweredProblem? {
        if case .network(let lowered, _) = subject { lowered } else { nil }
    }

    /// What an entry of a network's tape is; nil of an expression's.
    package func role(of id: Tape.ID) -> Role? { lowered?.role(of: id) }

    /// Whether the lesson has a name for an entry, rather than the tape alone.
    package func isNamed(_ id: Tape.ID) -> Bool {
        guard case .expression(let lowered) = subject else { return true }
        switch lowered.role(of: id) {
        case .input, .line: return true
        case .operation, .number: return false
        }
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
