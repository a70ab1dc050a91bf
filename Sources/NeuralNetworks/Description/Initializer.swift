/// How the initial weights are sampled where the lesson does not give them.
package enum Initializer: Hashable, Sendable {
    /// U(−a, a), a = √(6/(in + out)) (Glorot & Bengio 2010).
    case xavierUniform
    /// N(0, 2/(in + out)).
    case xavierNormal
    /// U(−a, a), a = √(6/in) (He et al. 2015).
    case heUniform
    /// N(0, 2/in).
    case heNormal
    /// Orthonormal rows or columns (Saxe et al. 2014).
    case orthogonal
    case zeros
    case normal(deviation: Double)
    case uniform(bound: Double)
    case constant(Double)
}
