package import Autodiff
import Forms

/// A file that holds arrays by name. What nobody asks for is not looked at.
package protocol NamedArrays: Sendable {
    /// In the file's order.
    var names: [String] { get }

    /// The shape of an array, found without taking memory for its numbers; nil where there is no such array.
    func shape(of name: String) throws(NumberFileError) -> [Int]?

    /// An array in row-major order; nil where there is no such array.
    /// - Throws: also where one of its numbers is not finite.
    func tensor(_ name: String) throws(NumberFileError) -> Tensor?
}

extension NamedArrays {
    /// The name that a misspelt one most likely means, if it is an ordinary one, of an array of numbers: a file's other words are nobody's
    /// business.
    package func nearest(to name: String) -> String? {
        names.filter(\.isOrdinaryName).nearest(to: name).flatMap { near in (try? shape(of: near)) == nil ? nil : near }
    }
}

extension [String] {
    /// Names take several times their bytes in the file, which may hold millions.
    func checkCount(of things: String = "arrays") throws(NumberFileError) {
        guard count <= Limits.numberFileNames else {
            throw NumberFileError("has more than \(Limits.numberFileNames.grouped) \(things)", expected: "at most that")
        }
    }
}

extension String {
    /// Whether it is made of a few ASCII letters, digits and the signs that names are joined with.
    var isOrdinaryName: Bool {
        utf8.count <= 60
            && utf8.allSatisfy { byte in
                let scalar = Unicode.Scalar(byte)
                return scalar.properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte) || "._-/".utf8.contains(byte)
            }
    }
}

/// How the numbers of an array are stored, in the order of bytes of small machines.
enum ElementType: Hashable {
    case float64, float32, float16, bfloat16, int64, int32

    var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16: 2
        }
    }

    var isInteger: Bool {
        switch self {
        case .int64, .int32: true
        case .float64, .float32, .float16, .bfloat16: false
        }
    }

    /// The number at a place of bytes that hold it.
    func number(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Double {
        switch self {
        case .float64: Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        case .float32: Double(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
        case .float16: Self.half(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        case .bfloat16:
            Double(Float(bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))) << 16))
        case .int64: Double(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
        case .int32: Double(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
    }

    /// A number of IEEE 754 binary16; Swift's own type is missing on some machines.
    private static func half(_ bits: UInt16) -> Double {
        let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
        let fraction = Double(bits & 0x3FF)
        switch Int(bits >> 10 & 0x1F) {
        case 0: return Double(sign: sign, exponent: -24, significand: fraction)
        case 31: return fraction > 0 ? .nan : sign == .plus ? .infinity : -.infinity
        case let exponent: return Double(sign: sign, exponent: exponent - 25, significand: 1024 + fraction)
        }
    }
}

/// A shape whose scalars fit into a trace.
struct ArrayShape {
    let axes: [Int]
    let count: Int

    /// - Throws: where an axis is negative, or there are too many scalars, or none.
    init(_ axes: [Int]) throws(NumberFileError) {
        guard axes.count <= Limits.nesting, axes.allSatisfy({ $0 >= 0 }) else {
            throw NumberFileError("gives an array a shape that none has", expected: "at most \(Limits.nesting) axes, none below 0")
        }
        let count = axes.saturatingCount
        guard count > 0, count <= Limits.traceScalars else {
            throw NumberFileError(
                "gives an array the shape \(axes)", expected: "1 to \(Limits.traceScalars.grouped) numbers, as many as a trace may hold")
        }
        self.axes = axes
        self.count = count
    }

    /// The numbers that fill it, of a buffer that holds exactly these.
    func tensor(
        of type: ElementType, from bytes: ArraySlice<UInt8>, isColumnMajor: Bool = false, name: String
    ) throws(NumberFileError) -> Tensor {
        guard bytes.count == count * type.size else {
            throw NumberFileError(
                "has \(bytes.count.grouped) bytes for the shape \(axes)", expected: "\((count * type.size).grouped), \(type.size) a number")
        }
        let stored = bytes.withUnsafeBytes { buffer in (0..<count).map { type.number(in: buffer, at: $0 * type.size) } }
        return try Tensor(shape: axes, scalars: isColumnMajor ? rowMajor(stored) : stored).checkedFinite(name)
    }

    private func rowMajor(_ stored: [Double]) -> [Double] {
        var index = [Int](repeating: 0, count: axes.count)
        var strides = [Int](repeating: 1, count: axes.count)
        for axis in axes.indices.dropFirst() { strides[axis] = strides[axis - 1] * axes[axis - 1] }
        var place = 0
        return (0..<count).map { _ in
            let number = stored[place]
            var axis = axes.count - 1
            while axis >= 0 {
                index[axis] += 1
                place += strides[axis]
                if index[axis] < axes[axis] { break }
                place -= strides[axis] * axes[axis]
                index[axis] = 0
                axis -= 1
            }
            return number
        }
    }
}

extension Tensor {
    /// Itself.
    /// - Throws: where it holds NaN or an infinity, which no lesson may.
    func checkedFinite(_ name: String) throws(NumberFileError) -> Tensor {
        guard let flat = scalars.firstIndex(where: { !$0.isFinite }) else { return self }
        let index = shape.isEmpty ? "" : "\(shape.index(ofFlat: flat))"
        throw NumberFileError("holds \(scalars[flat]) at \(name)\(index)", expected: "finite numbers")
    }
}
