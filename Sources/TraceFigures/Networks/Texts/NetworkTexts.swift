import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// The formulas of a network diagram: symbols, numbers, and the small lines next to units and on edges.
struct NetworkTexts {
    let values: NetworkValues
    let teller: Storyteller
    var symbols: Symbols { teller.symbols }
    /// Contributions by edge, if the diagram shows products.
    let products: NetworkProducts?
    /// The gradients through the skip connection and through the block, at units before a block.
    let skips: [NetworkSkips.Unit: NetworkSkips.Ways]
    /// The digits of the numbers in products and in what skips add up to.
    let precision: Precision
    /// Significant digits that room is kept for.
    let reserve: Int
    private let memory = Memory()

    init(_ values: NetworkValues, _ teller: Storyteller, products: NetworkProducts?, reserve: Int) {
        self.values = values
        self.teller = teller
        self.products = products
        self.reserve = reserve
        let skips = products == nil ? NetworkSkips(values) : nil
        self.skips = skips?.ways ?? [:]
        precision = products?.precision ?? skips?.precision ?? Precision()
    }

    /// The purpose of lines.
    enum Showing {
        /// To be read, with what is known so far.
        case state(SceneState)
        /// To be measured: all of them, with as many digits as any state may need.
        case room

        fileprivate var state: SceneState {
            switch self {
            case .state(let state): state
            case .room: SceneState()
            }
        }

        fileprivate func shows(valueOf scalar: ScalarID) -> Bool {
            switch self {
            case .state(let state): state.shows(valueOf: scalar)
            case .room: true
            }
        }

        fileprivate func shows(gradientOf scalar: ScalarID) -> Bool {
            switch self {
            case .state(let state): state.shows(gradientOf: scalar)
            case .room: true
            }
        }
    }

    /// Texts made before: most are the same from one drawing to the next.
    private struct Memory: Sendable {
        struct Number: Hashable, Sendable {
            /// The bits, since NaN would not equal itself.
            let bits: UInt64
            let digits: Int
        }

        let numbers = Memo<Number, Numeral>()
        let symbols = Memo<ScalarID, Formula>()
    }
}

// Symbols and numbers
extension NetworkTexts {
    private func fullSymbol(_ scalar: ScalarID) -> Formula { memory.symbols.value(of: scalar) { symbols(scalar) } }

    func numeral(_ value: Double, digits: Int) -> Numeral {
        memory.numbers.value(of: Memory.Number(bits: value.bitPattern, digits: digits)) { Numeral(value, digits: digits) }
    }

    private func numeral(_ value: Double, _ key: NumberKey, _ showing: Showing) -> Numeral {
        switch showing {
        case .state(let state): state.precision.numeral(printedFor: key) ?? numeral(value, digits: digits(of: key, state))
        case .room: numeral(value, digits: reserve)
        }
    }

    func digits(of key: NumberKey, _ state: SceneState) -> Int {
        max(state.precision.digits(of: key), precision.digits(of: key))
    }

    func key(valueOf scalar: ScalarID) -> NumberKey { .value(symbols.named(scalar).key) }

    /// A symbol in the diagram; for the mean over a batch without the sample's number.
    func symbol(_ scalar: ScalarID) -> Formula {
        values.sample == .mean && values.batch > 1 ? symbols(scalar, isMean: true) : fullSymbol(scalar)
    }

    /// The numbers of a node; nil where they are not known yet.
    func numerals(of scalar: ScalarID, _ state: SceneState) -> (value: Numeral?, gradient: Numeral?) {
        let isMean = values.sample == .mean
        let count = values.count(of: scalar.tensor)
        let unit = scalar.index % max(count, 1)
        func numeral(_ numbers: [Double], _ key: NumberKey) -> Numeral {
            let shown = values.shown(numbers, unit, of: count, sample: state.sample)
            return isMean ? self.numeral(shown, digits: 4) : self.numeral(shown, key, .state(state))
        }
        let isKnown = state.shows(valueOf: scalar) || values.isSource(scalar.tensor)
        return (
            isKnown ? numeral(values.trace.pass.value(scalar.tensor).scalars, key(valueOf: scalar)) : nil,
            state.shows(gradientOf: scalar) ? numeral(values.trace.pass.gradient(scalar.tensor).scalars, .gradient(scalar.key)) : nil
        )
    }

