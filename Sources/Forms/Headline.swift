package import Autodiff

/// What stands in large type over a picture.
package enum Headline: Hashable, Sendable {
    /// What was found, computed from the numbers.
    case found
    /// The author's own words.
    case written([Part])
    /// Nothing: `headline: false`.
    case none

    /// A part of an author's headline; numbers are filled in from the trace.
    package enum Part: Hashable, Sendable {
        case words(String)
        case value(ScalarID)
        case gradient(ScalarID)
    }
}
