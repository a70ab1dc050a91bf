/// xoshiro256** (Blackman & Vigna 2018), seeded by splitmix64.
package struct Xoshiro: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    var spareNormal: Double?

    init(state: (UInt64, UInt64, UInt64, UInt64)) { self.state = state }

    package init(seed: UInt64) {
        var mixer = SplitMix(state: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// The stream of one parameter: seed and name hashed by FNV-1a 64, so that adding a layer does not change the others' streams.
    package init(seed: UInt64, stream name: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for shift in stride(from: 0, to: 64, by: 8) { hash = (hash ^ (seed >> UInt64(shift) & 0xFF)) &* 0x100_0000_01b3 }
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.init(seed: hash)
    }

    package mutating func next() -> UInt64 {
        let result = rotated(state.1 &* 5, 7) &* 9
        let t = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= t
        state.3 = rotated(state.3, 45)
        return result
    }

    private func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { x << k | x >> (64 - k) }
}

struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
