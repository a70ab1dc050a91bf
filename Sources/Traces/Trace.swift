package import Autodiff
package import Forms
package import NeuralNetworks

/// A finished pass, forward and backward, with the update; of a lesson with several steps, the last one.
package struct Trace: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case network(LoweredProblem)
        case expression(LoweredProgram)
    }

    package var title: String?
    /// The headline that the lesson asks for over its pictures.
    package var headline: Headline
    package let subject: Subject
    /// How the gradients are used in the update.
    package let rule: UpdateRule
    package let pass: Pass
    package let update: Update
    /// The tensors that an update may change: a network's parameters, an expression's inputs.
    package let trainables: [Trainable]
    /// The number of steps in the lesson; the traced step is the last one of `rule`.
    package let lessonSteps: Int

    /// - Parameter step: the step to trace; nil for the lesson's last.
    /// - Throws: `CostExceeded`, `ShapeMismatch`; both before anything is computed.
    package init(_ problem: TrainingProblem, title: String? = nil, headline: Headline = .found, at step: Int? = nil) throws {
        let lowered = try problem.lowered()
        self.title = title
        self.headline = headline
        lessonSteps = problem.rule.steps
        (subject, rule, trainables) = (.network(lowered), problem.rule.stopping(at: step), lowered.trainables)
        (pass, update) = Update.afterSteps(
            of: rule, moving: trainables, lowered.tape, sources: lowered.sources(), result: lowered.loss)
    }

    /// - Precondition: the cost of all steps has been checked.
    package init(_ problem: ExpressionProblem, title: String? = nil, headline: Headline = .found, at step: Int? = nil) {
        let lowered = problem.program.lowered()
        self.title = title
        self.headline = headline
        lessonSteps = problem.rule.steps
        (subject, rule, trainables) = (.expression(lowered), problem.rule.stopping(at: step), lowered.trainables)
        (pass, update) = Update.afterSteps(
            of: rule, moving: trainables, lowered.tape, sources: lowered.sources, result: lowered.result)
    }

    /// The same lesson with another pass.
    init(_ trace: Trace, pass: Pass, update: Update) {
        self.title = trace.title
        self.headline = trace.headline
        lessonSteps = trace.lessonSteps
        (subject, rule, trainables) = (trace.subject, trace.rule, trace.trainables)
        (self.pass, self.update) = (pass, update)
    }

    package init(_ program: ExpressionProgram, title: String? = nil, headline: Headline = .found) {
        self.init(ExpressionProblem(program), title: title, headline: headline)
    }
}

extension Trace {
    package var tape: Tape { pass.tape }

    package var isOneOfSeveral: Bool { lessonSteps > 1 }

    package var loss: Double { pass.value(pass.result).scalars[0] }

    package var lowered: LoweredProblem? {
        if case .network(let lowered) = subject { lowered } else { nil }
    }

    /// The role of an entry on a network's tape; nil for an expression.
    package func role(of id: Tape.ID) -> Role? { lowered?.role(of: id) }

    /// Whether an entry has a name in the lesson, not only on the tape.
    package func isNamed(_ id: Tape.ID) -> Bool {
        guard case .expression(let lowered) = subject else { return true }
        switch lowered.role(of: id) {
        case .input, .constant, .line: return true
        case .operation, .number: return false
        }
    }

    /// Whether an entry is a literal number of an expression.
    package func isNumber(_ id: Tape.ID) -> Bool {
        guard case .expression(let lowered) = subject, tape[id].origin == .source(.constant) else { return false }
        return lowered.role(of: id) != .constant
    }

    /// Whether an entry's gradient has a meaning: targets and an expression's constants have none.
    package func hasGradient(_ id: Tape.ID) -> Bool { tape[id].origin != .source(.constant) || isNumber(id) }

    /// The tensors that an update may change: a network's parameters, an expression's inputs.
    package var parameters: [Tape.ID] { trainables.map(\.id) }

    /// The index of a tensor among the trainables; nil where it is not updated.
    package func place(ofUpdated id: Tape.ID) -> Int? {
        rule.optimizer.flatMap { _ in trainables.firstIndex { $0.id == id && !rule.frozen.contains($0.name) } }
    }

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