    /// The tensors of a block, and the paint of each: its values, and their gradients unless they are names.
    func blockTensors(of column: NetworkColumns.Column) -> [(numbers: [Double], ink: Paint)] {
        let pass = values.trace.pass
        let own = (pass.value(column.shown).scalars, Paint.value)
        return column.isOfTokens ? [own] : [own, (pass.gradient(column.shown).without(noise: teller.noise).scalars, .gradient)]
    }

    /// The number in a cell of a block.
    func cellNumber(_ numbers: [Double], _ entry: Int, of column: NetworkColumns.Column, sample: Int) -> Numeral {
        numeral(values.shown(numbers, entry, of: column.count, sample: sample), digits: Numeral.usualDigits)
    }

    func lossNumeral(_ state: SceneState) -> Numeral {
        numeral(values.trace.loss, .value(ScalarID(values.lowered.loss, 0).key), .state(state))
    }

    /// "w₅ = 0.4".
    private func equation(_ symbol: Formula, _ number: Numeral) -> Formula {
        .row(symbol.parts + [.sign(.equals), number.asWords])
    }
}

// Small lines
extension NetworkTexts {
    /// The bias and its gradient.
    func linesUnderPill(_ index: Int, _ unit: Int, _ showing: Showing) -> [SceneLine] {
        guard let bias = values.columns[index].bias else { return [] }
        return parameterLines(ScalarID(bias, unit), .bias, showing)
    }

    /// A parameter's gradient, clipped where it was.
    func gradientNumeral(of parameter: ScalarID, _ showing: Showing) -> Numeral {
        guard let clipped = showing.state.clipped[parameter] else {
            return numeral(values.gradient(parameter), .gradient(parameter.key), showing)
        }
        return numeral(clipped, .clipped(parameter.key), showing)
    }

    private func parameterLines(
        _ scalar: ScalarID, _ kind: SceneLine.Kind, _ showing: Showing, isNamed: Bool = true
    ) -> [SceneLine] {
        let key: NumberKey = showing.state.updated[scalar] == nil ? key(valueOf: scalar) : .updated(scalar.key)
        var number = numeral(values.value(scalar, showing.state), key, showing)
        // A mistake's way back may take a weight for another number, which needs room too.
        if case .room = showing, let seen = values.trace.pass.faults.seen[scalar.tensor] {
            let other = numeral(seen.scalars[scalar.index], key, showing)
            if other.text.count > number.text.count { number = other }
        }
        var lines = [
            SceneLine(formula: isNamed ? equation(fullSymbol(scalar), number) : number.asWords, role: .value, kind: kind)
        ]
        let slope = gradientNumeral(of: scalar, showing)
        lines.append(
            SceneLine(
                formula: slope.asWords, role: .gradient, kind: .gradient,
                isHidden: !showing.shows(gradientOf: scalar)))
        return lines
    }

