/// A function of one number, applied to every entry by itself.
package enum Pointwise: Hashable, Sendable {
    case identity, sigmoid, tanh, relu
    case leakyReLU(slope: Double)
    case elu(alpha: Double)
    /// x·σ(βx) (Ramachandran et al. 2017).
    case swish(beta: Double)
    /// x·Φ(x), exact, by erf (Hendrycks & Gimpel 2016).
    case gelu
    case softplus
    case exp, ln, sqrt, sin, cos, tan, negate
}
