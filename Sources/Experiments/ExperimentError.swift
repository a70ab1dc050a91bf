package import Autodiff

/// Why a measurement cannot be made.
package enum ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A limit is exceeded: by what, how many there are, and how many are allowed.
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

extension Cost {
    /// - Throws: the limit that is exceeded, with the number.
    package func checkLimits() throws(ExperimentError) {
        do {
            try checkExperiment()
        } catch {
            throw .tooMany(error.what, error.count, limit: error.limit)
        }
    }
}
