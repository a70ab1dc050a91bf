import Autodiff
import Notation

/// The meaning of a local derivative, by the values it is read from.
struct LocalStory {
    /// σ′(z₃), w₅, 1.
    var meaning: Formula
    /// After "local: ".
    var words: Formula?
    /// The scalar whose value it is, if any.
    var source: ScalarID?
}
