package import Autodiff
package import Forms
package import NeuralNetworks

/// One finished pass, forward and backward, with what an update made of it: of a lesson that takes several steps, the last one's.
package struct Trace: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case network(LoweredProblem)
        case expression(LoweredProgram)
    }

    package let title: String?
    /// What its lesson wants over its pictures.
    package let headline: Headline
    package let subject: Subject
    /// What is done with the gradients.
    package let rule: UpdateRule
    package let pass: Pass
    package let update: Update
    /// What an update may move: a network's parameters, an expression's inputs.
    package let trainables: [Trainable]
    /// How many steps the lesson takes; the traced one is the rule's last.
    package let lessonSteps: Int

    /// - Parameter step: the one that is traced; nil: the lesson's last.
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

    /// - Precondition: the steps' cost was checked.
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

    /// What an entry of a network's tape is; nil of an expression's.
    package func role(of id: Tape.ID) -> Role? { lowered?.role(of: id) }

    /// Whether the lesson has a name for an entry, rather than the tape alone.
    package func isNamed(_ id: Tape.ID) -> Bool {
        guard case .expression(let lowered) = subject else { return true }
        switch lowered.role(of: id) {
        case .input, .constant, .line: return true
        case .operation, .number: return false
        }
    }

    /// Whether an entry is a number of an expression, written as its digits.
    package func isNumber(_ id: Tape.ID) -> Bool {
        guard case .expression(let lowered) = subject, tape[id].origin == .source(.constant) else { return false }
        return lowered.role(of: id) != .constant
    }

    /// Whether an entry's gradient has a meaning: targets, and what an expression calls constant, have none.
    package func hasGradient(_ id: Tape.ID) -> Bool { tape[id].origin != .source(.constant) || isNumber(id) }

    /// What an update may change: a network's parameters; an expression's inputs.
    package var parameters: [Tape.ID] { trainables.map(\.id) }

    /// The place of a tensor among the trainables that are updated; nil of what stays as it is.
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
