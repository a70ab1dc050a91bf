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
        guard products <= Self.mostProducts else { throw .tooManyProducts(products, limit: Self.mostProducts) }
        guard scalars <= Self.mostScalars else { throw .tooManyScalars(scalars, limit: Self.mostScalars) }
    }
}

/// Why a measurement cannot be made.
package enum ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooManyProducts(Int, limit: Int)
    case tooManyScalars(Int, limit: Int)
    /// A variant whose network does not fit together.
    case variant(String, reason: String)

    package var description: String {
        switch self {
        case .tooManyProducts(let count, let limit): "the experiment takes \(count) products; at most \(limit) are possible"
        case .tooManyScalars(let count, let limit): "a trace of \(count) scalars; at most \(limit) are possible"
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
}
