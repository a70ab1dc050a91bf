import Autodiff
import Benchmark
import Heap
import MatrixKernels
import NeuralNetworks

/// The benchmarks whose results `run` puts into its tables.
let benchmarks: @Sendable () -> Void = {
    keep_freed_memory()
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput], warmupIterations: 2, maxDuration: .seconds(1), maxIterations: 2_000)

    for batch in [1, 64] { Perceptron(depth: 8, width: 64, batch: batch).measurePass() }
    for batch in [1, 16, 64] { Perceptron(depth: 8, width: 64, batch: batch).measureUnfolding() }
    for depth in [10, 100, 1_000] { Perceptron(depth: depth, width: 8, batch: 1).measurePaths() }
    for depth in [10, 100, 1_000] {
        for width in [8, 64, 512] {
            for batch in [1, 16, 256] { Perceptron(depth: depth, width: width, batch: batch).measurePass() }
        }
    }
    SelfAttention(tokens: 128, features: 64, heads: 4).measurePass()
    Perceptron(depth: 4, width: 1_500, batch: 64).measureMemory()
    PictureWriting.measure()
}

/// What benchmarks count in addition to the time.
enum Count {
    static let products = BenchmarkMetric.custom("products")
    static let edges = BenchmarkMetric.custom("edges")
    static let scalars = BenchmarkMetric.custom("scalars")
    /// The bytes of a finished trace (values, gradients and records) per thousand scalars.
    static let bytes = BenchmarkMetric.custom("bytes")
}

/// Made by the first iteration, so that listing the benchmarks makes nothing.
final class Prepared<Value>: @unchecked Sendable {
    private let make: () throws -> Value
    private var made: Value?

    init(_ make: @escaping () throws -> Value) { self.make = make }

    func value() throws -> Value {
        if let made { return made }
        let value = try make()
        made = value
        return value
    }
}

/// A network of dense layers and ReLUs.
struct Perceptron {
    let depth, width, batch: Int

    private var shape: String { "\(depth)x\(width)x\(batch)" }

    private var problem: TrainingProblem {
        var generator = Xoshiro(seed: 1, stream: "data")
        let layers = (1...depth).flatMap {
            [Layer(name: "dense\($0)", kind: .dense(DenseLayer(units: width))), Layer(name: "relu\($0)", kind: .activation(.relu))]
        }
        return TrainingProblem(
            network: Network(input: .features(width), seed: 1, initializer: nil, layers: layers),
            inputs: generator.normals([batch, width]), targets: .values(generator.normals([batch, width])),
            loss: .halfSquaredError)
    }

    /// A forward and backward pass that keeps all values and gradients, as a trace does. Skipped beyond the lesson language's limits on scalars
    /// and products.
    func measurePass() {
        guard depth * width * (width + batch) < 20_000_000 else { return }
        let prepared = Prepared { try PassMeasurement(problem) }
        var configuration = Benchmark.defaultConfiguration
        configuration.metrics += [Count.products, Count.bytes]
        Benchmark("pass \(shape)", configuration: configuration) { benchmark in
            let measurement = try prepared.value()
            benchmark.startMeasurement()
            measurement.run()
            benchmark.stopMeasurement()
            benchmark.measurement(Count.products, measurement.products)
            benchmark.measurement(Count.bytes, measurement.bytes)
        }
    }

    /// Computing a trace from its description, and visiting all its contributions, each added to its gradient.
    func measureUnfolding() {
        let problem = problem
        Benchmark("trace \(shape)") { _ in blackHole(try problem.lowered().pass()) }
        let prepared = Prepared { try Unfolding(problem.lowered().pass()) }
        Benchmark("contributions \(shape)") { benchmark in
            let unfolding = try prepared.value()
            benchmark.startMeasurement()
            unfolding.run()
            benchmark.stopMeasurement()
            unfolding.check()
        }
    }

