import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
import Traces
import Typesetting

/// A picture of one of the two passes, and what it shows of a scalar.
struct MistakeSide {
    private enum Scene {
        case network(NetworkScene)
        case graph(GraphScene)
    }

    private let scene: Scene
    private let trace: MistakenTrace
    let isWrong: Bool

    init(network: NetworkScene, _ trace: MistakenTrace, isWrong: Bool) {
        (scene, self.trace, self.isWrong) = (.network(network), trace, isWrong)
    }

    init(graph: GraphScene, _ trace: MistakenTrace, isWrong: Bool) {
        (scene, self.trace, self.isWrong) = (.graph(graph), trace, isWrong)
    }

    var size: Size {
        switch scene {
        case .network(let scene): scene.size
        case .graph(let scene): scene.size
        }
    }

    var isOfTensors: Bool {
        switch scene {
        case .network: false
        case .graph(let scene): scene.graph.isOfTensors
        }
    }

    /// Whether a node has a place for parameters after the update.
    var showsUpdates: Bool {
        switch scene {
        case .network: true
        case .graph: false
        }
    }

    /// The key of the number that the picture shows for a scalar; nil where it shows none.
    func shown(_ scalar: ScalarID) -> ScalarID? {
        switch scene {
        case .network(let scene):
            guard let drawn = scene.values.drawn(scalar.tensor), scene.names(.gradient(scalar.key)) else { return nil }
            switch drawn {
            case .shown(let column), .preActivation(let column):
                guard case .number(let sample) = scene.options.sample else { return nil }
                return scalar.index / max(scene.values.columns[column].count, 1) == min(sample, scene.values.batch - 1) ? scalar : nil
            case .bias, .weight: return scalar
            case .target, .loss: return nil
            }
        case .graph(let scene):
            return scene.shown(scalar)
        }
    }

    /// Where the mistake is made: the links whose local derivatives it changes.
    func mistakenLinks(_ told: ToldMistake) -> [NumberKey.Use] {
        guard case .network(let scene) = scene else { return told.locals.inOrder }
        let own = told.locals.filter { scene.shows($0) }
        guard own.isEmpty else { return own.inOrder }
        // An operation of several steps, such as a normalization, is one link.
        let faults = told.trace.wrong.pass.faults
        let layers = Set(Set(faults.faults.keys).union(faults.lost.map(\.operation)).compactMap { scene.trace.role(of: $0)?.layer })
        let outputs = Set((scene.trace.lowered?.layers.flattened ?? []).filter { layers.contains($0.id) }.map(\.output))
        let edges = scene.geometry.edges.filter { $0.weight == nil && outputs.contains($0.into) }
        guard leavesOutStatistics else { return edges.compactMap(scene.use) }
        // What is left of a normalization is each unit's own line.
        return edges.filter { edge in edge.isShared || !edges.contains { $0.isShared && $0.into == edge.into } }.compactMap(scene.use)
    }

    /// Whether the backward pass is right but for what comes back through statistics of a normalization.
    private var leavesOutStatistics: Bool {
        let faults = trace.wrong.pass.faults
        return faults.faults.isEmpty && !faults.lost.isEmpty
            && faults.lost.allSatisfy { use in
                guard let part = trace.wrong.role(of: use.operation)?.part else { return false }
                return [.mean, .variance, .meanSquare].contains(part)
            }
    }

    /// What lines across stand for: "mean and variance"; none where there are no such lines.
    var sharedStatistics: [String] {
        guard case .network(let scene) = scene else { return [] }
        return scene.sharedStatistics
    }

    /// Whether the lines across are what the mistake leaves out.
    var losesCrossings: Bool { isWrong && leavesOutStatistics && !sharedStatistics.isEmpty }

