import Autodiff
import Notation

/// What a local derivative is, told by the values it is read from.
struct LocalStory {
    /// σ′(z₃), w₅, 1.
    var meaning: Formula
    /// After "local: ".
    var words: Formula?
    /// The scalar whose value it is, if it is one's.
    var source: ScalarID?
}
