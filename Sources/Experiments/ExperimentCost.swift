/// What a measurement takes, known before it runs.
package struct ExperimentCost: Hashable, Sendable {
    /// Of the largest single trace.
    package var scalars: Int
    /// Multiplications of all traces, forward and backward; capped at the largest Int.
    package var products: Int

    /// The most products that an experiment may take.
    package static let mostProducts = 1_000_000_000_000
    /// The most scalars that a trace may hold.
    package static let mostScalars = 10_000_000

    package init(scalars: Int, products: Int) {
        self.scalars = scalars
        self.products = products
    }

    /// - Throws: the limit that is passed, with the number.
    package func checkLimits() throws(ExperimentError) {
        guard products <= Self.mostProducts else { throw .tooMany("products of the experiment", products, limit: Self.mostProducts) }
        guard scalars <= Self.mostScalars else { throw .tooMany("scalars of a trace", scalars, limit: Self.mostScalars) }
    }
}

/// Why a measurement cannot be made.
package enum ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More than a limit allows: of what, how many, and how many are possible.
    case tooMany(String, Int, limit: Int)
    /// A variant whose network does not fit together.
    case variant(String, reason: String)

    package var description: String {
        switch self {
        case .tooMany(let what, let count, let limit): "\(count) \(what); at most \(limit) are possible"
        case .variant(let name, let reason): "\(name): \(reason)"
        }
    }
}

extension Int {
    /// The product, or the largest Int where it is larger than that.
    static func capped(_ factors: Int...) -> Int {
        factors.reduce(1) { product, factor in
            let (value, isOver) = product.multipliedReportingOverflow(by: factor)
            return isOver ? .max : value
        }
    }

    func cappedPlus(_ other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
