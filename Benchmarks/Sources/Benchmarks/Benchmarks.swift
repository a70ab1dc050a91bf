import Autodiff
import Foundation
import Heap
import MatrixKernels
import NeuralNetworks

/// Prints one measurement a line, `name value`: what `run` sets beside its peers.
@main
struct Benchmarks {
    static func main() throws {
        keep_freed_memory()
        let largest = perceptron(depth: 4, width: 1_500, batch: 64)
        if CommandLine.arguments.contains("--largest") {
            _ = try largest.lowered().pass()
            return
        }
        report("largest-scalars", Double(try largest.lowered().tape.scalars))
        for batch in [1, 64] { try measureProducts(batch: batch) }
        for batch in [1, 16, 64] { try measureUnfolding(batch: batch) }
        for depth in [10, 100, 1_000] { try measurePaths(depth: depth) }
        for depth in [10, 100, 1_000] {
            for width in [8, 64, 512] {
                for batch in [1, 16, 256] { try measureGrowth(depth: depth, width: width, batch: batch) }
            }
        }
        if CommandLine.arguments.count > 1 { try PictureWriting.measure(folder: CommandLine.arguments[1]) }
    }

    /// Chain-rule products a second of forward and backward, millions.
    private static func measureProducts(batch: Int) throws {
        var workspace = workspace(for: try perceptron(depth: 8, width: 64, batch: batch).lowered())
        let seconds = median(of: batch == 1 ? 2_000 : 400) {
            workspace.evaluate()
            workspace.differentiate()
        }
        report("products-\(batch)", Double(batch * 8 * (2 * 64 * 64 + 64)) / seconds / 1e6)
    }

    /// Every contribution of a trace, added to the gradient that it is a part of, in units of computing the trace from its description.
    private static func measureUnfolding(batch: Int) throws {
        let problem = perceptron(depth: 8, width: 64, batch: batch)
        let pass = try problem.lowered().pass()
        var sums = pass.tape.allIDs.map { [Double](repeating: 0, count: pass.value($0).count) }
        let tracing = try median(of: 20) { _ = try problem.lowered().pass() }
        let unfolding = median(of: 20) {
            for index in sums.indices { sums[index].withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }
            pass.forEachRun { run in
                var span = sums[run.input.index].mutableSpan
                for offset in run.locals.indices { span[run.first + offset] += run.upstream * run.locals[offset] }
            }
        }
        for id in pass.tape.allIDs where id != pass.result {
            for (sum, gradient) in zip(sums[id.index], pass.gradient(id).scalars) {
                precondition(abs(sum - gradient) <= 1e-9 * max(1, abs(gradient)), "the contributions do not add up to the gradient")
            }
        }
        report("unfolding-\(batch)", unfolding / tracing)
    }

    /// Nanoseconds an edge for the hundred largest paths.
    private static func measurePaths(depth: Int) throws {
        let lowered = try perceptron(depth: depth, width: 8, batch: 1).lowered()
        let pass = lowered.pass()
        guard let weight = lowered.parameters.first?.id, let graph = ScalarGraph(pass, from: ScalarID(weight, 0)) else { return }
        let seconds = median(of: 3) { _ = ScalarGraph(pass, from: ScalarID(weight, 0))?.largestPaths(100) }
        report("paths-\(depth)", seconds / Double(graph.edgeCount) * 1e9)
    }

    /// Nanoseconds a product, and bytes a scalar of a trace: what its value, its gradient and its record take. Nothing where the lesson language's limit on
    /// scalars or products is passed.
    private static func measureGrowth(depth: Int, width: Int, batch: Int) throws {
        let problem = perceptron(depth: depth, width: width, batch: batch)
        guard (try? problem.lowered()) != nil else { return }
        let before = heap_bytes()
        let pass = try problem.lowered().pass()
        report("bytes-\(depth)x\(width)x\(batch)", (Double(heap_bytes()) - Double(before)) / Double(pass.tape.scalars))
        var workspace = workspace(for: try problem.lowered())
        let seconds = median(of: 5) {
            workspace.evaluate()
            workspace.differentiate()
        }
        report("product-\(depth)x\(width)x\(batch)", seconds / Double(pass.tape.products) * 1e9)
    }

    /// With all values and gradients, as a trace has them.
    private static func workspace(for lowered: LoweredProblem) -> Workspace {
        var workspace = Workspace(lowered.tape, differentiating: lowered.loss, by: lowered.tape.allIDs)
        for (id, tensor) in lowered.sources() { workspace.set(id, to: tensor.scalars) }
        return workspace
    }

    private static func perceptron(depth: Int, width: Int, batch: Int) -> TrainingProblem {
        var generator = Xoshiro(seed: 1, stream: "data")
        let layers = (1...depth).flatMap {
            [Layer(name: "dense\($0)", kind: .dense(DenseLayer(units: width))), Layer(name: "relu\($0)", kind: .activation(.relu))]
        }
        return TrainingProblem(
            network: Network(input: .features(width), seed: 1, initializer: nil, layers: layers),
            inputs: generator.normals([batch, width]), targets: .values(generator.normals([batch, width])),
            loss: .halfSquaredError)
    }

    /// Seconds of this thread's own time, so that other work on the machine counts little.
    static func median(of count: Int, _ work: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
        }
        let times = try (0..<count).map { _ in
            let start = now()
            try work()
            return now() - start
        }
        return times.sorted()[count / 2]
    }

    static func report(_ name: String, _ value: Double) { print(name, (value * 1000).rounded() / 1000) }
}
