package import Autodiff
import Forms

/// An .npz file, as numpy's savez and savez_compressed write it: a zip archive of one .npy file an array.
package struct NPZFile: NamedArrays {
    private let archive: ZIPArchive
    private let members: [String: ZIPArchive.Member]
    private let takesIntegers: Bool
    package let names: [String]

    /// - Parameter takesIntegers: whether arrays of i8 and i4 are numbers too.
    package init(_ bytes: [UInt8], takesIntegers: Bool) throws(NumberFileError) {
        archive = try ZIPArchive(bytes)
        var names: [String] = []
        var members: [String: ZIPArchive.Member] = [:]
        for member in archive.members where member.name.hasSuffix(".npy") {
            let name = String(member.name.dropLast(4))
            guard members.updateValue(member, forKey: name) == nil else {
                throw NumberFileError("has two arrays of one name", expected: "each name once")
            }
            names.append(name)
        }
        self.names = names
        self.members = members
        self.takesIntegers = takesIntegers
    }

    package func shape(of name: String) throws(NumberFileError) -> [Int]? {
        try members[name].map { (member) throws(NumberFileError) in try head(of: member, name).shape.axes }
    }

    package func tensor(_ name: String) throws(NumberFileError) -> Tensor? {
        guard let member = members[name] else { return nil }
        // Its shape is held to the limits before memory is taken for its numbers.
        let head = try head(of: member, name)
        let bytes = try archive.bytes(of: member)
        return try head.shape.tensor(of: head.type, from: bytes[head.end...], isColumnMajor: head.isColumnMajor, name: name)
    }

    private func head(of member: ZIPArchive.Member, _ name: String) throws(NumberFileError) -> NPYHead {
        let head = try NPYHead(try archive.bytes(of: member, most: NPYHead.mostBytes), name)
        guard takesIntegers || !head.type.isInteger else {
            throw NumberFileError("holds whole numbers in \(name)", expected: "f8 or f4")
        }
        guard member.size - head.end == head.shape.count * head.type.size else {
            throw NumberFileError(
                "has \((member.size - head.end).grouped) bytes for \(name), whose shape is \(head.shape.axes)",
                expected: "\((head.shape.count * head.type.size).grouped), \(head.type.size) a number")
        }
        return head
    }
}

/// What a .npy file says of its array before the numbers.
struct NPYHead {
    let type: ElementType
    let isColumnMajor: Bool
    let shape: ArrayShape
    /// Where the numbers begin.
    let end: Int

    /// More than numpy writes of any array of numbers.
    static let mostBytes = 1 << 12

    init(_ bytes: [UInt8], _ name: String) throws(NumberFileError) {
        let fault = NumberFileError("holds in \(name) no array of numbers as numpy writes it", expected: "f8 or f4; for data also i8 or i4")
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count > 8 else { throw fault }
        let width = bytes[6] == 1 ? 2 : 4
        guard let length = bytes.number(at: 8, of: width), length <= bytes.count - 8 - width else { throw fault }
        end = 8 + width + length
        let text = String(decoding: bytes[(8 + width)..<end], as: UTF8.self)
        let form =
            #/\{'descr': '([<|][fi][0-9])', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}[ ]*\n?/#
        guard let match = text.wholeMatch(of: form), let type = Self.types[String(match.1)] else { throw fault }
        let sizes = match.3.split(separator: ",").map { Int($0.drop { $0 == " " }) }
        guard sizes.allSatisfy({ $0 != nil }) else { throw fault }
        self.type = type
        isColumnMajor = match.2 == "True"
        shape = try ArrayShape(sizes.compactMap(\.self))
    }

    private static let types: [String: ElementType] = ["<f8": .float64, "<f4": .float32, "<i8": .int64, "<i4": .int32]
}
