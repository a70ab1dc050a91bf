import Autodiff

/// Numbers that are the same on every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var word = state
        word = (word ^ word >> 32) &* 0xd6e8_feb8_6659_fd93
        return word ^ word >> 29
    }

    mutating func number(in range: ClosedRange<Double> = -2...2) -> Double { Double.random(in: range, using: &self) }

    mutating func extent(_ range: ClosedRange<Int> = 1...4) -> Int { Int.random(in: range, using: &self) }

    mutating func shape(axes: ClosedRange<Int> = 0...3) -> [Int] { (0..<extent(axes)).map { _ in extent() } }

    /// Entries at least `gap` away from 0, where the kinks are.
    mutating func tensor(_ shape: [Int], in range: ClosedRange<Double> = -2...2, gap: Double = 0) -> Tensor {
        Tensor(
            shape: shape,
            scalars: (0..<shape.reduce(1, *)).map { _ in
                var x = number(in: range)
                while abs(x) < gap { x = number(in: range) }
                return x
            })
    }
}

/// Whether two numbers agree up to a share of the scale that they were computed at.
func agree(_ a: Double, _ b: Double, to tolerance: Double, scale: Double = 0) -> Bool {
    a == b || abs(a - b) <= tolerance * max(abs(a), abs(b), scale)
}