    /// The gradient as the picture prints it; nil where it doesn't.
    func gradient(_ scalar: ScalarID, _ precision: Precision, key: NumberKey) -> Numeral? {
        guard !isOfTensors, shown(scalar) != nil else { return nil }
        switch scene {
        case .network: return precision.numeral(passedOn(scalar), key: key)
        case .graph(let scene): return scene.nodeIndex(at: .gradient(scalar.key)).flatMap { scene.numbers.gradient($0) }
        }
    }

    func draw(_ state: SceneState) -> DisplayList {
        switch scene {
        case .network(let scene): scene.draw(state)
        case .graph(let scene): scene.draw(state)
        }
    }

    /// The sample of a batch that is drawn.
    var sample: Int {
        guard case .network(let scene) = scene, case .number(let sample) = scene.options.sample else { return 0 }
        return max(0, min(sample, scene.values.batch - 1))
    }

    /// The samples of the batch, of which one is drawn; nil where all are.
    var batch: Int? {
        guard case .network(let scene) = scene, case .number = scene.options.sample, scene.values.batch > 1 else { return nil }
        return scene.values.batch
    }

    /// The digits that the picture needs.
    var precision: Precision {
        switch scene {
        case .network(let scene): scene.texts.precision
        case .graph(let scene): scene.precision
        }
    }

    /// The largest gradient that an edge's width shows; 0 where widths show none.
    var largestGradient: Double {
        guard case .network(let scene) = scene else { return 0 }
        let weights = scene.geometry.edges.compactMap(\.weight).filter { !scene.values.isFrozen($0) }
        return weights.map(passedOn).filter(\.isFinite).map(abs).max() ?? 0
    }

    /// How many weights have their numbers at their edges.
    var labelledWeights: Int {
        guard case .network(let scene) = scene else { return 0 }
        return scene.geometry.edges.count { $0.weight != nil && $0.showsLabel && $0.arrangement != .grid }
    }

    /// Whether a weight's numbers stand at its edge.
    func labels(_ weight: ScalarID) -> Bool {
        guard case .network(let scene) = scene else { return false }
        return scene.geometry.edges.contains { $0.weight == weight && $0.showsLabel }
    }

    /// Whether a drawn edge has a negative gradient.
    var hasNegativeEdges: Bool {
        guard case .network(let scene) = scene else { return false }
        return scene.geometry.edges.compactMap(\.weight).contains { !scene.values.isFrozen($0) && passedOn($0) < 0 }
    }

    /// As the update gets it.
    func passedOn(_ scalar: ScalarID) -> Double {
        let both = trace.gradients(of: scalar.tensor)
        return (isWrong ? both.wrong : both.right).scalars[scalar.index]
    }

    /// The conventions, but not the loss after the update, which differs between the two passes.
    var strip: Formula? {
        guard case .network(let scene) = scene else { return nil }
        return scene.texts.teller.strip(tellsLossAfter: false)
    }
}

extension NetworkScene {
    /// Whether a local derivative has a place of its own: at an activation, or on an edge.
    fileprivate func shows(_ use: NumberKey.Use) -> Bool {
        switch place(of: .local(use)) {
        case .slope?, .edge?: true
        case .shown?, .preActivation?, .bias?, .target?, .loss?, nil: false
        }
    }

    /// The use that an edge without a weight stands for, of the first sample.
    fileprivate func use(_ edge: NetworkGeometry.Edge) -> NumberKey.Use? {
        guard let from = edge.from, let to = edge.to, values.columns.indices.contains(edge.toColumn) else { return nil }
        let (before, after) = (values.columns[edge.fromColumn], values.columns[edge.toColumn])
        return NumberKey.Use(
            from: ScalarID(before.shown, from).key, to: ScalarID(after.shown, to).key, operand: 0)
    }
}

extension Set<NumberKey.Use> {
    fileprivate var inOrder: [NumberKey.Use] {
        sorted { ($0.to.tensor, $0.to.index, $0.from.tensor, $0.from.index) < ($1.to.tensor, $1.to.index, $1.from.tensor, $1.from.index) }
    }
}