    /// σ′, the target, and the sum of the arriving gradients.
    func linesUnderCircle(_ index: Int, _ unit: Int, _ showing: Showing) -> [SceneLine] {
        let column = values.columns[index]
        var lines: [SceneLine] = []
        if let z = column.preActivation, let activation = column.activation {
            let slope = values.slope(of: column, unit, sample: showing.state.sample)
            let scalar = values.scalar(column.shown, unit, sample: showing.state.sample, of: column.count)
            let argument = values.scalar(z, unit, sample: showing.state.sample, of: column.count)
            let use = NumberKey.Use(from: argument.key, to: scalar.key, operand: 0)
            let number = numeral(slope, .local(use), showing)
            lines.append(
                SceneLine(
                    formula: equation(.prime(.name(activation.derivativeLetter)), number), role: .local, kind: .slope,
                    isHidden: !showing.shows(valueOf: scalar) || showing.state.keepsSecrets))
        } else {
            lines += linesUnderPill(index, unit, showing)
        }
        if let line = dropoutLine(index, unit, showing) { lines.append(line) }
        if index == values.columns.count - 1 { lines += [probabilityLine(unit, showing), targetLine(unit, showing)].compactMap(\.self) }
        if let ways = skips[.init(column: index, unit: unit)] {
            let scalar = values.scalar(column.shown, unit, sample: showing.state.sample, of: column.count)
            for (numeral, way, isLeftOut) in [(ways.past, " by the skip", ways.lacksPast), (ways.through, " by the block", false)] {
                lines.append(
                    SceneLine(
                        formula: .row([numeral.asWords, .words(way)]), role: .gradient, kind: .sum,
                        isHidden: !showing.shows(gradientOf: scalar), isLeftOut: isLeftOut))
            }
        }
        if let products {
            let key = NetworkProducts.Key(column: index, from: unit, into: column.shown, to: unit)
            if let sum = products.sums[key] {
                lines.append(SceneLine(formula: sum.formula, role: .gradient, kind: .sum))
            }
        }
        return lines
    }

    /// What dropout leaves of a unit: "d₁ = 2 · h₁".
    private func dropoutLine(_ index: Int, _ unit: Int, _ showing: Showing) -> SceneLine? {
        let column = values.columns[index]
        guard values.sample != .mean, case .result(.dropout(let dropout), let operands) = values.trace.tape[column.shown].origin else {
            return nil
        }
        let scalar = values.scalar(column.shown, unit, sample: showing.state.sample, of: column.count)
        let input = ScalarID(operands[0], scalar.index)
        // As the forward pass has it, whatever the backward pass takes it to be.
        let mask = values.trace.pass.value(operands[1])
        let factor = mask.scalars[dropout.place(of: scalar.index, mask: mask.count)] / (1 - dropout.rate)
        return SceneLine(
            formula: .row(
                symbol(scalar).parts + [.sign(.equals), Numeral(factor, digits: Numeral.usualDigits).asWords, .sign(.dot)]
                    + symbol(input).parts), role: .local, kind: .plain, isHidden: !showing.shows(valueOf: scalar))
    }

    /// Whether outputs are scores, of which the loss makes probabilities.
    var showsProbabilities: Bool { values.sample != .mean && teller.probabilityRule != nil }

    /// The probability that a loss computes from an output: "p₂ = 0.4456".
    private func probabilityLine(_ unit: Int, _ showing: Showing) -> SceneLine? {
        guard values.sample != .mean else { return nil }
        let count = values.columns[values.columns.count - 1].count
        let score = values.scalar(values.lowered.output, unit, sample: showing.state.sample, of: count)
        guard let probability = teller.probability(of: score)?.value else { return nil }
        return SceneLine(
            formula: equation(teller.probabilitySymbol(of: score), numeral(probability, .probability(score.key), showing)), role: .value,
            kind: .plain, isHidden: !showing.shows(valueOf: score) || showing.state.keepsSecrets)
    }

    private func targetLine(_ unit: Int, _ showing: Showing) -> SceneLine? {
        let count = values.columns[values.columns.count - 1].count
        switch values.lowered.problem.targets {
        case .values(let tensor):
            guard let targets = values.lowered.targets else { return nil }
            let scalar = values.scalar(targets, unit, sample: showing.state.sample, of: count)
            let value = values.shown(tensor.scalars, unit, of: count, sample: showing.state.sample)
            return SceneLine(formula: equation(symbol(scalar), numeral(value, digits: Numeral.usualDigits)), role: .plain, kind: .target)
        case .classesByStep, .absent: return nil
        case .classes(let classes):
            guard values.sample != .mean else { return nil }
            let isTarget = classes[min(showing.state.sample, classes.count - 1)] == unit
            return SceneLine(
                formula: .words(isTarget ? "class \(unit), the target" : "class \(unit)"), role: isTarget ? .plain : .quiet, kind: .target)
        }
    }

