import Autodiff
import Foundation
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Descents over surfaces")
struct TrajectoryTests {
    @Test("SGD leaves the saddle after ln(R/y₀)/ln(1 + 2η) steps, rounded up, from near and from far", arguments: [0.02, 0.1, 0.3])
    func saddle(_ rate: Double) throws {
        var experiment = Trajectory(surface: .saddle, start: [0.5, 0.1], steps: 5, radius: 1, variants: [variant(.sgd, rate)])
        experiment.offsets = (1...10).map { pow(10, -Double($0)) }
        let steps = try experiment.measure().escapes[0].median
        for (offset, steps) in zip(experiment.offsets, steps) {
            let theory = experiment.theory(learningRate: rate, offset: offset)
            // What is left of x helps a little where y₀ is large.
            #expect((theory - 1...theory + 1).contains(steps), "\(steps) steps from \(offset), by theory \(theory)")
        }
        // A tenth of the offset costs the same number of steps, however small it is already.
        let differences = zip(steps.dropFirst(2), steps.dropFirst(3)).map { $1 - $0 }
        for difference in differences { #expect(abs(difference - log(10) / log(1 + 2 * rate)) <= 1) }
    }

    @Test("A path that starts on the ridge itself never leaves")
    func ridge() throws {
        var experiment = Trajectory(surface: .saddle, start: [0.5, 0], steps: 50, variants: [variant(.sgd, 0.1)])
        experiment.offsets = []
        let path = try experiment.measure().paths[0]
        #expect(path.y.allSatisfy { $0 == 0 })
        #expect(abs(path.x[50]) < 1e-4)
    }

    @Test("In the ravine each coordinate of SGD shrinks by its own factor")
    func ravine() throws {
        let path = try Trajectory(surface: .ravine, start: [-4, 1.5], steps: 20, variants: [variant(.sgd, 0.3)]).measure().paths[0]
        for step in 0...20 {
            #expect(abs(path.x[step] - -4 * pow(1 - 0.3 * 0.2, Double(step))) < 1e-12)
            #expect(abs(path.y[step] - 1.5 * pow(1 - 0.3 * 4, Double(step))) < 1e-12)
            #expect(abs(path.heights[step] - (path.x[step] * path.x[step] / 10 + 2 * path.y[step] * path.y[step])) < 1e-12)
        }
    }

    @Test("A turned ravine is the ravine seen from a turned start, and Adagrad alone is misled by it")
    func angle() throws {
        let (cosine, sine) = (cos(30 * Double.pi / 180), sin(30 * Double.pi / 180))
        let (u, v) = (-4.0, 1.5)
        let plain = try Trajectory(surface: .ravine, start: [u, v], steps: 20, variants: [variant(.sgd, 0.3)]).measure().paths[0]
        let turned = try Trajectory(
            surface: .ravine, angle: 30, start: [u * cosine - v * sine, u * sine + v * cosine], steps: 20, variants: [variant(.sgd, 0.3)]
        ).measure().paths[0]
        for step in 0...20 { #expect(abs(plain.heights[step] - turned.heights[step]) < 1e-12) }
        let slope = Surface.ravine.slope(x: 0.3, y: -0.7, angle: 30)
        let h = 1e-6
        let heights = Surface.ravine.heights(x: [0.3 - h, 0.3 + h], y: [-0.7], angle: 30)
        #expect(abs((heights[1] - heights[0]) / (2 * h) - slope.x) < 1e-6)
        let adagrad = Optimizer.Kind.adagrad(epsilon: 1e-10)
        let sweeps = try Trajectory(
            surface: .ravine, angle: 30, steps: 60, rates: [0.3, 1, 3, 10], starts: 32, variants: [variant(adagrad, 1)]
        ).measure().sweeps
        #expect(sweeps.map(\.angle) == [30, 0])
        // 10⁻⁴ askew, 10⁻⁶² along the axes.
        let least = sweeps.map { $0.series[0].median.min() ?? 1 }
        #expect(least[0] > 1e-6 && least[1] < 1e-50, "\(least)")
    }

    @Test(
        "Many starts at once come to what each of them comes to alone, clipped or not", arguments: [nil, Clipping.norm(0.5), .value(0.2)])
    func swarm(_ clipping: Clipping?) throws {
        let starts = Surface.cliff.randomStarts(5, seed: 3)
        #expect(starts.allSatisfy { (4...6).contains($0.x) && (-3.2 ... -1).contains($0.y) })
        let kinds: [Optimizer.Kind] = [.sgd, .momentum(0.9), .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)]
        for kind in kinds {
            let optimizer = Optimizer(kind: kind, learningRate: 0.1)
            var swarm = DescentSwarm(on: .cliff, from: starts, clipping: clipping, optimizer)
            let ends = swarm.ends(after: 12, meanOf: 3)
            for (index, start) in starts.enumerated() {
                let clips: [GradientTransform] = clipping.map { [.clip($0)] } ?? []
                let links = clips + optimizer.chain
                var descent = Descent(on: .cliff, from: [start.x, start.y], links)
                let heights = descent.path(named: "", steps: 12).heights
                let mean: Double = heights[10...].reduce(0, +) / 3
                #expect(abs(ends[index] - mean) < 1e-12)
            }
        }
    }

    @Test("From a fresh state Adam's first step is −ηg/(|g| + ε)")
    func adam() throws {
        let path = try Trajectory(
            surface: .ravine, start: [-4, 1.5], steps: 1, variants: [variant(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), 0.1)]
        ).measure().paths[0]
        #expect(abs(path.x[1] - (-4 + 0.1 * 0.8 / (0.8 + 1e-8))) < 1e-12)
        #expect(abs(path.y[1] - (1.5 - 0.1 * 6 / (6 + 1e-8))) < 1e-12)
    }

