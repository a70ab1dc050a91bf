import Notation

/// One small line beside a unit or on an edge.
struct SceneLine {
    enum Kind: Hashable { case weight, gradient, bias, slope, target, sum, product, plain }

    var formula: Formula
    var role: Formula.Role
    var kind: Kind
    /// Not known yet: the line keeps its room.
    var isHidden = false
}
