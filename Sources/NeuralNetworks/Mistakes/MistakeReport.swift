package import Autodiff
import Forms

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

    /// - Parameter mistakes: the mistakes to make, each by itself.
    /// - Throws: where all passes together would exceed a limit; `ShapeMismatch`.
    package init(_ problem: TrainingProblem, of mistakes: [Mistake] = Mistake.allCases) throws {
        let lowered = try problem.lowered()
        try Self.checkCost(lowered.tape, lowered.trainables, problem.rule, mistakes)
        self.init(lowered.trainables, mistakes) { MistakenRun(lowered, $0) }
    }

    /// - Throws: where all passes together would exceed a limit.
    package init(_ problem: ExpressionProblem, of mistakes: [Mistake] = Mistake.allCases) throws {
        let lowered = problem.program.lowered()
        try Self.checkCost(lowered.tape, lowered.trainables, problem.rule, mistakes)
        self.init(lowered.trainables, mistakes) { MistakenRun(lowered, problem.rule, $0) }
    }

    /// - Throws: where a pass without mistakes and one with each would together exceed a limit.
    package static func checkCost(
        _ tape: Tape, _ trainables: [Trainable], _ rule: UpdateRule, _ mistakes: [Mistake]
    ) throws(CostExceeded) {
        try Cost(of: tape, moving: trainables).repeated(rule.steps.saturatingTimes(mistakes.count + 1)).checkSteps()
    }

    private init(_ trainables: [Trainable], _ mistakes: [Mistake], _ run: (Set<Mistake>) -> MistakenRun?) {
        guard let right = run([]) else { preconditionFailure("nothing is right") }
        let noise = right.noise
        self.trainables = trainables
        self.right = right
        entries = mistakes.compactMap { mistake in
            guard let wrong = run([mistake]) else { return nil }
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
    fileprivate func agrees(with other: Tensor, noise: Double) -> Bool { places(differingFrom: other, noise: noise).isEmpty }

    /// The entries that differ by more than rounding: by more than 10⁻⁹ of their magnitude, or of a thousandth of the largest, plus `noise`.
    package func places(differingFrom other: Tensor, noise: Double) -> [Int] {
        let largest = other.scalars.map(\.magnitude).max() ?? 0
        return zip(scalars, other.scalars).enumerated().compactMap { index, pair in
            let (a, b) = pair
            let agree = a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest) + noise
            return agree ? nil : index
        }
    }
}
