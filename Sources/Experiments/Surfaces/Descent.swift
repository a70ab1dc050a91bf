import Autodiff
package import NeuralNetworks

/// An optimizer that descends a surface.
struct Descent {
    private let surface: LoweredSurface
    private var chain: GradientChain
    private let shrinkage: Double
    private(set) var x, y: Tensor

    init(
        on surface: Surface, from start: [Double], _ links: [GradientTransform], l2: Double = 0, shrinkage: Double = 0, angle: Double = 0
    ) {
        self.shrinkage = shrinkage
        self.surface = LoweredSurface(surface, shape: [], l2: l2, angle: angle)
        chain = GradientChain(links)
        x = Tensor(start[0])
        y = Tensor(start[1])
    }

    /// Takes one step; returns the height before it.
    mutating func step() -> Double {
        let pass = Pass(surface.tape, sources: surface.sources(x: x, y: y), result: surface.value)
        let gradients = [pass.gradient(surface.x), pass.gradient(surface.y)]
        let changes = chain.applied(to: gradients).last ?? gradients
        x.move(by: changes[0], shrinkage: shrinkage)
        y.move(by: changes[1], shrinkage: shrinkage)
        return pass.value(surface.value).scalars[0]
    }

    /// The points and heights from the start on, `steps` + 1 of each.
    mutating func path(named name: String, steps: Int) -> DescentPath {
        var path = DescentPath(name: name)
        for _ in 0...steps {
            path.x.append(x.scalars[0])
            path.y.append(y.scalars[0])
            path.heights.append(step())
        }
        return path
    }

    /// The cost of one step.
    static func cost(on surface: Surface) -> Cost { Cost(of: LoweredSurface(surface, shape: [], l2: 1).tape) }
}

/// One optimizer from many starts at once, each with its own gradient and state.
struct DescentSwarm {
    private let surface: LoweredSurface
    private let clipping: Clipping?
    private var chain: GradientChain
    private var x, y: Tensor

    init(
        on surface: Surface, from starts: [(x: Double, y: Double)], clipping: Clipping?, _ optimizer: Optimizer, l2: Double = 0,
        angle: Double = 0
    ) {
        self.surface = LoweredSurface(surface, shape: [starts.count], l2: l2, angle: angle)
        self.clipping = clipping
        chain = GradientChain(optimizer.chain)
        x = Tensor(shape: [starts.count], scalars: starts.map(\.x))
        y = Tensor(shape: [starts.count], scalars: starts.map(\.y))
    }

    /// Takes one step from all points; returns the heights before it.
    mutating func step() -> [Double] {
        // The gradient of the sum of all heights: each height depends only on its own point.
        let pass = Pass(surface.tape, sources: surface.sources(x: x, y: y), result: surface.value)
        var gradients = [pass.gradient(surface.x), pass.gradient(surface.y)]
        clip(&gradients)
        let changes = chain.applied(to: gradients).last ?? gradients
        x.add(changes[0])
        y.add(changes[1])
        return pass.value(surface.value).scalars
    }

    /// Clips each start's gradient by itself.
    private func clip(_ gradients: inout [Tensor]) {
        guard let clipping else { return }
        for start in x.scalars.indices {
            let own = [gradients[0].scalars[start], gradients[1].scalars[start]].map { Tensor($0) }
            for (entry, clipped) in clipping.applied(to: own).enumerated() { gradients[entry].scalars[start] = clipped.scalars[0] }
        }
    }

    /// Each start's height, averaged over the last `count` of `steps` steps: for a path that oscillates, the very last height would depend
    /// on the phase.
    mutating func ends(after steps: Int, meanOf count: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: x.scalars.count)
        for number in 0...steps {
            let heights = step()
            guard number > steps - count else { continue }
            for start in heights.indices { sums[start] += heights[start] }
        }
        return sums.map { $0 / Double(max(count, 1)) }
    }
}

/// An optimizer's path from its start.
package struct DescentPath: Hashable, Sendable {
    package var name: String
    package var x: [Double] = []
    package var y: [Double] = []
    /// The height of the surface at each point, with the penalty if there is one.
    package var heights: [Double] = []

    package init(name: String) { self.name = name }
}

extension Optimizer {
    /// The optimizer of a variant that names none.
    package static func descent(_ learningRate: Double) -> Optimizer { Optimizer(kind: .sgd, learningRate: learningRate) }
}

extension Variant {
    /// Clipping, if there is any, then the optimizer.
    func links(learningRate: Double) -> [GradientTransform] {
        (clipping.map { [GradientTransform.clip($0)] } ?? []) + (optimizer ?? .descent(learningRate)).chain
    }
}

extension MeasuredData.Table {
    static func paths(_ paths: [DescentPath]) -> MeasuredData.Table {
        MeasuredData.Table(
            "paths", columns: ["name", "step", "x", "y", "loss"],
            rows: paths.flatMap { path in
                path.x.indices.map { step in
                    [.text(path.name), .number(Double(step)), .number(path.x[step]), .number(path.y[step]), .number(path.heights[step])]
                }
            })
    }
}
