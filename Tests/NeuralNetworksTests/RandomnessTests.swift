import Autodiff
import Foundation
import Testing

@testable import NeuralNetworks

@Suite("Random numbers")
struct RandomnessTests {
    @Test("splitmix64 gives its published sequence")
    func splitmix() {
        var mixer = SplitMix(state: 1_234_567)
        #expect(
            (0..<5).map { _ in mixer.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("xoshiro256** gives its published sequence")
    func xoshiro() {
        var generator = Xoshiro(state: (1, 2, 3, 4))
        #expect(
            (0..<10).map { _ in generator.next() } == [
                11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
                607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
                10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
            ])
        // Seeded by four words of splitmix64.
        var mixer = SplitMix(state: 1_234_567)
        var expected = Xoshiro(state: (mixer.next(), mixer.next(), mixer.next(), mixer.next()))
        var seeded = Xoshiro(seed: 1_234_567)
        #expect((0..<5).map { _ in seeded.next() } == (0..<5).map { _ in expected.next() })
    }

    @Test("A stream is seeded by FNV-1a of seed and name")
    func streams() {
        func hash(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } }
        // The hash's own published values.
        #expect(hash(Array("a".utf8)) == 0xaf63_dc4c_8601_ec8c)
        #expect(hash(Array("foobar".utf8)) == 0x8594_4171_f739_67e8)
        for (seed, name) in [(0, "hidden.weight"), (1, "hidden.weight"), (UInt64.max, "é"), (0x0102_0304_0506_0708, "")] {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: seed >> (8 * UInt64($0))) } + Array(name.utf8)
            var expected = Xoshiro(seed: hash(bytes))
            var stream = Xoshiro(seed: seed, stream: name)
            #expect((0..<3).map { _ in stream.next() } == (0..<3).map { _ in expected.next() })
        }
    }

    @Test("Uniform numbers fill [0, 1) evenly")
    func uniform() {
        var generator = Xoshiro(seed: 5)
        let drawn = (0..<20_000).map { _ in generator.uniform() }
        #expect(drawn.allSatisfy { $0 >= 0 && $0 < 1 })
        let counts = drawn.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1 * 10)] += 1 }
        // Five standard deviations of 2000 ± 42.
        #expect(counts.allSatisfy { abs($0 - 2000) < 213 })
    }

    @Test("Normal numbers have mean 0, variance 1, no skew and kurtosis 3, and follow no pairs")
    func normal() {
        var generator = Xoshiro(seed: 6)
        let n = 40_000
        let drawn = (0..<n).map { _ in generator.normal() }
        func moment(_ k: Int) -> Double { drawn.reduce(0) { $0 + pow($1, Double(k)) } / Double(n) }
        #expect(abs(moment(1)) < 0.025 && abs(moment(2) - 1) < 0.036 && abs(moment(3)) < 0.1 && abs(moment(4) - 3) < 0.25)
        let pairs = stride(from: 0, to: n - 1, by: 2).reduce(0) { $0 + drawn[$1] * drawn[$1 + 1] } / Double(n / 2)
        #expect(abs(pairs) < 0.036)
        let within = drawn.filter { abs($0) < 1 }.count
        #expect(abs(Double(within) / Double(n) - 0.6827) < 0.012)
    }

    @Test(
        "Normal numbers drawn together are those drawn one by one, and leave the same for the next",
        arguments: [0, 1, 2, 3, 8, 31, 32, 500])
    func together(_ count: Int) {
        for before in 0...2 {
            var (one, all) = (Xoshiro(seed: 8, stream: "together"), Xoshiro(seed: 8, stream: "together"))
            for _ in 0..<before { #expect(one.normal() == all.normal()) }
            #expect(all.normals([count], deviation: 0.25).scalars == (0..<count).map { _ in one.normal() * 0.25 })
            for _ in 0..<3 { #expect(one.normal() == all.normal()) }
        }
    }

    @Test(
        "Orthogonal matrices have orthonormal rows, or columns where there are fewer",
        arguments: [
            [1, 1], [3, 3], [2, 7], [7, 2], [16, 16], [1, 5], [5, 1],
        ])
    func orthogonal(_ shape: [Int]) {
        var generator = Xoshiro(seed: 7)
        let (rows, columns) = (shape[0], shape[1])
        let q = generator.orthogonal(rows: rows, columns: columns)
        #expect(q.shape == shape)
        for a in 0..<min(rows, columns) {
            for b in 0...a {
                let overlap =
                    rows <= columns
                    ? (0..<columns).reduce(0) { $0 + q[a, $1] * q[b, $1] } : (0..<rows).reduce(0) { $0 + q[$1, a] * q[$1, b] }
                #expect(abs(overlap - (a == b ? 1 : 0)) < 1e-13)
            }
        }
    }
}
