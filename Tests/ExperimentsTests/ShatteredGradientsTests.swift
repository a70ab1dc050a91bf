import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Shattered gradients")
struct ShatteredGradientsTests {
    static let three = [
        Variant(name: "Plain", activation: .relu, initializer: .heNormal),
        Variant(name: "Residual", activation: .relu, initializer: .heNormal, residual: true),
        Variant(name: "Scaled", activation: .relu, initializer: .heNormal, residual: true),
    ]

    static func experiment(
        depths: [Int] = [2, 6], width: Int = 8, points: Int = 32, seeds: Int = 5, _ variants: [Variant] = three
    ) -> ShatteredGradients {
        ShatteredGradients(
            depths: depths, width: width, points: points, range: 2, seeds: seeds, variants: variants, scaled: ["Scaled"])
    }

    /// y at x by plain loops, from the streams of numbers that the parameters are sampled from.
    static func output(at x: Double, width: Int, depth: Int, seed: UInt64, residual: Bool, _ f: (Double) -> Double) -> Double {
        func numbers(_ stream: String, _ count: Int, _ deviation: Double) -> [Double] {
            var generator = Xoshiro(seed: seed, stream: stream)
            return generator.normals([count], deviation: deviation).scalars
        }
        let (w, b) = (numbers("w", width, 1), numbers("b", width, 1))
        var h = (0..<width).map { w[$0] * x + b[$0] }
        for block in 1..<depth {
            let weight = numbers("W\(block)", width * width, (1 / Double(width)).squareRoot())
            let z = (0..<width).map { row in (0..<width).reduce(0) { $0 + weight[row * width + $1] * f(h[$1]) } }
            h = residual ? (0..<width).map { h[$0] + z[$0] / Double(depth - 1).squareRoot() } : z
        }
        let v = numbers("v", width, (1 / Double(width)).squareRoot())
        return (0..<width).reduce(0) { $0 + v[$1] * h[$1] }
    }

    @Test("The slope is what central differences of y find, by loops of their own", arguments: [false, true])
    func differences(residual: Bool) throws {
        let variant = Variant(name: residual ? "Scaled" : "Plain", activation: .tanh, initializer: .xavierNormal, residual: residual)
        let scan = try Self.experiment(depths: [5], seeds: 1, [variant]).measure().scans[0]
        func y(_ x: Double) -> Double {
            Self.output(at: x, width: 8, depth: 5, seed: 0, residual: residual) { Foundation.tanh($0) }
        }
        let h = 1e-5
        let differences = scan.x.map { (y($0 + h) - y($0 - h)) / (2 * h) }
        let size = differences.norm / Double(differences.count).squareRoot()
        for (slope, difference) in zip(scan.slopes, differences) { #expect(abs(slope - difference / size) < 1e-7) }
    }

    @Test("A network of one layer is a straight line: its slope never changes sign, and all of it is alike")
    func line() throws {
        let measured = try Self.experiment(depths: [1], Array(Self.three.prefix(1))).measure()
        #expect(measured.changes == [[[0, 0, 0, 0, 0]]])
        #expect(measured.scans[0].autocorrelation.median.allSatisfy { $0 == 1 })
        #expect(measured.scans[0].slopes.allSatisfy { abs(abs($0) - 1) < 1e-12 })
    }

    @Test("20 layers of ReLU shatter the gradient, and scaled residual ones less, by a sign test")
    func claim() throws {
        let measured = try Self.experiment(depths: [2, 20], width: 32, points: 128, seeds: 16).measure()
        func counts(_ variant: Int, _ depth: Int) -> [Double] { measured.changes[variant][depth].map(Double.init) }
        #expect(SignTest(counts(0, 1), counts(0, 0)).isFirstLarger)
        #expect(SignTest(counts(2, 1), counts(0, 1)).isFirstSmaller)
        let median = { (numbers: [Double]) in numbers.sorted()[numbers.count / 2] }
        #expect(median(counts(2, 1)) * 2 < median(counts(0, 1)))
    }

    @Test("The first variant is shown at the least depth too, and each at the greatest, with signs of at most 20 seeds")
    func shown() throws {
        let measured = try Self.experiment(seeds: 23).measure()
        #expect(measured.scans.map(\.name) == ["Plain", "Plain", "Residual", "Scaled"])
        #expect(measured.scans.map(\.depth) == [2, 6, 6, 6])
        for scan in measured.scans {
            #expect(scan.signs.count == 20)
            #expect(scan.signs.allSatisfy { $0.count == 32 })
            #expect(abs(scan.slopes.norm * scan.slopes.norm / 32 - 1) < 1e-12)
            let counts = measured.changes[Self.three.firstIndex { $0.name == scan.name } ?? 0][scan.depth == 2 ? 0 : 1]
            #expect(scan.slopes.changesOfSign == counts.sorted()[11])
        }
    }

    @Test(
        "A change of sign is counted from one number to the next that has a sign",
        arguments: [
            ([], 0), ([1], 0), ([1, 2], 0), ([1, -1], 1), ([1, 0, -1], 1), ([1, 0, 1], 0), ([0, 0], 0), ([-1, .nan, 2, -.infinity], 2),
        ] as [([Double], Int)])
    func changes(numbers: [Double], count: Int) { #expect(numbers.changesOfSign == count) }

    @Test("A wave is alike after a period, opposite after half of one, and white noise is like nothing")
    func autocorrelation() {
        let wave = (0..<400).map { sin(2 * .pi * Double($0) / 40) }
        let alike = wave.autocorrelation([0, 10, 20, 40])
        #expect(abs(alike[0] - 1) < 1e-12 && abs(alike[1]) < 0.05)
        #expect(alike[2] < -0.9 && alike[3] > 0.85)
    }
}
