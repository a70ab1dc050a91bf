package import Autodiff

/// A function applied to each entry by itself.
package typealias Activation = Pointwise
