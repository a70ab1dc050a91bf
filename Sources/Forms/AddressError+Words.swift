package import Autodiff
import Escaping

extension AddressError {
    /// What was found.
    package var what: String {
        switch self {
        case .malformed(let text): "\(Printable.quoted(text)) is no scalar"
        case .unknownTensor(let name, _): "there is no tensor \(Printable.quoted(name))"
        case .wrongIndex(let text, let shape) where shape.isEmpty:
            "\(Printable.quoted(text)) has an index, but the tensor is a single scalar"
        case .wrongIndex(let text, let shape):
            "\(Printable.quoted(text)) is outside the shape [\(shape.map(String.init).joined(separator: ", "))]"
        case .ambiguous(let text, let addresses): "\(Printable.quoted(text)) is the name of \(addresses.count) scalars"
        }
    }

    /// What was expected instead.
    package var expected: String? {
        switch self {
        case .malformed: "TENSOR[i,j], as in hidden.weight[0,1]"
        case .unknownTensor: nil
        case .ambiguous(_, let addresses): "an address: \(addresses.prefix(4).listed())"
        case .wrongIndex(_, let shape): shape.isEmpty ? nil : "\(shape.count) indices from 0, each below the shape's"
        }
    }

    /// The nearest name that there is.
    package var hint: String? {
        switch self {
        case .malformed, .wrongIndex, .ambiguous: nil
        case .unknownTensor(let name, let known): known.nearest(to: name).map { "did you mean \($0)?" }
        }
    }

    /// All of it, for a command line.
    package var explanation: String {
        what + (expected.map { "; expected \($0)" } ?? "") + (hint.map { "; \($0)" } ?? "")
    }
}
