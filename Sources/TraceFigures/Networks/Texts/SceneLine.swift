import Notation

/// One small line next to a unit or on an edge.
struct SceneLine {
    enum Kind: Hashable { case weight, gradient, bias, slope, target, sum, product, plain }

    var formula: Formula
    var role: Formula.Role
    var kind: Kind
    /// Whether it is not known yet; its room is kept.
    var isHidden = false
    /// Whether it is crossed out: the number is left out by mistake.
    var isLeftOut = false
}
