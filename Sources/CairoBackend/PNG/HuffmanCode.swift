/// A prefix code with at most 15 bits a symbol (Huffman 1952), numbered as RFC 1951, section 3.2.2, wants it.
struct HuffmanCode {
    /// Of each symbol, in bits; 0 where it does not occur.
    let lengths: [Int]
    /// Of each symbol, first bit lowest.
    let codes: [UInt32]

    private static let mostBits = 15

    /// - Parameter counts: how often each symbol occurs.
    init(counts: [Int]) {
        var counts = counts
        var lengths = Self.lengths(counts)
        // Rare symbols made less rare make a flatter tree.
        while (lengths.max() ?? 0) > Self.mostBits {
            counts = counts.map { ($0 + 1) / 2 }
            lengths = Self.lengths(counts)
        }
        self.lengths = lengths
        codes = Self.codes(lengths)
    }

    private static func lengths(_ counts: [Int]) -> [Int] {
        let symbols = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $0) < (counts[$1], $1) }
        var lengths = [Int](repeating: 0, count: counts.count)
        guard symbols.count > 1 else {
            for symbol in symbols { lengths[symbol] = 1 }
            return lengths
        }
        // Leaves in order, then the nodes made of them, which come in order too.
        var weights = symbols.map { counts[$0] }
        var parents = [Int](repeating: 0, count: 2 * symbols.count - 1)
        var (leaf, node) = (0, symbols.count)
        func lightest() -> Int {
            if leaf < symbols.count, node >= weights.count || weights[leaf] <= weights[node] {
                leaf += 1
                return leaf - 1
            }
            node += 1
            return node - 1
        }
        while weights.count < parents.count {
            let (a, b) = (lightest(), lightest())
            parents[a] = weights.count
            parents[b] = weights.count
            weights.append(weights[a] + weights[b])
        }
        var depths = [Int](repeating: 0, count: parents.count)
        for node in (0..<parents.count - 1).reversed() { depths[node] = depths[parents[node]] + 1 }
        for (leaf, symbol) in symbols.enumerated() { lengths[symbol] = depths[leaf] }
        return lengths
    }

    private static func codes(_ lengths: [Int]) -> [UInt32] {
        var codes = [UInt32](repeating: 0, count: lengths.count)
        var code: UInt32 = 0
        for length in 1...mostBits {
            for symbol in lengths.indices where lengths[symbol] == length {
                for bit in 0..<length where code >> UInt32(bit) & 1 == 1 { codes[symbol] |= 1 << UInt32(length - 1 - bit) }
                code += 1
            }
            code <<= 1
        }
        return codes
    }
}

/// Bits, the first in the lowest place of the first byte.
struct BitWriter {
    private var bytes: [UInt8]
    private var byteCount = 0
    private var bits: UInt64 = 0
    private var count = 0

    /// - Parameter capacity: in bytes; 8 more than are written at most.
    init(capacity: Int) { bytes = [UInt8](repeating: 0, count: capacity) }

    @inline(__always)
    mutating func write(_ value: UInt32, count: Int) {
        bits |= UInt64(value) << UInt64(self.count)
        self.count += count
        guard self.count >= 32 else { return }
        let low = UInt32(truncatingIfNeeded: bits).littleEndian
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: low, toByteOffset: byteCount, as: UInt32.self) }
        byteCount += 4
        bits >>= 32
        self.count -= 32
    }

    @inline(__always)
    mutating func write(_ code: HuffmanCode, _ symbol: Int) { write(code.codes[symbol], count: code.lengths[symbol]) }

    /// The head of a block with codes of its own (RFC 1951, section 3.2.7). Each length takes four bits, plain: a few bytes more than could be, and nothing to
    /// choose.
    mutating func writeHeader(_ literals: HuffmanCode, _ distances: HuffmanCode) {
        write(0b100, count: 3)
        write(UInt32(literals.lengths.count - 257), count: 5)
        write(UInt32(distances.lengths.count - 1), count: 5)
        write(15, count: 4)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        for length in order { write(length < 16 ? 4 : 0, count: 3) }
        let plain = HuffmanCode(counts: [Int](repeating: 1, count: 16))
        for length in literals.lengths + distances.lengths { write(plain, length) }
    }

    /// All bytes, an empty stored block at their end.
    mutating func flushed() -> [UInt8] {
        write(0, count: 3)
        write(0, count: (8 - count % 8) % 8)
        for byte in 0..<count / 8 { bytes[byteCount + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)) }
        return bytes[..<(byteCount + count / 8)] + [0, 0, 0xFF, 0xFF]
    }
}
