import Autodiff
import Foundation
import NeuralNetworks

/// A loss of two weights, x and y, that can be drawn as a surface.
package enum Surface: String, CaseIterable, Hashable, Sendable {
    /// x²/10 + 2y²: twenty times as steep one way as the other.
    case ravine
    /// x² − y²: the gradient at the origin is 0, and f is unbounded below along y.
    case saddle
    /// The loss of a recurrent unit with weight x and bias y after fifty steps, (σ(h₅₀) − 0.7)², hₜ = x·σ(hₜ₋₁) + y, h₀ = 0.5 (Pascanu et
    /// al. 2013, figure 6).
    case cliff
    /// ½Σ(x·a + y·b − t)²/n over eight samples whose features a and b are strongly correlated, so that their weights are hard to tell
    /// apart.
    case regression

    /// The initial state h₀ of the cliff's unit.
    package static let cliffState = 0.5

    /// The start of a lesson that gives none.
    package var start: [Double] {
        switch self {
        case .ravine: [-4.5, -1.6]
        case .saddle: [0.5, 1e-3]
        case .cliff: [4.6, -1.25]
        case .regression: [-1, 2.5]
        }
    }

    /// The region of random starts. For a turned ravine, along it and across; for the cliff, on the valley's side of the wall.
    package var starts: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        switch self {
        case .ravine: (-5...5, -2...2)
        case .saddle: (-1...1, -1...1)
        case .cliff: (4...6, -3.2 ... -1)
        case .regression: window
        }
    }

    /// The part of the plane that a figure shows, unless a path starts outside it.
    package var window: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        switch self {
        case .ravine: (-5...1.5, -2...2)
        case .saddle: (-1.2...1.2, -1.2...1.2)
        case .cliff: (3.5...5.1, -2.9 ... -0.3)
        case .regression: (-1.5...3.5, -1.5...3)
        }
    }

    /// Features a and b, and target t.
    package static let samples: [(a: Double, b: Double, t: Double)] = [
        (1.0, 0.8, 2.3), (-0.5, -0.9, -1.1), (0.3, 0.6, 0.4), (-1.4, -1.1, -2.9), (0.8, 1.2, 1.5), (-0.2, 0.1, -0.6),
        (1.6, 1.3, 3.6), (-1.1, -1.5, -2.0),
    ]
}

/// A surface lowered to a tape: one value for each pair of an x and a y.
struct LoweredSurface {
    var tape = Tape()
    let x, y: Tape.ID
    private(set) var constants: [Tape.ID: Tensor] = [:]
    private(set) var value: Tape.ID
    private let shape: [Int]

    /// - Parameters:
    ///   - shape: the shape of x and y, which are combined entry by entry.
    ///   - l2: λ of the penalty λ/2·(x² + y²), which is added.
    ///   - angle: the angle by which a ravine is turned, in degrees; other surfaces cannot be turned.
    init(_ surface: Surface, shape: [Int], l2: Double, angle: Double = 0) {
        self.shape = shape
        x = tape.source(.parameter, name: "x", shape: shape)
        y = tape.source(.parameter, name: "y", shape: shape)
        value = x
        let loss = lower(surface, angle: angle)
        guard l2 > 0 else {
            value = loss
            return
        }
        let squares = combine(.add, combine(.multiply, x, x), combine(.multiply, y, y))
        value = combine(.add, loss, scaled(squares, by: l2 / 2))
    }

    private mutating func lower(_ surface: Surface, angle: Double) -> Tape.ID {
        switch surface {
        case .ravine:
            let (along, across) = turned(by: angle)
            return combine(
                .add, scaled(combine(.multiply, along, along), by: 0.1), scaled(combine(.multiply, across, across), by: 2))
        case .saddle: return combine(.subtract, combine(.multiply, x, x), combine(.multiply, y, y))
        case .cliff:
            var state = constant(Surface.cliffState)
            for _ in 0..<50 { state = combine(.add, combine(.multiply, x, sigmoid(state)), y) }
            let error = combine(.subtract, sigmoid(state), constant(0.7))
            return combine(.multiply, error, error)
        case .regression:
            var sum: Tape.ID?
            for sample in Surface.samples {
                let output = combine(.add, scaled(x, by: sample.a), scaled(y, by: sample.b))
                let error = combine(.subtract, output, constant(sample.t))
                let square = combine(.multiply, error, error)
                sum = sum.map { combine(.add, $0, square) } ?? square
            }
            return scaled(sum ?? x, by: 0.5 / Double(Surface.samples.count))
        }
    }

