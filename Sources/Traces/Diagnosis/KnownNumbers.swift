import Autodiff
package import NeuralNetworks

/// What the right backward pass, each classic mistake, two of them at once and the earlier steps give for some gradients of parameters.
package struct KnownNumbers: Sendable {
    /// A scalar of a parameter: the place of the parameter among the trainables, and the scalar's in it.
    package struct Place: Hashable, Sendable {
        package let trainable, index: Int

        package init(trainable: Int, index: Int) { (self.trainable, self.index) = (trainable, index) }
    }

    /// A gradient for each place that is asked for.
    typealias Row = [Place: Double]

    let right: Row
    /// The largest number that rounding may make of a gradient that is 0 in exact arithmetic.
    let noise: Double
    let single: [(mistake: Mistake, row: Row)]
    /// Empty where so many passes would pass a limit.
    let pairs: [(mistakes: [Mistake], row: Row)]
    /// Of each step but the last.
    let steps: [Row]

    /// - Throws: where a pass with each mistake would pass a limit; `ShapeMismatch`.
    package init(_ problem: TrainingProblem, of places: Set<Place>) throws {
        let lowered = try problem.lowered()
        try self.init(lowered.tape, lowered.trainables, problem.rule, places) { MistakenRun(lowered, $0, watching: $1) }
    }

    /// - Throws: where a pass with each mistake would pass a limit.
    package init(_ problem: ExpressionProblem, of places: Set<Place>) throws {
        let lowered = problem.program.lowered()
        try self.init(lowered.tape, lowered.trainables, problem.rule, places) { MistakenRun(lowered, problem.rule, $0, watching: $1) }
    }

    private init(
        _ tape: Tape, _ trainables: [Trainable], _ rule: UpdateRule, _ places: Set<Place>,
        _ run: (Set<Mistake>, ((Pass) -> Void)?) -> MistakenRun?
    ) throws {
        let kinds = Mistake.allCases
        let cost = Cost(of: tape, moving: trainables).repeated(rule.steps)
        try cost.repeated(kinds.count + 1).checkSteps()
        func row(_ gradients: [Tensor]) -> Row {
            Dictionary(uniqueKeysWithValues: places.map { ($0, gradients[$0.trainable].scalars[$0.index]) })
        }
        var steps: [Row] = []
        guard let right = run([], { pass in steps.append(row(trainables.map { pass.gradient($0.id) })) }) else {
            preconditionFailure("nothing is right")
        }
        (self.right, noise) = (row(right.gradients), right.noise)
        self.steps = steps.dropLast()
        single = kinds.compactMap { mistake in run([mistake], nil).map { (mistake, row($0.gradients)) } }
        let known = single.map(\.mistake)
        let mayPair = (try? cost.repeated(known.count * known.count).checkSteps()) != nil
        pairs =
            mayPair
            ? known.indices.flatMap { first in
                known[(first + 1)...].compactMap { second in
                    run([known[first], second], nil).map { ([known[first], second], row($0.gradients)) }
                }
            } : []
    }
}
