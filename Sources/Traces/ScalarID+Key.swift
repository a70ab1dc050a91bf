package import Autodiff
package import Notation

extension ScalarID {
    /// The scalar as numbers of a formula have it.
    package var key: NumberKey.Scalar { NumberKey.Scalar(tensor: tensor.index, index: index) }

    /// The scalar that a number of this trace belongs to.
    package init(_ key: NumberKey.Scalar) { self.init(Tape.ID(index: key.tensor), key.index) }
}

extension Contribution {
    /// From the scalar that is differentiated by to that which it is used in.
    package var use: NumberKey.Use {
        NumberKey.Use(from: ScalarID(input, inputIndex).key, to: ScalarID(output, outputIndex).key, operand: operand)
    }
}
