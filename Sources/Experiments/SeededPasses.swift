import Autodiff
import NeuralNetworks

/// The passes of one network for one seed after another, recorded once: seeds change only numbers.
struct SeededPasses: ~Copyable {
    let lowered: LoweredProblem
    private var workspace: Workspace

    /// - Parameter wanted: the tensors whose gradients will be read.
    init(_ lowered: LoweredProblem, by wanted: [Tape.ID]) {
        self.lowered = lowered
        workspace = Workspace(lowered.tape, differentiating: lowered.loss, by: wanted)
    }

    /// - Precondition: the problem differs from the recorded one only in numbers.
    mutating func run(_ problem: TrainingProblem) {
        for (id, tensor) in lowered.filled(by: problem).sources() { workspace.set(id, to: tensor.scalars) }
        workspace.evaluate()
        workspace.differentiate()
    }

    /// The value in the last run.
    func value(_ id: Tape.ID) -> [Double] { workspace.value(id) }

    /// The gradient in the last run; zeros for a tensor that was not wanted.
    func gradient(_ id: Tape.ID) -> [Double] { workspace.gradient(id) ?? Tensor.zeros(lowered.tape[id].shape).scalars }

    func gradientNorm(_ id: Tape.ID) -> Double { workspace.gradientNorm(id) }
}

extension [Variant] {
    /// Measures each variant and seed, on all cores; run k uses `seed` + k.
    /// - Parameters:
    ///   - problem: the problem of a variant and a seed; all seeds of a variant have the same shapes.
    ///   - wanted: the tensors whose gradients `read` uses.
    func measured<Value: Sendable>(
        seeds: Int, from seed: UInt64, of problem: @Sendable (Variant, UInt64) -> TrainingProblem,
        by wanted: @Sendable (LoweredProblem) -> [Tape.ID],
        _ read: @Sendable (borrowing SeededPasses, Variant) -> Value
    ) throws(ExperimentError) -> [(variant: Variant, runs: [Value])] {
        // Few enough for all cores to share the work, and enough that recording the tape does not matter.
        let together = 4
        let tasks = indices.flatMap { variant in stride(from: 0, to: seeds, by: together).map { (variant, $0) } }
        let values = try concurrentMap(tasks) { (task) throws(ExperimentError) -> [Value] in
            let (variant, first) = (self[task.0], task.1)
            let lowered = try problem(variant, seed).lowered(for: variant)
            var passes = SeededPasses(lowered, by: wanted(lowered))
            return (first..<Swift.min(first + together, seeds)).map {
                passes.run(problem(variant, seed &+ UInt64($0)))
                return read(passes, variant)
            }
        }.flatMap(\.self)
        return enumerated().map { ($1, [Value](values[$0 * seeds..<($0 + 1) * seeds])) }
    }
}
