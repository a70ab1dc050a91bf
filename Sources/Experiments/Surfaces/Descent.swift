import Autodiff
package import NeuralNetworks

/// An optimizer on its way over a surface.
struct Descent {
    private let surface: LoweredSurface
    private var chain: GradientChain
    private let shrinkage: Double
    private(set) var x, y: Tensor

    init(on surface: Surface, from start: [Double], _ links: [GradientTransform], l2: Double = 0, shrinkage: Double = 0) {
        self.shrinkage = shrinkage
        self.surface = LoweredSurface(surface, shape: [], l2: l2)
        chain = GradientChain(links)
        x = Tensor(start[0])
        y = Tensor(start[1])
    }

    /// The height where it stands; then it moves.
    mutating func step() -> Double {
        let pass = Pass(surface.tape, sources: surface.sources(x: x, y: y), result: surface.value)
        let gradients = [pass.gradient(surface.x), pass.gradient(surface.y)]
        let changes = chain.applied(to: gradients).last ?? gradients
        x.move(by: changes[0], shrinkage: shrinkage)
        y.move(by: changes[1], shrinkage: shrinkage)
        return pass.value(surface.value).scalars[0]
    }

    /// The places and heights from the start on, `steps` + 1 of each.
    mutating func path(named name: String, steps: Int) -> DescentPath {
        var path = DescentPath(name: name)
        for _ in 0...steps {
            path.x.append(x.scalars[0])
            path.y.append(y.scalars[0])
            path.heights.append(step())
        }
        return path
    }

    /// Of one step.
    static func cost(on surface: Surface) -> Cost { Cost(of: LoweredSurface(surface, shape: [], l2: 1).tape) }
}

/// Where an optimizer went, from its start on.
package struct DescentPath: Hashable, Sendable {
    package var name: String
    package var x: [Double] = []
    package var y: [Double] = []
    /// Of the surface, at each place; with the penalty where there is one.
    package var heights: [Double] = []

    package init(name: String) { self.name = name }
}

extension Optimizer {
    /// What moves a variant that names no optimizer.
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
