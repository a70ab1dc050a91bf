import Autodiff
package import Drawing
import NeuralNetworks
import Notation
package import Traces
import Typesetting

/// A network as units, pills and edges: each circle has a unit's value above and the gradient that arrives below; a pill
/// to its left has z and ∂L/∂z, where an activation makes the value.
///
/// Biases stand under the pills (or circles), σ′ and the targets under the circles, weights on the edges.
package struct NetworkScene: TraceScene {
    let trace: Trace
    let lowered: LoweredProblem
    let symbols: Symbols
    let columns: [NetworkColumns.Column]
    let options: NetworkDiagramOptions
    let typesetter: Typesetter
    /// In points; nil: as wide as the network is.
    let pageWidth: Double?
    /// Significant digits that room is kept for.
    let reserve: Int
    /// Contributions by edge, where the diagram shows products.
    let products: NetworkProducts?
    /// Which tensor stands for what.
    let tensors: [Tape.ID: Drawn]
    /// ∂activation/∂z by the activation's tensor.
    let slopes: [Tape.ID: [Double]]
    /// What one drawing after another shows again.
    let memory = Memory()
    /// Between baselines of small lines, in points: more where symbols have raised indices.
    private(set) var lead = Lettering.lead
    private(set) var geometry = NetworkGeometry()

    /// As what a tensor is drawn.
    enum Drawn: Hashable {
        case shown(Int)
        case preActivation(Int)
        case bias(Int)
        case weight, target, loss
    }

    /// What a number's key means in the picture; units by their number in the layer.
    enum Place: Hashable {
        case shown(column: Int, unit: Int)
        case preActivation(column: Int, unit: Int)
        case bias(column: Int, unit: Int)
        /// Between z and the activation's value.
        case slope(column: Int, unit: Int)
        case edge(Int)
        case target(Int)
        case loss
    }

    /// - Parameter reserve: significant digits that room is kept for: 4, and more where formulas beside the scene need them.
    package init?(
        _ trace: Trace, options: NetworkDiagramOptions = NetworkDiagramOptions(), reserve: Int = 4,
        measurer: any TextMeasuring, pageWidth: Double? = nil
    ) {
        guard let lowered = trace.lowered else { return nil }
        self.trace = trace
        self.lowered = lowered
        self.options = options
        self.reserve = reserve
        symbols = Symbols(trace, notation: options.notation)
        self.pageWidth = pageWidth
        typesetter = Typesetter(measurer: measurer)
        columns = NetworkColumns(lowered).columns
        var tensors: [Tape.ID: Drawn] = [lowered.targets: .target, lowered.loss: .loss]
        tensors[lowered.dataLoss] = .loss
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
        products = options.showsProducts ? NetworkProducts(trace, columns, sample: options.sample) : nil
        let parameters = lowered.parameters.map { ScalarID($0.id, 0) } + [ScalarID(lowered.targets, 0)]
        let tallest = parameters.map { text(symbols($0), Lettering.small, .ink).height }.max() ?? 0
        lead = max(Lettering.lead, tallest + 2)
        geometry = NetworkLayout(scene: self).geometry()
        if let width = pageWidth, columns.count > 0 {
            let spare = width - 2 * Self.narrowMargin - geometry.size.width
            // Wider than this, the eye loses the way from column to column.
            let stretch = min(spare / Double(columns.count), 60)
            if stretch > 0 { geometry = NetworkLayout(scene: self, stretch: stretch).geometry() }
            if spare < 0 {
                let downward = NetworkLayout(scene: self).downward(width: width - 2 * Self.narrowMargin)
                if downward.size.width < geometry.size.width { geometry = downward }
            }
        }
    }

    /// Around a diagram whose width is given, in points: the text around it has margins of its own.
    static let narrowMargin = 4.0

    package var size: Size { geometry.size }
}

extension NetworkScene {
    /// Whether every layer is drawn as units, so that each of its scalars has a place.
    package static func suits(_ trace: Trace) -> Bool {
        guard let lowered = trace.lowered else { return false }
        return lowered.layers.allSatisfy(isDrawnAsUnits) && lowered.problem.network.input.isFeatures
    }

    private static func isDrawnAsUnits(_ layer: LoweredLayer) -> Bool {
        layer.outputShape.isFeatures && layer.rules.isNumberable && layer.rules.link != .allToAll
            && layer.inner.allSatisfy(isDrawnAsUnits)
    }

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

    /// The numbers of a unit over the batch: one sample's, or their mean.
    func shown(_ numbers: [Double], _ unit: Int, of count: Int, sample: Int) -> Double {
        guard options.sample == .mean else {
            let index = min(sample, batch - 1) * count + unit
            return numbers.indices.contains(index) ? numbers[index] : .nan
        }
        let all = stride(from: unit, to: numbers.count, by: max(count, 1)).map { numbers[$0] }
        return all.reduce(0, +) / Double(max(all.count, 1))
    }

    /// What stands at a place, with what it means here.
    func place(of key: NumberKey) -> Place? {
        switch key.place {
        case .value(let scalar), .gradient(let scalar): place(of: ScalarID(scalar))
        case .local(let use): place(from: ScalarID(use.from), to: ScalarID(use.to)) ?? place(of: ScalarID(use.from))
        case .norm, .rest, .branch, .updated, .clipped, .contribution: nil
        }
    }

    private func place(of scalar: ScalarID) -> Place? {
        switch tensors[scalar.tensor] {
        case .shown(let column): .shown(column: column, unit: scalar.index % columns[column].count)
        case .preActivation(let column): .preActivation(column: column, unit: scalar.index % columns[column].count)
        case .bias(let column): .bias(column: column, unit: scalar.index)
        case .weight: geometry.edges.firstIndex { $0.weight == scalar }.map { .edge($0) }
        case .target: .target(unit(ofTarget: scalar.index))
        case .loss: .loss
        case nil: nil
        }
    }

    /// The output that a target belongs to: of classes, the one that the sample should have.
    private func unit(ofTarget index: Int) -> Int {
        switch lowered.problem.targets {
        case .values: index % max(columns.last?.count ?? 1, 1)
        case .classes(let classes): classes.indices.contains(index) ? classes[index] : 0
        }
    }

    private func place(from a: ScalarID, to b: ScalarID) -> Place? {
        switch (tensors[a.tensor], tensors[b.tensor]) {
        case (.weight, _), (.bias, _): return place(of: a)
        case (.preActivation(let column), .shown(let same)) where same == column:
            return .slope(column: column, unit: a.index % columns[column].count)
        case (.shown(let column), let target?):
            let from = a.index % columns[column].count
            let to: Int?
            switch target {
            case .shown(let next), .preActivation(let next): to = b.index % columns[next].count
            case .bias, .weight, .target, .loss: to = nil
            }
            return geometry.edges.firstIndex {
                $0.fromColumn == column && $0.into == (target == .loss ? lowered.loss : b.tensor)
                    && ($0.from ?? from) == from && $0.to == ($0.isSkip ? nil : to)
            }.map { .edge($0) }
        default: return nil
        }
    }
}