    @Test("Every surface's gradient agrees with central differences", arguments: Surface.allCases)
    func gradients(_ surface: Surface) {
        for (x, y) in [(surface.start[0], surface.start[1]), (4.05, -2.02), (0.3, -0.7)] {
            for l2 in [0, 0.5] {
                let slope = surface.slope(x: x, y: y, l2: l2)
                let h = 1e-6
                let heights = surface.heights(x: [x - h, x + h], y: [y], l2: l2)
                let across = surface.heights(x: [x], y: [y - h, y + h], l2: l2)
                let scale = max(abs(slope.x), abs(slope.y), 1e-3)
                #expect(abs((heights[1] - heights[0]) / (2 * h) - slope.x) < 1e-5 * scale)
                #expect(abs((across[1] - across[0]) / (2 * h) - slope.y) < 1e-5 * scale)
            }
        }
    }

    @Test("Under a penalty the descent ends at the solution of the ridge regression, nearer to 0 the larger λ is")
    func penalty() throws {
        let lambdas = [0.1, 0.5, 2]
        let variants = lambdas.map { lambda in
            var variant = variant(.sgd, 0.4)
            variant.name = "\(lambda)"
            variant.l2 = lambda
            return variant
        }
        let paths = try Trajectory(surface: .regression, steps: 400, variants: variants).measure().paths
        let samples = Surface.samples
        let n = Double(samples.count)
        func mean(_ product: ((a: Double, b: Double, t: Double)) -> Double) -> Double { samples.reduce(0) { $0 + product($1) } / n }
        let (aa, ab, bb) = (mean { $0.a * $0.a }, mean { $0.a * $0.b }, mean { $0.b * $0.b })
        let (at, bt) = (mean { $0.a * $0.t }, mean { $0.b * $0.t })
        var norms: [Double] = []
        for (lambda, path) in zip(lambdas, paths) {
            let determinant = (aa + lambda) * (bb + lambda) - ab * ab
            let x = (at * (bb + lambda) - bt * ab) / determinant
            let y = (bt * (aa + lambda) - at * ab) / determinant
            #expect(abs(path.x[400] - x) < 1e-9)
            #expect(abs(path.y[400] - y) < 1e-9)
            norms.append(hypot(x, y))
        }
        #expect(norms == norms.sorted(by: >))
    }