    /// The 100 largest paths from the first weight.
    func measurePaths() {
        let prepared = Prepared {
            let lowered = try problem.lowered()
            return (lowered.pass(), lowered.parameters.first.map { ScalarID($0.id, 0) } ?? ScalarID(lowered.loss, 0))
        }
        var configuration = Benchmark.defaultConfiguration
        configuration.metrics.append(Count.edges)
        configuration.maxIterations = 5
        Benchmark("paths \(shape)", configuration: configuration) { benchmark in
            let (pass, start) = try prepared.value()
            benchmark.startMeasurement()
            let graph = ScalarGraph(pass, from: start)
            blackHole(graph?.largestPaths(100))
            benchmark.stopMeasurement()
            benchmark.measurement(Count.edges, graph?.edgeCount ?? 0)
        }
    }

    /// The memory of one pass at the limit for lessons.
    func measureMemory() {
        var configuration = Benchmark.defaultConfiguration
        configuration.metrics += [.peakMemoryResident, Count.scalars]
        (configuration.warmupIterations, configuration.maxIterations) = (0, 1)
        Benchmark("largest", configuration: configuration) { benchmark in
            let pass = try problem.lowered().pass()
            benchmark.measurement(Count.scalars, pass.tape.scalars)
            blackHole(pass)
        }
    }
}

/// One attention layer with its output projection, on one sequence.
struct SelfAttention {
    let tokens, features, heads: Int

    private var problem: TrainingProblem {
        var generator = Xoshiro(seed: 1, stream: "data")
        let layer = Layer(name: "attention", kind: .attention(AttentionLayer(heads: heads)))
        return TrainingProblem(
            network: Network(input: .sequence(time: tokens, features: features), seed: 1, initializer: nil, layers: [layer]),
            inputs: generator.normals([1, tokens, features]), targets: .values(generator.normals([1, tokens, features])),
            loss: .halfSquaredError)
    }

    func measurePass() {
        let prepared = Prepared { try PassMeasurement(problem) }
        Benchmark("attention \(tokens)x\(features)x\(heads)") { benchmark in
            let measurement = try prepared.value()
            benchmark.startMeasurement()
            measurement.run()
            benchmark.stopMeasurement()
        }
    }
}

/// A workspace that is run many times.
private final class PassMeasurement {
    private var workspace: Workspace
    private let times: Int
    /// The products of one run.
    let products: Int
    /// The bytes per thousand scalars.
    let bytes: Int

    init(_ problem: TrainingProblem) throws {
        let lowered = try problem.lowered()
        _ = lowered.pass()
        let before = heap_bytes()
        let pass = try problem.lowered().pass()
        bytes = Int((Double(heap_bytes()) - Double(before)) / Double(pass.tape.scalars) * 1000)
        workspace = Workspace(lowered.tape, differentiating: lowered.loss, by: lowered.tape.allIDs)
        for (id, tensor) in lowered.sources() { workspace.set(id, to: tensor.scalars) }
        // Long enough that the clock's resolution does not matter.
        times = max(1, 200_000 / lowered.tape.products)
        products = lowered.tape.products * times
    }

    func run() {
        for _ in 0..<times {
            workspace.evaluate()
            workspace.differentiate()
        }
    }
}

/// The gradients of a pass, summed from its contributions.
private final class Unfolding {
    private let pass: Pass
    private var sums: [[Double]]

    init(_ pass: Pass) {
        self.pass = pass
        sums = pass.tape.allIDs.map { [Double](repeating: 0, count: pass.value($0).count) }
    }

    func run() {
        // Taken out of the object, whose properties are checked for exclusive access each time.
        var sums: [[Double]] = []
        swap(&sums, &self.sums)
        for index in sums.indices { sums[index].withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }
        pass.forEachRun { run in
            var span = sums[run.input.index].mutableSpan
            for offset in run.locals.indices { span[run.first + offset] += run.upstream * run.locals[offset] }
        }
        swap(&sums, &self.sums)
    }

    func check() {
        for id in pass.tape.allIDs where id != pass.result {
            for (sum, gradient) in zip(sums[id.index], pass.gradient(id).scalars) {
                precondition(abs(sum - gradient) <= 1e-9 * max(1, abs(gradient)), "the contributions do not add up to the gradient")
            }
        }
    }
}
