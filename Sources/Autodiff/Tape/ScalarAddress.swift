/// Why a text does not name a scalar.
package enum AddressError: Error, Hashable, Sendable {
    /// Not of the form TENSOR[i,j].
    case malformed(String)
    case unknownTensor(String, known: [String])
    case wrongIndex(String, shape: [Int])
    /// A figure's name that several scalars share, with their addresses.
    case ambiguous(String, [String])
}

extension Tape {
    /// The address of a scalar, with indices from 0: `hidden.weight[0,1]`; of a scalar tensor its bare name.
    package func address(of scalar: ScalarID) -> String {
        let entry = self[scalar.tensor]
        let index = entry.shape.index(ofFlat: scalar.index)
        return index.isEmpty ? entry.name : "\(entry.name)[\(index.map(String.init).joined(separator: ","))]"
    }

    /// The scalar at an address.
    package func scalar(at address: String) throws(AddressError) -> ScalarID {
        var name = Substring(address)
        var index: [Int] = []
        if address.hasSuffix("]") {
            guard let bracket = address.lastIndex(of: "[") else { throw .malformed(address) }
            name = address[..<bracket]
            for part in address[address.index(after: bracket)...].dropLast().split(
                separator: ",", omittingEmptySubsequences: false)
            {
                let digits = part.trimmingSpaces
                guard let number = Int(digits), digits.allSatisfy(\.isASCIIDigit) else { throw .malformed(address) }
                index.append(number)
            }
        }
        guard !name.isEmpty, !name.contains("["), !name.contains("]") else { throw .malformed(address) }
        guard let id = id(named: String(name)) else {
            throw .unknownTensor(String(name), known: names)
        }
        let shape = self[id].shape
        guard index.count == shape.count, zip(index, shape).allSatisfy({ $0 < $1 }) else {
            throw .wrongIndex(address, shape: shape)
        }
        return ScalarID(id, shape.flatIndex(of: index))
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
