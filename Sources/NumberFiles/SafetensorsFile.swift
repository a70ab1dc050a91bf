package import Autodiff
import Forms

/// A .safetensors file: the length of a head, the head as JSON, which says where each tensor's bytes are, and these bytes.
package struct SafetensorsFile: NamedArrays {
    private let bytes: [UInt8]
    private let head: Range<Int>
    /// Where each tensor's entry begins in the head.
    private let places: [String: Int]
    package let names: [String]

    private struct Entry {
        var type: ElementType?
        var axes: [Int]?
        var offsets: [Int] = []
    }

    package init(_ bytes: [UInt8]) throws(NumberFileError) {
        guard let length = bytes.number(at: 0, of: 8) else {
            throw NumberFileError("has \(bytes.count) bytes", expected: "at least 8, the length of a safetensors file's head")
        }
        guard length <= bytes.count - 8 else {
            throw NumberFileError(
                "has \(bytes.count.grouped) bytes",
                expected: "a safetensors file: its first 8 bytes say that its head alone has \(length.grouped)")
        }
        var names: [String] = []
        var places: [String: Int] = [:]
        head = 8..<8 + length
        var scanner = JSONScanner(bytes, in: head)
        try scanner.members { (name, scanner) throws(NumberFileError) in
            guard places.updateValue(scanner.place, forKey: name) == nil else {
                throw NumberFileError("has a name twice, again before byte \(scanner.place.grouped)", expected: "each name once")
            }
            if name != "__metadata__" { names.append(name) }
            try names.checkCount()
            try scanner.skip()
        }
        try scanner.finish()
        self.bytes = bytes
        self.names = names
        self.places = places
    }

    package func shape(of name: String) throws(NumberFileError) -> [Int]? { try entry(name)?.shape.axes }

    package func tensor(_ name: String) throws(NumberFileError) -> Tensor? {
        guard let (type, shape, range) = try entry(name) else { return nil }
        return try shape.tensor(of: type, from: bytes[range], name: name)
    }

    private func entry(_ name: String) throws(NumberFileError) -> (type: ElementType, shape: ArrayShape, bytes: Range<Int>)? {
        guard name != "__metadata__", let place = places[name] else { return nil }
        var scanner = JSONScanner(bytes, in: place..<head.upperBound)
        var entry = Entry()
        try scanner.members { (key, scanner) throws(NumberFileError) in
            switch key {
            case "dtype": entry.type = Self.types[try scanner.string()]
            case "shape": entry.axes = try Self.counts(&scanner)
            case "data_offsets": entry.offsets = try Self.counts(&scanner)
            default: try scanner.skip()
            }
        }
        guard let type = entry.type else {
            throw NumberFileError("holds \(name) as numbers of another kind", expected: "F64, F32, F16 or BF16")
        }
        guard let axes = entry.axes else { throw NumberFileError("gives no shape for \(name)", expected: "a shape") }
        let shape = try ArrayShape(axes)
        let most = bytes.count - head.upperBound
        guard entry.offsets.count == 2, entry.offsets[0] <= entry.offsets[1], entry.offsets[1] <= most else {
            throw NumberFileError(
                "puts \(name) at the bytes \(entry.offsets)",
                expected: "a first and a last, in order, of the \(most.grouped) after the head")
        }
        guard entry.offsets[1] - entry.offsets[0] == shape.count * type.size else {
            throw NumberFileError(
                "has \((entry.offsets[1] - entry.offsets[0]).grouped) bytes for \(name), whose shape is \(axes)",
                expected: "\((shape.count * type.size).grouped), \(type.size) a number")
        }
        return (type, shape, head.upperBound + entry.offsets[0]..<head.upperBound + entry.offsets[1])
    }

    private static let types: [String: ElementType] = ["F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16]

    private static func counts(_ scanner: inout JSONScanner) throws(NumberFileError) -> [Int] {
        var counts: [Int] = []
        try scanner.elements { (scanner) throws(NumberFileError) in
            guard counts.count <= Limits.nesting else {
                throw NumberFileError("gives a tensor too many axes", expected: "at most \(Limits.nesting)")
            }
            counts.append(try scanner.count())
        }
        return counts
    }
}

extension [UInt8] {
    /// A whole number, the lowest byte first; nil where the bytes end before it does, or it is larger than any count.
    func number(at place: Int, of width: Int) -> Int? {
        guard place >= 0, place <= count - width else { return nil }
        let value = self[place..<place + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(exactly: value)
    }
}
