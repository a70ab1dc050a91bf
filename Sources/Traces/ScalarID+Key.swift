package import Autodiff
package import Notation

extension ScalarID {
    /// The scalar's key for the numbers of a formula.
    package var key: NumberKey.Scalar { NumberKey.Scalar(tensor: tensor.index, index: index) }

    /// The scalar of this trace to which a number belongs.
    package init(_ key: NumberKey.Scalar) { self.init(Tape.ID(index: key.tensor), key.index) }
}

extension Contribution {
    /// The use that the contribution comes from: from the scalar to the result that uses it.
    package var use: NumberKey.Use {
        NumberKey.Use(from: ScalarID(input, inputIndex).key, to: ScalarID(output, outputIndex).key, operand: operand)
    }
}
