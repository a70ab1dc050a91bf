/// A number that differs where the lines of a file do, made of eight bytes at a time.
struct LineDigest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func mix(_ line: UnsafeRawBufferPointer) {
        let whole = line.count & ~7
        var place = 0
        while place < whole {
            mix(line.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian)
            place += 8
        }
        var rest: UInt64 = 0
        while place < line.count {
            rest = rest << 8 | UInt64(line[place])
            place += 1
        }
        mix(rest)
        mix(UInt64(line.count))
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0x0000_0100_0000_01B3
        state ^= state >> 29
    }

    var hexadecimal: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
