package import Autodiff

/// A function applied to each entry by itself.
package typealias Activation = Pointwise

extension Activation {
    /// Whether the default initializer before this activation is He's rather than Xavier's.
    package var prefersHe: Bool {
        switch self {
        case .relu, .leakyReLU, .elu, .swish, .gelu: true
        case .identity, .sigmoid, .tanh, .softplus, .exp, .ln, .sqrt, .sin, .cos, .tan, .negate, .complement: false
        }
    }
}