    /// The coordinates along and across a ravine that is turned by this angle, in degrees.
    private mutating func turned(by angle: Double) -> (along: Tape.ID, across: Tape.ID) {
        guard angle != 0 else { return (x, y) }
        let (cosine, sine) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
        return (combine(.add, scaled(x, by: cosine), scaled(y, by: sine)), combine(.subtract, scaled(y, by: cosine), scaled(x, by: sine)))
    }

    private mutating func combine(_ operation: Pairwise, _ a: Tape.ID, _ b: Tape.ID) -> Tape.ID {
        tape.record(.pairwise(operation), [a, b], name: "t\(tape.entries.count)")
    }

    private mutating func sigmoid(_ z: Tape.ID) -> Tape.ID {
        tape.record(.pointwise(.sigmoid), [z], name: "t\(tape.entries.count)")
    }

    private mutating func constant(_ value: Double) -> Tape.ID {
        let id = tape.source(.constant, name: "t\(tape.entries.count)", shape: shape)
        constants[id] = Tensor(repeating: value, shape: shape)
        return id
    }

    private mutating func scaled(_ a: Tape.ID, by factor: Double) -> Tape.ID {
        combine(.multiply, constant(factor), a)
    }

    func sources(x: Tensor, y: Tensor) -> [Tape.ID: Tensor] {
        var sources = constants
        sources[self.x] = x
        sources[self.y] = y
        return sources
    }
}

extension Surface {
    /// The height at each point of a grid, row by row of y.
    /// - Parameters:
    ///   - l2: λ of the penalty λ/2·(x² + y²), which is added.
    ///   - angle: the angle by which a ravine is turned, in degrees.
    package func heights(x: [Double], y: [Double], l2: Double = 0, angle: Double = 0) -> [Double] {
        heights(at: y.flatMap { y in x.map { (x: $0, y: y) } }, l2: l2, angle: angle)
    }

    /// The height at each place, all of them in one pass over a tape.
    package func heights(at places: [(x: Double, y: Double)], l2: Double = 0, angle: Double = 0) -> [Double] {
        let shape = [places.count]
        let lowered = LoweredSurface(self, shape: shape, l2: l2, angle: angle)
        let sources = lowered.sources(
            x: Tensor(shape: shape, scalars: places.map(\.x)), y: Tensor(shape: shape, scalars: places.map(\.y)))
        return lowered.tape.evaluate(sources)[lowered.value.index].scalars
    }

    /// Height and gradient at one point.
    package func slope(x: Double, y: Double, l2: Double = 0, angle: Double = 0) -> (height: Double, x: Double, y: Double) {
        let lowered = LoweredSurface(self, shape: [], l2: l2, angle: angle)
        let pass = Pass(lowered.tape, sources: lowered.sources(x: Tensor(x), y: Tensor(y)), result: lowered.value)
        return (pass.value(lowered.value).scalars[0], pass.gradient(lowered.x).scalars[0], pass.gradient(lowered.y).scalars[0])
    }

    /// Uniform over `starts`; for the cliff only where the unit's last output is above its target, on the valley's side of the wall.
    package func randomStarts(_ count: Int, seed: UInt64, angle: Double = 0) -> [(x: Double, y: Double)] {
        var generator = Xoshiro(seed: seed, stream: "starts")
        let (across, up) = starts
        var found: [(x: Double, y: Double)] = []
        while found.count < max(count, 0) {
            let u = across.lowerBound + (across.upperBound - across.lowerBound) * generator.uniform()
            let v = up.lowerBound + (up.upperBound - up.lowerBound) * generator.uniform()
            if self == .cliff, !isBeforeWall(u, v) { continue }
            let (cosine, sine) = angle == 0 ? (1, 0) : (cos(angle * .pi / 180), sin(angle * .pi / 180))
            found.append((x: u * cosine - v * sine, y: u * sine + v * cosine))
        }
        return found
    }

    private func isBeforeWall(_ w: Double, _ b: Double) -> Bool {
        var state = Self.cliffState
        for _ in 0..<50 { state = w * Activation.sigmoid(state) + b }
        return Activation.sigmoid(state) > 0.7
    }
}
