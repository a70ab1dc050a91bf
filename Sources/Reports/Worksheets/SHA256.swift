import Foundation

/// SHA-256 (FIPS 180-4), which Foundation lacks on Linux.
enum SHA256 {
    static func digest(of text: String) -> [UInt8] {
        var message = Array(text.utf8)
        let bits = UInt64(message.count) * 8
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        for shift in stride(from: UInt64(56), through: 0, by: -8) { message.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        var state = start
        for block in stride(from: 0, to: message.count, by: 64) { mix(message[block..<(block + 64)], into: &state) }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = (0..<16).map { index in
            block.dropFirst(4 * index).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (a, b) = (words[index - 15], words[index - 2])
            let small = turned(a, 7) ^ turned(a, 18) ^ a >> 3
            let large = turned(b, 17) ^ turned(b, 19) ^ b >> 10
            words.append(words[index - 16] &+ small &+ words[index - 7] &+ large)
        }
        var v = state
        for index in 0..<64 {
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let first = v[7] &+ (turned(v[4], 6) ^ turned(v[4], 11) ^ turned(v[4], 25)) &+ choice &+ constants[index] &+ words[index]
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            let second = (turned(v[0], 2) ^ turned(v[0], 13) ^ turned(v[0], 22)) &+ majority
            v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        state = zip(state, v).map { $0 &+ $1 }
    }

    private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static let primes = (2...311).filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }
    private static let start = primes.prefix(8).map { fraction(of: Double($0).squareRoot()) }
    private static let constants = primes.map { fraction(of: cbrt(Double($0))) }

    /// The first 32 bits after the point.
    private static func fraction(of number: Double) -> UInt32 { UInt32((number - number.rounded(.down)) * 0x1p32) }
}
