import Autodiff
import NeuralNetworks
import Notation
import Traces

/// One small line beside a unit or on an edge.
struct SceneLine {
    enum Kind: Hashable { case weight, gradient, bias, slope, target, sum, product, plain }

    var formula: Formula
    var role: Formula.Role
    var kind: Kind
    /// Not known yet: the line keeps its room.
    var isHidden = false
}

extension NetworkScene {
    /// - Parameter reserve: measures with so many digits; nil: with the digits of the state.
    private func numeral(_ value: Double, _ key: NumberKey, _ state: SceneState, _ reserve: Int?) -> Numeral {
        numeral(value, digits: reserve ?? digits(of: key, state))
    }

    func digits(of key: NumberKey, _ state: SceneState) -> Int {
        max(state.precision.digits(of: key), products?.precision.digits(of: key) ?? 0)
    }

    func key(valueOf scalar: ScalarID) -> NumberKey { .value(symbols.named(scalar).key) }

    /// A symbol as the diagram writes it: of the mean over a batch without the sample's number.
    func symbol(_ scalar: ScalarID) -> Formula {
        let symbol = fullSymbol(scalar)
        guard options.sample == .mean, batch > 1 else { return symbol }
        if case .scripts(let base, let sub, let sup?) = symbol {
            let parts = sup.parts.filter { if case .fenced = $0 { false } else { true } }
            if case .fenced = sup { return sub.map { .sub(base, $0) } ?? base }
            return .scripts(base, sub: sub, sup: parts.isEmpty ? nil : .row(parts))
        }
        return symbol
    }

    /// The bias and its gradient.
    func linesUnderPill(_ index: Int, _ unit: Int, _ state: SceneState, reserve: Int? = nil) -> [SceneLine] {
        guard let bias = columns[index].bias else { return [] }
        return parameterLines(ScalarID(bias, unit), .bias, state, reserve)
    }

    private func parameterLines(
        _ scalar: ScalarID, _ kind: SceneLine.Kind, _ state: SceneState, _ reserve: Int?, isNamed: Bool = true
    ) -> [SceneLine] {
        let key: NumberKey = state.updated[scalar] == nil ? key(valueOf: scalar) : .updated(scalar.key)
        let number = numeral(value(scalar, state), key, state, reserve)
        var lines = [
            SceneLine(formula: isNamed ? equation(fullSymbol(scalar), number) : number.asWords, role: .value, kind: kind)
        ]
        let slope = numeral(gradient(scalar), .gradient(scalar.key), state, reserve)
        lines.append(
            SceneLine(
                formula: slope.asWords, role: .gradient, kind: .gradient,
                isHidden: reserve == nil && !state.shows(gradientOf: scalar)))
        return lines
    }

    /// σ′, the target, the sum of what arrives.
    func linesUnderCircle(_ index: Int, _ unit: Int, _ state: SceneState, reserve: Int? = nil) -> [SceneLine] {
        let column = columns[index]
        var lines: [SceneLine] = []
        if let z = column.preActivation, let activation = column.activation {
            let slope = shown(slopes[column.shown] ?? [], unit, of: column.count, sample: state.sample)
            let scalar = scalar(column.shown, unit, sample: state.sample, of: column.count)
            let argument = self.scalar(z, unit, sample: state.sample, of: column.count)
            let use = NumberKey.Use(from: argument.key, to: scalar.key, operand: 0)
            let number = numeral(slope, .local(use), state, reserve)
            lines.append(
                SceneLine(
                    formula: equation(.prime(.name(activation.derivativeLetter)), number), role: .local, kind: .slope,
                    isHidden: reserve == nil && !state.shows(valueOf: scalar)))
        } else {
            lines += linesUnderPill(index, unit, state, reserve: reserve)
        }
        if index == columns.count - 1, let line = targetLine(unit, state) { lines.append(line) }
        if let products {
            let key = NetworkProducts.Key(column: index, from: unit, into: column.shown, to: unit)
            if let sum = products.sums[key] {
                lines.append(SceneLine(formula: sum.formula, role: .gradient, kind: .sum))
            }
        }
        return lines
    }

    private func targetLine(_ unit: Int, _ state: SceneState) -> SceneLine? {
        let count = columns[columns.count - 1].count
        switch lowered.problem.targets {
        case .values(let tensor):
            let scalar = scalar(lowered.targets, unit, sample: state.sample, of: count)
            let value = shown(tensor.scalars, unit, of: count, sample: state.sample)
            return SceneLine(formula: equation(symbol(scalar), numeral(value, digits: Numeral.usualDigits)), role: .plain, kind: .target)
        case .classes(let classes):
            guard options.sample != .mean else { return nil }
            let isTarget = classes[min(state.sample, classes.count - 1)] == unit
            return SceneLine(
                formula: .words(isTarget ? "target" : "class \(unit)"), role: isTarget ? .plain : .quiet, kind: .target)
        }
    }

    /// The weight and its gradient, as many edges permit.
    func edgeLines(_ weight: ScalarID, edges: Int, _ state: SceneState, reserve: Int? = nil) -> [SceneLine] {
        let lines = parameterLines(weight, .weight, state, reserve, isNamed: edges <= 16)
        return edges <= 16 ? lines : Array(lines.prefix(1))
    }

    /// What stands on an edge.
    func lines(
        of edge: NetworkGeometry.Edge, count: Int, _ state: SceneState, reserve: Int? = nil
    ) -> [SceneLine] {
        if edge.isSkip { return [skipLine(edge)] }
        var lines: [SceneLine] = []
        if let weight = edge.weight {
            lines =
                products == nil
                ? edgeLines(weight, edges: count, state, reserve: reserve)
                : Array(edgeLines(weight, edges: count, state, reserve: reserve).prefix(1))
        }
        if let products, let from = edge.from, let to = edge.to {
            let key = NetworkProducts.Key(column: edge.fromColumn, from: from, into: edge.into, to: to)
            if let line = products.lines[key] {
                lines.append(SceneLine(formula: line.formula, role: .gradient, kind: .product))
            } else if let mean = products.means[key] {
                lines.append(
                    SceneLine(formula: .row([.words("mean "), Numeral(mean).asWords]), role: .gradient, kind: .product))
            }
        }
        return lines
    }

    private func skipLine(_ edge: NetworkGeometry.Edge) -> SceneLine {
        var text: [Formula] = [
            .words(products == nil ? "skip: each unit adds its own value" : "skip: each gradient comes back × 1")
        ]
        for link in columns[edge.toColumn].links {
            if case .skip(let projection?) = link.kind, link.into == edge.into {
                let shape = trace.tape[projection.matrix].shape.map(String.init).joined(separator: " × ")
                text = [.words("skip, projected by "), "P", .words(" (\(shape))")]
            }
        }
        return SceneLine(formula: .row(text), role: .quiet, kind: .plain)
    }

    /// What stands under the loss.
    func lossNote(precision: Precision) -> Formula? {
        guard let data = lowered.id(of: .dataLoss), let penalty = lowered.id(of: .penalty) else {
            return nil
        }
        func leaf(_ id: Tape.ID) -> Arithmetic {
            .leaf(Arithmetic.Leaf(trace.pass.value(id).scalars[0], key: .value(ScalarID(id, 0).key)))
        }
        let line = precision.line(leaf(data) + leaf(penalty), result: trace.loss, key: .value(ScalarID(trace.pass.result, 0).key))
        return .row(line.numeric.parts + [.words(" penalty")])
    }
}
