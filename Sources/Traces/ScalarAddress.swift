package import Autodiff

extension Trace {
    /// The address of a scalar, with indices from 0: `hidden.weight[0,1]`; of a scalar tensor its bare name.
    package func address(of scalar: ScalarID) -> String { tape.address(of: scalar) }

    /// The scalar at an address.
    package func scalar(at address: String) throws(AddressError) -> ScalarID { try tape.scalar(at: address) }
}
