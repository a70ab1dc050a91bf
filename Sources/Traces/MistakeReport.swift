import Autodiff
package import NeuralNetworks

/// The gradients of a lesson with each of the classic mistakes, and their effects; only the mistakes that change a number.
package struct MistakeReport: Sendable {
    package struct Entry: Sendable {
        package let mistake: Mistake
        package let run: MistakenRun
        /// The parameters whose gradient or update is wrong.
        package let differs: [String]
        /// Whether any gradient is wrong, so that a gradient check would find the mistake.
        package let hasWrongGradient: Bool
    }

    package let trainables: [Trainable]
    package let right: MistakenRun
    package let entries: [Entry]

    /// - Throws: where all passes together would exceed a limit; `ShapeMismatch`.
    package init(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        try Self.checkCost(lowered.tape, lowered.trainables, problem.rule)
        self.init(lowered.trainables) { MistakenRun(lowered, Set([$0].compactMap(\.self))) }
    }

    /// - Throws: where all passes together would exceed a limit.
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
    /// Whether the two agree up to rounding: each entry to 10⁻⁹ of its magnitude, or of a thousandth of the largest, plus `noise`.
    fileprivate func agrees(with other: Tensor, noise: Double) -> Bool {
        let largest = other.scalars.map(\.magnitude).max() ?? 0
        return zip(scalars, other.scalars).allSatisfy { a, b in
            a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest) + noise
        }
    }
}

extension MistakeReport {
    /// The report that `backstep mistakes --format json` prints.
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
