import Autodiff
import NeuralNetworks
import Notation
import Traces

/// A position in a network diagram that a frame can refer to; units by their index in the layer.
enum NetworkPlace: Hashable {
    case shown(column: Int, unit: Int)
    case preActivation(column: Int, unit: Int)
    case bias(column: Int, unit: Int)
    /// Between z and the activation's value.
    case slope(column: Int, unit: Int)
    case edge(Int)
    case target(Int)
    case loss
}

/// Finds the position of a number.
struct NetworkPlaces {
    let values: NetworkValues
    let edges: [NetworkGeometry.Edge]

    /// Nil for a number that the diagram does not show.
    func place(of key: NumberKey) -> NetworkPlace? {
        switch key.place {
        case .value(let scalar), .gradient(let scalar): place(of: ScalarID(scalar))
        case .local(let use): place(from: ScalarID(use.from), to: ScalarID(use.to)) ?? place(of: ScalarID(use.from))
        case .norm, .rest, .branch, .remembered, .atStep, .updated, .clipped, .contribution, .probability: nil
        }
    }

    private func place(of scalar: ScalarID) -> NetworkPlace? {
        switch values.drawn(scalar.tensor) {
        case .shown(let column): .shown(column: column, unit: scalar.index % values.columns[column].count)
        case .preActivation(let column): .preActivation(column: column, unit: scalar.index % values.columns[column].count)
        case .bias(let column): .bias(column: column, unit: scalar.index)
        case .weight: edges.firstIndex { $0.weight == scalar }.map { .edge($0) }
        case .target: .target(unit(ofTarget: scalar.index))
        case .loss: .loss
        case nil: nil
        }
    }

    /// The output that a target belongs to; for class indices, that of the correct class.
    private func unit(ofTarget index: Int) -> Int {
        switch values.lowered.problem.targets {
        case .values, .absent: index % max(values.columns.last?.count ?? 1, 1)
        case .classes(let classes): classes.indices.contains(index) ? classes[index] : 0
        // Sequences are not drawn as columns of units.
        case .classesByStep: 0
        }
    }

    private func place(from a: ScalarID, to b: ScalarID) -> NetworkPlace? {
        switch (values.drawn(a.tensor), values.drawn(b.tensor)) {
        case (.weight, _), (.bias, _): return place(of: a)
        case (.preActivation(let column), .shown(let same)) where same == column:
            return .slope(column: column, unit: a.index % values.columns[column].count)
        case (.shown(let column), let target?):
            let from = a.index % values.columns[column].count
            let to: Int?
            switch target {
            case .shown(let next), .preActivation(let next): to = b.index % values.columns[next].count
            case .bias, .weight, .target, .loss: to = nil
            }
            return edges.firstIndex {
                $0.fromColumn == column && $0.into == (target == .loss ? values.lowered.loss : b.tensor)
                    && ($0.from ?? from) == from && ($0.to == to || $0.isSkip && $0.to == nil)
            }.map { .edge($0) }
        case (.preActivation, _), (.shown, nil), (.target, _), (.loss, _), (nil, _): return nil
        }
    }
}
