/// What a computation takes, known before it begins.
///
/// Lessons, traces, experiments and the commands that walk a trace are all held to this one measure and to the limits that stand here.
/// At the limits a computation takes minutes, not hours: a core makes about 10⁹ products a second, or visits 10⁶ operations.
package struct Cost: Hashable, Sendable {
    /// Values that the largest single trace holds.
    package var scalars: Int
    /// Multiplications, of all traces together: the products of the chain rule, and what drawing the parameters takes.
    package var products: Int
    /// How often an operation is visited, whatever its size: each visit takes time of its own, which is all that small tensors take.
    package var operations: Int

    package static let mostTraceScalars = 10_000_000
    package static let mostTraceProducts = 5_000_000_000
    /// Long sequences through many layers would fill memory with the record alone.
    package static let mostTraceOperations = 500_000
    /// Of all steps of a trace that has several.
    package static let mostStepOperations = 20_000_000
    package static let mostProducts = 1_000_000_000_000
    package static let mostOperations = 2_000_000_000

    package init(scalars: Int = 0, products: Int = 0, operations: Int = 0) {
        self.scalars = scalars
        self.products = products
        self.operations = operations
    }

    /// Of one pass.
    package init(of tape: Tape) {
        self.init(scalars: tape.scalars, products: tape.products, operations: tape.entries.count)
    }
}

extension Cost {
    /// The same, run several times.
    package func repeated(_ times: Int) -> Cost {
        Cost(scalars: scalars, products: products.saturatingTimes(times), operations: operations.saturatingTimes(times))
    }

    /// Of both, one after the other.
    package static func + (a: Cost, b: Cost) -> Cost {
        Cost(
            scalars: max(a.scalars, b.scalars), products: a.products.saturatingPlus(b.products),
            operations: a.operations.saturatingPlus(b.operations))
    }

    /// Of one trace.
    package func checkTrace() throws(CostExceeded) {
        try Self.check("operations of the trace", operations, most: Self.mostTraceOperations)
        try Self.check("scalars of the trace", scalars, most: Self.mostTraceScalars)
        try Self.check("products of the trace", products, most: Self.mostTraceProducts)
    }

    /// Of the steps of a trace, one after the other.
    package func checkSteps() throws(CostExceeded) {
        try Self.check("operations of all steps", operations, most: Self.mostStepOperations)
        try Self.check("products of all steps", products, most: Self.mostTraceProducts)
    }

    /// Of all traces that an experiment makes.
    package func checkExperiment() throws(CostExceeded) {
        try Self.check("products of the experiment", products, most: Self.mostProducts)
        try Self.check("operations of the experiment", operations, most: Self.mostOperations)
        try Self.check("scalars of a trace", scalars, most: Self.mostTraceScalars)
    }

    private static func check(_ what: String, _ count: Int, most: Int) throws(CostExceeded) {
        guard count <= most else { throw CostExceeded(what: what, count: count, limit: most) }
    }
}

/// More is asked for than a limit allows, found before anything is computed.
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