    @Test("Where the longest wait sees no path leave the saddle, it takes ∞ steps")
    func staying() throws {
        // By theory ln(1/10⁻⁶)/ln(1 + 2·10⁻⁴) = 69 084 steps, and 11 514 from a tenth.
        var experiment = Trajectory(surface: .saddle, start: [0, 0.1], steps: 5, radius: 1, variants: [variant(.sgd, 1e-4)])
        experiment.offsets = [1e-6, 0.1]
        let steps = try experiment.measure().escapes[0].median
        #expect(experiment.theory(learningRate: 1e-4, offset: 1e-6) > Double(Trajectory.longest))
        #expect(steps[0] == .infinity)
        #expect(steps[1] == 11_515)
    }

    @Test("A path that overflows stands in the measurement as it is")
    func overflow() throws {
        let path = try Trajectory(surface: .ravine, steps: 2000, variants: [variant(.sgd, 2)]).measure().paths[0]
        #expect(path.heights.contains { !$0.isFinite })
    }

    @Test("Too many steps are an error with the number")
    func tooMany() {
        let experiment = Trajectory(surface: .cliff, steps: .max - 1, variants: [variant(.sgd, 1)])
        #expect(throws: ExperimentError.self) { try experiment.measure() }
    }

    private func variant(_ kind: Optimizer.Kind, _ rate: Double) -> Variant {
        var variant = Variant(name: "one")
        variant.optimizer = Optimizer(kind: kind, learningRate: rate)
        return variant
    }
}

@Suite("Clipping")
struct GradientClippingTests {
    @Test("(3, 4) by norm 1 is (0.6, 0.8), its direction kept; by value 1 it is (1, 1), turned by 8.13°")
    func published() throws {
        let gradients = try experiment.measure().gradients
        #expect(gradients[0].after == [3, 4])
        #expect(zip(gradients[1].after, [0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-15 })
        #expect(gradients[1].angle < 1e-9)
        #expect(gradients[2].after == [1, 1])
        #expect(abs(gradients[2].angle - 8.130102354156) < 1e-9)
    }

    @Test("Over the cliff one unclipped step undoes what the calm ones gained; clipped ones keep it, from most random starts too")
    func cliff() throws {
        let measured = try experiment.measure()
        let unclipped = measured.paths[0].heights
        // Seventeen calm steps lead from 0.0673 to 0.0400, where the gradient is 3.77 long; the next leads to 0.0895.
        #expect(abs(unclipped[0] - 0.0673) < 5e-5 && abs(unclipped[17] - 0.04) < 5e-5 && abs(unclipped[18] - 0.0895) < 5e-5)
        let slope = Surface.cliff.slope(x: measured.paths[0].x[17], y: measured.paths[0].y[17])
        #expect(abs(hypot(slope.x, slope.y) - 3.77) < 5e-3)
        #expect(abs(unclipped[200] - 0.0894) < 5e-5)
        #expect(measured.paths[1].heights[200] < 1e-3)
        // Of 1,000 starts 393, 2 and 28 end above theirs.
        let shares = measured.rises.map { Double($0.count { $0 > 0 }) / Double($0.count) }
        #expect(abs(shares[0] - 0.393) < 0.1 && shares[1] < 0.03 && abs(shares[2] - 0.028) < 0.04, "\(shares)")
    }

    @Test("One step from a place is the path's own, clipped where the variant clips")
    func step() throws {
        let path = try experiment.measure().paths[0]
        let step = try #require(experiment.step(of: experiment.variants[0], from: (path.x[17], path.y[17])))
        #expect(step.x == path.x[18] && step.y == path.y[18])
        let clipped = try #require(experiment.step(of: experiment.variants[1], from: (path.x[17], path.y[17])))
        #expect(abs(hypot(clipped.x - path.x[17], clipped.y - path.y[17]) - 1) < 1e-12)
    }

    private var experiment: GradientClipping {
        var (norm, value) = (Variant(name: "norm"), Variant(name: "value"))
        norm.clipping = .norm(1)
        value.clipping = .value(1)
        return GradientClipping(variants: [Variant(name: "none"), norm, value])
    }
}