    /// An edge, identified by what its label shows.
    struct EdgeLabelKey {
        let column, from: Int
        let into: Tape.ID
        let to: Int
        let weight: ScalarID?
    }

    /// The lines on an edge: the weight and its gradient, or, with products, the gradient along it.
    func lines(of edge: NetworkGeometry.Edge, _ showing: Showing) -> [SceneLine] {
        guard edge.isSkip else { return edge.key.map { lines(of: $0, showing) } ?? [] }
        guard let key = edge.key else { return [skipLine(edge)] }
        let carried = products == nil ? [] : lines(of: key, showing)
        let pass = values.trace.pass
        let isLeftOut = pass.faults.lost.contains(BackwardFaults.Use(edge.into, operand: 0))
        let times = Formula.row([.sign(.times), .words(" 1")])
        return carried.isEmpty ? [SceneLine(formula: times, role: .local, kind: .plain, isLeftOut: isLeftOut)] : carried
    }

    func lines(of edge: EdgeLabelKey, _ showing: Showing) -> [SceneLine] {
        let own = edge.weight.map { parameterLines($0, .weight, showing) } ?? []
        guard let products else { return own }
        let key = NetworkProducts.Key(column: edge.column, from: edge.from, into: edge.into, to: edge.to)
        let carried: Formula? =
            products.lines[key]?.formula ?? products.means[key].map { .row([.words("mean "), Numeral($0).asWords]) }
        return own.prefix(1) + (carried.map { [SceneLine(formula: $0, role: .gradient, kind: .product)] } ?? [])
    }

    /// The lines in an edge's cell of a grid: the weight's symbol, its value, and its gradient.
    func cellLines(of edge: EdgeLabelKey, _ showing: Showing) -> [SceneLine] {
        guard products == nil, let weight = edge.weight else { return lines(of: edge, showing) }
        return [SceneLine(formula: fullSymbol(weight), role: .quiet, kind: .plain)]
            + parameterLines(weight, .weight, showing, isNamed: false)
    }

    private func skipLine(_ edge: NetworkGeometry.Edge) -> SceneLine {
        var text: [Formula] = [
            .words(products == nil ? "skip: each unit adds its own value" : "skip: each gradient comes back × 1")
        ]
        for link in values.columns[edge.toColumn].links {
            if case .skip(let projection?) = link.kind, link.into == edge.into {
                let shape = values.trace.tape[projection.matrix].shape.map(String.init).joined(separator: " × ")
                text = [.words("skip, projected by "), "P", .words(" (\(shape))")]
            }
        }
        return SceneLine(formula: .row(text), role: .quiet, kind: .plain)
    }

    /// "loss L".
    var lossName: Formula { .row([.words("loss "), symbols.resultName]) }

    /// The line below the loss.
    func lossNote(precision: Precision) -> Formula? {
        guard let data = values.lowered.id(of: .dataLoss), let penalty = values.lowered.id(of: .penalty) else {
            return nil
        }
        func leaf(_ id: Tape.ID) -> Arithmetic {
            .leaf(Arithmetic.Leaf(values.trace.pass.value(id).scalars[0], key: .value(ScalarID(id, 0).key)))
        }
        let line = precision.line(
            leaf(data) + leaf(penalty), result: values.trace.loss, key: .value(ScalarID(values.trace.pass.result, 0).key))
        return .row(line.numeric.parts + [.words(" penalty")])
    }
}
