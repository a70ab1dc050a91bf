import Autodiff

/// How large a lesson may be; past any of these is an error that gives the number.
package enum Limits {
    package static let fileBytes = 1 << 20
    package static let layers = 1_000
    package static let units = 4_096
    package static let batch = 4_096
    package static let timeSteps = 2_000
    package static let nesting = 32
    package static let seeds = 1_000
    package static let trainingSteps = 100_000
    /// Of one lesson.
    package static let figures = 24
    package static let traceScalars = Cost.mostTraceScalars
    package static let traceProducts = Cost.mostTraceProducts
    package static let experimentProducts = Cost.mostProducts
    /// Of one experiment.
    package static let variants = 100
    /// Numbers of a sweep, such as learning rates or offsets.
    package static let sweep = 1_000
    /// What a file may unfold to through aliases, in bytes.
    package static let unfoldedBytes = 8 << 20
    /// Characters in one line of an expression.
    package static let lineCharacters = 10_000
    /// Characters of a name, here as code points: of a layer, a variant or a panel.
    package static let nameCharacters = 1_000
    package static let titleCharacters = 10_000
    package static let descriptionCharacters = 10_000
    /// Operations in one line of an expression.
    package static let lineOperations = 1_000
}
