/// The cost of a computation, known before it begins.
///
/// Lessons, traces, experiments and the commands that walk a trace all use this measure and the limits below. At the limits a computation
/// takes minutes, not hours: a core makes about 10⁹ products a second, or visits 10⁶ operations.
package struct Cost: Hashable, Sendable {
    /// The scalars of the largest single trace.
    package var scalars: Int
    /// Multiplications of all traces together: the products of the chain rule, and the cost of sampling the initial weights.
    package var products: Int
    /// How often an operation is visited: each visit has a fixed cost, which dominates for small tensors.
    package var operations: Int

    package static let mostTraceScalars = 10_000_000
    package static let mostTraceProducts = 5_000_000_000
    /// The bookkeeping alone of long sequences through many layers would fill the memory.
    package static let mostTraceOperations = 500_000
    /// Of all steps of a trace with several steps.
    package static let mostStepOperations = 20_000_000
    package static let mostProducts = 1_000_000_000_000
    package static let mostOperations = 2_000_000_000

    package init(scalars: Int = 0, products: Int = 0, operations: Int = 0) {
        self.scalars = scalars
        self.products = products
        self.operations = operations
    }

    /// The cost of one pass.
    package init(of tape: Tape) {
        self.init(scalars: tape.scalars, products: tape.products, operations: tape.entries.count)
    }
}

extension Cost {
    /// The same, run several times.
    package func repeated(_ times: Int) -> Cost {
        Cost(scalars: scalars, products: products.saturatingTimes(times), operations: operations.saturatingTimes(times))
    }

    /// The cost of both, one after the other.
    package static func + (a: Cost, b: Cost) -> Cost {
        Cost(
            scalars: max(a.scalars, b.scalars), products: a.products.saturatingPlus(b.products),
            operations: a.operations.saturatingPlus(b.operations))
    }

    /// - Throws: where one trace exceeds a limit.
    package func checkTrace() throws(CostExceeded) {
        try Self.check("operations of the trace", operations, most: Self.mostTraceOperations)
        try Self.check("scalars of the trace", scalars, most: Self.mostTraceScalars)
        try Self.check("products of the trace", products, most: Self.mostTraceProducts)
    }

    /// - Throws: where the steps of a trace together exceed a limit.
    package func checkSteps() throws(CostExceeded) {
        try Self.check("operations of all steps", operations, most: Self.mostStepOperations)
        try Self.check("products of all steps", products, most: Self.mostTraceProducts)
    }

    /// - Throws: where all traces of an experiment together exceed a limit.
    package func checkExperiment() throws(CostExceeded) {
        try Self.check("products of the experiment", products, most: Self.mostProducts)
        try Self.check("operations of the experiment", operations, most: Self.mostOperations)
        try Self.check("scalars of a trace", scalars, most: Self.mostTraceScalars)
    }

    private static func check(_ what: String, _ count: Int, most: Int) throws(CostExceeded) {
        guard count <= most else { throw CostExceeded(what: what, count: count, limit: most) }
    }
}

/// A computation would exceed a limit; thrown before anything is computed.
package struct CostExceeded: Error, Hashable, Sendable, CustomStringConvertible {
    /// "scalars of the trace".
    package let what: String
    package let count: Int
    package let limit: Int

    package init(what: String, count: Int, limit: Int) {
        self.what = what
        self.count = count
        self.limit = limit
    }

    package var description: String { "\(count) \(what); expected at most \(limit)" }
}
