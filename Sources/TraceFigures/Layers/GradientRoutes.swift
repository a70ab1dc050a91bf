import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces

/// A tensor's gradient as a sum: what comes back from each operation that uses it.
struct GradientRoutes {
    private let subject: LayerSubject
    let slice: TensorSlice
    private let rows, columns: Shown
    /// The operations of each route; of many time steps those between the last two and the first are one.
    let routes: [[Tape.ID]]
    /// By route and scalar.
    private var parts: [[ScalarID: Double]]

    static let most = 4

    /// - Returns: nil where there is only one route, or where the tensor has no gradient.
    init?(_ subject: LayerSubject, _ slice: TensorSlice) {
        let uses = subject.uses(of: slice.id)
        guard uses.count > 1, subject.hasGradient(slice.id) else { return nil }
        self.subject = subject
        self.slice = slice
        rows = Shown(slice.rows, most: LayerPage.most.rows)
        columns = Shown(slice.columns, most: 4)
        // The last use is the first on the way back.
        let ordered = subject.lowered.role(of: uses[0]).step == nil ? uses : uses.reversed()
        routes =
            ordered.count <= Self.most
            ? ordered.map { [$0] } : [[ordered[0]], [ordered[1]], Array(ordered[2..<ordered.count - 1]), [ordered[ordered.count - 1]]]
        var places: [Tape.ID: Int] = [:]
        for (place, route) in routes.enumerated() { for id in route { places[id] = place } }
        parts = [[ScalarID: Double]](repeating: [:], count: routes.count)
        for scalar in shown {
            for contribution in subject.contributions(to: scalar) {
                guard let place = places[contribution.output] else { continue }
                parts[place][scalar, default: 0] += contribution.product
            }
        }
    }

    private var shown: [ScalarID] { rows.indices.flatMap { row in columns.indices.map { slice.scalar(row, $0) } } }

    func part(_ route: Int, _ scalar: ScalarID) -> Double { subject.withoutNoise(parts[route][scalar] ?? 0) }

    var lines: [LayerLine] { shown.map(line) }

    func line(_ scalar: ScalarID) -> LayerLine {
        let terms = routes.indices.map { route in
            Arithmetic.leaf(.init(part(route, scalar), role: .gradient, key: .branch(scalar.key, route)))
        }
        return LayerLine(key: .gradient(scalar.key), arithmetic: .sum(terms), result: subject.gradient(scalar))
    }

    /// The entry that is told: the one with the largest gradient among those to which something comes by the most routes.
    var example: ScalarID? {
        func rank(_ scalar: ScalarID) -> (Int, Double) {
            (routes.indices.count { part($0, scalar) != 0 }, abs(subject.gradient(scalar)))
        }
        return shown.max { rank($0) < rank($1) }
    }

    /// What one route adds to the told entry: a gradient that arrives times a local derivative.
    struct Product {
        let route: Int
        let upstream: ScalarID
        /// The scalar whose value is the local derivative.
        let other: ScalarID?
        let local: Double
        let localKey: NumberKey
        let symbols: Formula
        let line: LayerLine
    }

    /// Of the told entry, the product that each route with a single one adds.
    var products: [Product] {
        guard let example else { return [] }
        let all = subject.contributions(to: example)
        return routes.indices.compactMap { route in
            let own = all.filter { routes[route].contains($0.output) }
            guard own.count == 1, let use = own.first, let operation = subject.operation(use.output) else { return nil }
            let output = ScalarID(use.output, use.outputIndex)
            // What the weight was multiplied with.
            let other = operation.operands.first { $0 != slice.id }.flatMap { id -> ScalarID? in
                let width = max(subject.trace.tape[slice.id].shape.last ?? 1, 1)
                let place = ScalarID(id, min(example.index % width, subject.trace.tape[id].shape.reduce(1, *) - 1))
                return subject.value(place) == use.local ? place : nil
            }
            let local: Arithmetic = other.map { subject.leaf($0, .local) } ?? .leaf(.init(use.local, role: .local, key: .local(use.use)))
            let symbols: Formula = .row(
                [.role(.gradient, subject.symbols.inlineGradient(of: output))]
                    + (other.map { [.sign(.dot), .role(.local, subject.symbols($0))] } ?? []))
            return Product(
                route: route, upstream: output, other: other, local: use.local,
                localKey: other.map { .value($0.key) } ?? .local(use.use), symbols: symbols,
                line: LayerLine(
                    key: .branch(example.key, route), arithmetic: subject.gradientLeaf(output) * local, result: part(route, example)))
        }
    }

    func name(_ route: Int) -> String {
        let ids = routes[route]
        let role = subject.lowered.role(of: ids[0])
        if let step = role.step {
            guard ids.count > 1, let last = subject.lowered.role(of: ids[ids.count - 1]).step else { return "at step \(step)" }
            return "at steps \(min(step, last)) to \(max(step, last))"
        }
        if ids.count > 1 { return "\(ids.count) other uses" }
        guard case .part(let part, let id, _) = role else { return "by the penalty" }
        switch part {
        case .mean: return "through the mean"
        case .variance: return "through the variance"
        case .meanSquare: return "through the mean square"
        case .normalized: return "directly"
        case .query: return "as a query"
        case .key: return "as a key"
        case .value: return "as a value"
        case .projected: return "past the block"
        case .output:
            let layer = subject.lowered.layers.flattened.first { $0.id == id }
            if case .residual? = layer?.layer.kind { return "past the block" }
            return "through \(layer?.layer.heading ?? "the rest")"
        case .largestSingularValue: return "through the norm"
        case .normalizedWeight: return "directly"
        case .scores, .weights, .context, .stepInput, .fromInput, .fromState, .preActivation, .gate, .hidden, .cell, .kept, .written,
            .squashedCell, .candidateShare, .resetState:
            return "through \(part.face)"
        }
    }

    /// The matrices that come back, with + between them, and their sum.
    func blocks(_ page: LayerPage) -> [Block] {
        var blocks: [Block] = []
        for route in routes.indices {
            let tile = TensorTile(id: "\(slice.id.index) route \(route + 1)", name: .words(name(route)), rows: rows, columns: columns) {
                let scalar = slice.scalar($0, $1)
                let numeral = page.precision.numeral(part(route, scalar), key: .branch(scalar.key, route))
                return TensorTile.Cell(
                    lines: [(numeral.asWords, .gradient)],
                    words: "\(subject.symbols.inlineGradient(of: scalar).plainText) \(name(route)): \(numeral.text)")
            }
            let block = tile.block(page.lettering)
            blocks.append(route == 0 ? block : .row([page.lettering.sign(.plus), block], gap: 7))
        }
        let total = TensorTile(
            id: "\(slice.id.index) sum", name: subject.gradientName(slice.id), notes: page.notes(slice, rows, columns), rows: rows,
            columns: columns
        ) {
            var cell = page.cell(slice.scalar($0, $1), [.gradient])
            cell.isStrong = true
            return cell
        }
        return blocks + [.row([page.lettering.sign(.equals), total.block(page.lettering)], gap: 7)]
    }
}
