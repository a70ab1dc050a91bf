import Autodiff

/// The limits on a lesson's size. Exceeding one is an error whose message gives the limit.
package enum Limits {
    package static let fileBytes = 1 << 20
    /// Of a file of numbers that a lesson names, and of an array that is unpacked from one.
    package static let numberFileBytes = 1 << 27
    /// Of the arrays in such a file, and of the columns of a table.
    package static let numberFileNames = 100_000
    package static let layers = 1_000
    package static let units = 4_096
    package static let batch = 4_096
    package static let timeSteps = 2_000
    package static let nesting = 32
    package static let seeds = 1_000
    package static let trainingSteps = 100_000
    /// Per lesson.
    package static let figures = 24
    package static let traceScalars = Cost.mostTraceScalars
    package static let traceProducts = Cost.mostTraceProducts
    package static let experimentProducts = Cost.mostProducts
    /// Per experiment.
    package static let variants = 100
    /// Numbers of one sweep, such as learning rates or offsets.
    package static let sweep = 1_000
    /// Bytes of a file after its YAML aliases have been expanded.
    package static let unfoldedBytes = 8 << 20
    /// Characters in one line of an expression.
    package static let lineCharacters = 10_000
    /// Code points of the name of a layer, a variant or a panel.
    package static let nameCharacters = 1_000
    package static let titleCharacters = 10_000
    package static let descriptionCharacters = 10_000
    /// Operations in one line of an expression.
    package static let lineOperations = 1_000
}
