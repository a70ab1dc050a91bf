import Autodiff

extension Tape {
    /// A tensor of the network that a measurement made and gave its names.
    func recorded(_ name: String) -> ID {
        guard let id = id(named: name) else { preconditionFailure("no tensor is named \(name)") }
        return id
    }
}
