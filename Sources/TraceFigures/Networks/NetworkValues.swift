import Autodiff
import NeuralNetworks
import Traces

/// The numbers of a network diagram: a column's units for one sample of the batch, or their mean.
struct NetworkValues {
    let trace: Trace
    let lowered: LoweredProblem
    let columns: [NetworkColumns.Column]
    /// The sample that the units show.
    let sample: NetworkDiagramOptions.Sample
    /// The role of each tensor in the diagram.
    private let tensors: [Tape.ID: Drawn]
    /// ∂activation/∂z by the activation's tensor.
    private let slopes: [Tape.ID: [Double]]

    /// The largest gradient of the trained weights, in magnitude; 0 where none is finite.
    let largestGradient: Double
    private let frozen: Set<Tape.ID>

    /// The role of a tensor in the diagram; columns by their index.
    enum Drawn: Hashable {
        case shown(Int)
        case preActivation(Int)
        case bias(Int)
        case weight, target, loss
    }

    init(_ trace: Trace, _ lowered: LoweredProblem, sample: NetworkDiagramOptions.Sample) {
        self.trace = trace
        self.lowered = lowered
        self.sample = sample
        columns = NetworkColumns(lowered).columns
        var tensors: [Tape.ID: Drawn] = [lowered.loss: .loss]
        tensors[lowered.dataLoss] = .loss
        if let targets = lowered.targets { tensors[targets] = .target }
        var slopes: [Tape.ID: [Double]] = [:]
        for (index, column) in columns.enumerated() {
            if let bias = column.bias { tensors[bias] = .bias(index) }
            for link in column.links { if case .weights(let id) = link.kind { tensors[id] = .weight } }
            guard column.body == .units else { continue }
            tensors[column.shown] = .shown(index)
            if let z = column.preActivation {
                tensors[z] = .preActivation(index)
                var locals: [Double] = []
                trace.pass.forEachContribution(from: column.shown) { locals.append($0.local) }
                slopes[column.shown] = locals
            }
        }
        self.tensors = tensors
        self.slopes = slopes
        let frozen = Set(lowered.parameters.filter { lowered.problem.frozen.contains($0.name) }.map(\.id))
        self.frozen = frozen
        let weights = tensors.filter { $0.value == .weight && !frozen.contains($0.key) }.keys
        largestGradient = weights.lazy.flatMap { trace.pass.gradient($0).scalars }.map(abs).filter(\.isFinite).max() ?? 0
    }

    /// Nil for a tensor that the diagram does not show.
    func drawn(_ id: Tape.ID) -> Drawn? { tensors[id] }

    var batch: Int { lowered.problem.inputs.shape[0] }

    /// One unit's scalar of a [batch, units] tensor.
    func scalar(_ id: Tape.ID, _ unit: Int, sample: Int, of count: Int) -> ScalarID {
        let index = min(sample, batch - 1) * count + unit
        return ScalarID(id, min(index, trace.tape[id].shape.reduce(1, *) - 1))
    }

    func value(_ scalar: ScalarID, _ state: SceneState) -> Double {
        state.updated[scalar] ?? trace.pass.value(scalar.tensor).scalars[scalar.index]
    }

    func gradient(_ scalar: ScalarID) -> Double { trace.pass.gradient(scalar.tensor).scalars[scalar.index] }

    /// A number of a unit: that of one sample, or the mean over the batch.
    func shown(_ numbers: [Double], _ unit: Int, of count: Int, sample: Int) -> Double {
        guard self.sample == .mean else {
            let index = min(sample, batch - 1) * count + unit
            return numbers.indices.contains(index) ? numbers[index] : .nan
        }
        let all = stride(from: unit, to: numbers.count, by: max(count, 1)).map { numbers[$0] }
        return all.reduce(0, +) / Double(max(all.count, 1))
    }

    /// The activation's derivative at one unit.
    func slope(of column: NetworkColumns.Column, _ unit: Int, sample: Int) -> Double {
        shown(slopes[column.shown] ?? [], unit, of: column.count, sample: sample)
    }

    var hasFrozen: Bool { !frozen.isEmpty }

    /// Whether the update does not change the parameter.
    func isFrozen(_ scalar: ScalarID) -> Bool { frozen.contains(scalar.tensor) }

    /// Whether the activation passes no gradient through the unit in any sample of the batch.
    func isDead(_ column: NetworkColumns.Column, _ unit: Int) -> Bool {
        guard column.preActivation != nil, let slopes = slopes[column.shown], !slopes.isEmpty else { return false }
        return stride(from: unit, to: slopes.count, by: max(column.count, 1)).allSatisfy { slopes[$0] == 0 }
    }

    /// The number of units in one sample of a column's tensor.
    func count(of id: Tape.ID) -> Int {
        switch tensors[id] {
        case .shown(let column), .preActivation(let column): columns[column].count
        case .bias, .weight, .target, .loss, nil: 1
        }
    }

    func isSource(_ id: Tape.ID) -> Bool {
        if case .source = trace.tape[id].origin { true } else { false }
    }
}
