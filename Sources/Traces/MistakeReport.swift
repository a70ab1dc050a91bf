import Autodiff
package import NeuralNetworks

/// What the gradients of a lesson would be with each of the classic mistakes, and what follows from them: those that change a number.
package struct MistakeReport: Sendable {
    package struct Entry: Sendable {
        package let mistake: Mistake
        package let run: MistakenRun
        /// The parameters whose gradient, or update, isn't the right one.
        package let differs: [String]
        /// Whether any gradient differs, so that a check against differences would see it.
        package let hasWrongGradient: Bool
    }

    package let trainables: [Trainable]
    package let right: MistakenRun
    package let entries: [Entry]

    /// - Throws: where all passes together would pass a limit; `ShapeMismatch`.
    package init(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        try Self.checkCost(lowered.tape, lowered.trainables, problem.rule)
        self.init(lowered.trainables) { MistakenRun(lowered, Set([$0].compactMap(\.self))) }
    }

    /// - Throws: where all passes together would pass a limit.
    package init(_ problem: ExpressionProblem) throws {
        let lowered = problem.program.lowered()
        try Self.checkCost(lowered.tape, lowered.trainables, problem.rule)
        self.init(lowered.trainables) { MistakenRun(lowered, problem.rule, Set([$0].compactMap(\.self))) }
    }

    private static func checkCost(_ tape: Tape, _ trainables: [Trainable], _ rule: UpdateRule) throws(CostExceeded) {
        try Cost(of: tape, moving: trainables).repeated(rule.steps.saturatingTimes(Mistake.allCases.count + 1)).checkSteps()
    }

    private init(_ trainables: [Trainable], _ run: (Mistake?) -> MistakenRun?) {
        guard let right = run(nil) else { preconditionFailure("nothing is right") }
        let noise = 1e-13 * (right.gradients.flatMap(\.scalars).map(\.magnitude).max() ?? 0)
        self.trainables = trainables
        self.right = right
        entries = Mistake.allCases.compactMap { mistake in
            guard let wrong = run(mistake) else { return nil }
            let gradients = trainables.indices.map { !wrong.gradients[$0].agrees(with: right.gradients[$0], noise: noise) }
            let updates = trainables.indices.map { place in
                guard let updated = wrong.updated, let rightly = right.updated else { return false }
                return !updated[place].agrees(with: rightly[place], noise: noise)
            }
            let differs = trainables.indices.filter { gradients[$0] || updates[$0] }.map { trainables[$0].name }
            return differs.isEmpty
                ? nil : Entry(mistake: mistake, run: wrong, differs: differs, hasWrongGradient: gradients.contains(true))
        }
    }
}

extension Tensor {
    /// Whether it is another result of the same computation: within 10⁻⁹ of each number, or of a thousandth of the largest, and noise.
    fileprivate func agrees(with other: Tensor, noise: Double) -> Bool {
        let largest = other.scalars.map(\.magnitude).max() ?? 0
        return zip(scalars, other.scalars).allSatisfy { a, b in
            a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest) + noise
        }
    }
}

extension MistakeReport {
    /// As `backstep mistakes --format json` prints it.
    package var json: JSON {
        func tensors(_ tensors: [Tensor]) -> JSON {
            .object(zip(trainables, tensors).map { JSON.Member(key: $0.name, value: $1.json) })
        }
        return .object([
            "format": .string("backstep.mistakes"), "version": .integer(1),
            "mistakes": .array(
                entries.map { entry in
                    var members: [JSON.Member] = [
                        .init(key: "kind", value: .string(entry.mistake.rawValue)),
                        .init(key: "gradients", value: tensors(entry.run.gradients)),
                    ]
                    if let updated = entry.run.updated { members.append(.init(key: "updated", value: tensors(updated))) }
                    if let after = entry.run.lossAfter { members.append(.init(key: "loss-after", value: .number(after))) }
                    members.append(.init(key: "differs", value: .array(entry.differs.map(JSON.string))))
                    return .object(members)
                }),
        ])
    }
}
