import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// One weight of a recurrent layer over time: each use of it in a column of its own, the factors of what it adds above each other, and below them
/// the terms as bars that add up from the last step to the first.
struct Timeline {
    private let routes: GradientRoutes
    private let page: LayerPage
    private let subject: LayerSubject
    private let example: ScalarID
    /// From the first step to the last.
    private let columns: [Column]

    private struct Column {
        let name: String
        let term: Double
        let printed: Numeral
        let product: GradientRoutes.Product?
    }

    /// - Returns: nil where there is nothing to add up.
    init?(_ routes: GradientRoutes, _ page: LayerPage) {
        guard let example = routes.example else { return nil }
        (self.routes, self.page, subject, self.example) = (routes, page, page.subject, example)
        let products = routes.products
        columns = routes.routes.indices.reversed().map { route in
            let term = routes.part(route, example)
            return Column(
                name: routes.name(route), term: term, printed: page.precision.numeral(term, key: .branch(example.key, route)),
                product: products.first { $0.route == route })
        }
        guard columns.allSatisfy(\.term.isFinite) else { return nil }
    }

    // MARK: How a gradient gets from one step to the one before

    /// Of a layer of one unit whose state alone leads on: ∂L/∂u at one step is that at the next times the weight and the slope.
    static func chain(_ routes: GradientRoutes, _ subject: LayerSubject) -> [(from: ScalarID, to: ScalarID, line: LayerLine)] {
        guard routes.slice.rows == 1, routes.slice.columns == 1, let weight = routes.example, let layer = subject.layer else { return [] }
        let upstream = routes.products.map(\.upstream)
        return zip(upstream, upstream.dropFirst()).compactMap { later, earlier in
            // From the pre-activation through one function to the state, which the weight multiplies.
            guard let step = subject.lowered.role(of: earlier.tensor).step,
                let sum = subject.lowered.id(of: .preActivation(nil), layer, step: step)
            else { return nil }
            let slopes = subject.contributions(to: ScalarID(sum, earlier.index))
            guard slopes.count == 1, let slope = slopes.first else { return nil }
            let product = subject.gradient(later) * subject.value(weight) * slope.local
            guard abs(product - subject.gradient(earlier)) <= 1e-12 * abs(product) else { return nil }
            let arithmetic = Arithmetic.product([
                subject.gradientLeaf(later), subject.leaf(weight, .local),
                .leaf(.init(slope.local, role: .local, key: .local(slope.use))),
            ])
            return (
                later, earlier,
                LayerLine(key: .gradient(earlier.key), arithmetic: arithmetic, result: subject.gradient(earlier))
            )
        }
    }

    // MARK: Drawing

    private static let barWidth = 26.0
    private static let barsHeight = 84.0
    private static let cellHeight = 17.0

    func block() -> Block {
        let lettering = page.lettering
        let total = page.precision.numeral(subject.gradient(example), key: .gradient(example.key))
        let heads = columns.map { lettering.line(.words($0.name), BlockLettering.note, .quietInk) }
        let states = columns.map { column in column.product.map { local($0) } }
        let arriving = columns.map { column in
            column.product.map { told -> (name: Laid, number: Laid) in
                (
                    lettering.line(.role(.gradient, subject.symbols.inlineGradient(of: told.upstream)), BlockLettering.note),
                    lettering.line(.role(.gradient, page.gradient(told.upstream).asWords), BlockLettering.number)
                )
            }
        }
        let terms = columns.map { lettering.line(.role(.gradient, $0.printed.asWords), BlockLettering.strongNumber) }
        let sum = lettering.line(.role(.gradient, total.asWords), Font(size: 9.5, weight: .semibold))
        let rows = (states + arriving).compactMap(\.self)
        let cell = (rows.flatMap { [$0.name.width, $0.number.width] }.max() ?? 0) + 12
        let pitch = max(cell, (heads + terms).map(\.width).max() ?? 0, 44) + 22
        let labels = ["multiplied by", "came back", "adds"].map { lettering.line(.words($0), BlockLettering.note, .quietInk) }
        let name = lettering.line(.role(.gradient, subject.symbols.inlineGradient(of: example)), BlockLettering.name)
        let left = max((labels.map(\.width) + [sum.width, name.width]).max() ?? 0, Self.barWidth) + 14
        func x(_ column: Int) -> Double { left + pitch * (Double(column) + 0.5) }
        var list = DisplayList()
        func write(_ laid: Laid, at middle: Double, _ baseline: Double) {
            list.append(laid.moved(to: Point(middle - laid.width / 2, baseline)).content)
        }
        for (place, head) in heads.enumerated() { write(head, at: x(place), 8) }
        // What the weight was multiplied by, and what came back to the product.
        var y = 16.0
        for (row, cells) in [states, arriving].enumerated() where !rows.isEmpty {
            list.append(labels[row].moved(to: Point(0, y + 14 + Self.cellHeight / 2 + 3)).content)
            for (place, texts) in cells.enumerated() {
                guard let texts else { continue }
                write(texts.name, at: x(place), y + 9)
                let box = Rect(x(place) - cell / 2, y + 14, cell, Self.cellHeight)
                list.fill(.rect(box, radius: 3), row == 0 ? .panel : .gradientWash)
                write(texts.number, at: x(place), box.center.y + 3)
                if row == 1, place > 0, cells[place - 1] != nil {
                    list.arrow(from: Point(box.minX - 3, box.center.y), to: Point(x(place - 1) + cell / 2 + 3, box.center.y), .gradientLine)
                }
                if row == 0 { write(lettering.line(.sign(.times), BlockLettering.note, .quietInk), at: x(place), box.maxY + 10) }
            }
            y += 14 + Self.cellHeight + (row == 0 ? 15 : 8)
        }
        let bars = bars(from: y + 14, x: x, terms: terms, sum: sum, total: left / 2 - 7, into: &list)
        list.append(labels[2].moved(to: Point(0, y + 6)).content)
        write(name, at: left / 2 - 7, bars + 12)
        for (place, head) in heads.enumerated() where rows.isEmpty { write(head, at: x(place), bars + 12) }
        return Block(width: left + pitch * Double(columns.count), height: bars + 18, list: list)
    }

    /// The name and the number of what the weight was multiplied by.
    private func local(_ told: GradientRoutes.Product) -> (name: Laid, number: Laid) {
        let lettering = page.lettering
        return (
            lettering.line(.role(.local, told.other.map { subject.symbols($0) } ?? .words("slope")), BlockLettering.note),
            lettering.line(.role(.local, page.precision.numeral(told.local, key: told.localKey).asWords), BlockLettering.number)
        )
    }

    /// Each term begins where the one of the next step ends; hatched: negative.
    /// - Returns: the lower edge.
    private func bars(
        from top: Double, x: (Int) -> Double, terms: [Laid], sum: Laid, total: Double, into list: inout DisplayList
    ) -> Double {
        var levels = [0.0]
        for column in columns.reversed() { levels.append(levels[levels.count - 1] + column.term) }
        let (low, high) = (min(levels.min() ?? 0, 0), max(levels.max() ?? 0, 0))
        let span = high - low > 0 ? high - low : 1
        func y(_ level: Double) -> Double { top + 12 + Self.barsHeight * (high - level) / span }
        list.stroke(
            .line(from: Point(total - 20, y(0)), to: Point(x(columns.count - 1) + 30, y(0))), Stroke(.restingLine, width: 0.8))
        for (number, place) in columns.indices.reversed().enumerated() {
            let (start, end) = (y(levels[number]), y(levels[number + 1]))
            let next = place > 0 ? x(place - 1) + Self.barWidth / 2 : total + Self.barWidth / 2
            list.stroke(
                .line(from: Point(x(place) - Self.barWidth / 2, end), to: Point(next, end)),
                Stroke(.gradientLine, width: 0.8, dash: [2, 2]))
            bar(at: x(place), from: start, to: end, isNegative: columns[place].term < 0, id: place, words: columns[place].name, into: &list)
            label(terms[place], at: x(place), start, end, isNegative: columns[place].term < 0, into: &list)
        }
        let end = levels[levels.count - 1]
        bar(at: total, from: y(0), to: y(end), isNegative: end < 0, id: columns.count, words: "the sum", into: &list)
        label(sum, at: total, y(0), y(end), isNegative: end < 0, into: &list)
        return top + Self.barsHeight + 24
    }

    private func bar(
        at x: Double, from start: Double, to end: Double, isNegative: Bool, id: Int, words: String, into list: inout DisplayList
    ) {
        let box = Rect(x - Self.barWidth / 2, min(start, end), Self.barWidth, max(abs(end - start), 1))
        var drawn = DisplayList()
        if isNegative {
            drawn.fill(.rect(box), .gradientWash)
            drawn.stroke(.hatching(inside: box.outline(radius: 0)), Stroke(.gradientLine, width: 0.8))
            drawn.stroke(.rect(box), Stroke(.gradientLine, width: 1))
        } else {
            drawn.fill(.rect(box), .gradientLine)
        }
        list.group(Group(.bar, "term \(id + 1)", words: words), drawn)
    }

    private func label(_ laid: Laid, at x: Double, _ start: Double, _ end: Double, isNegative: Bool, into list: inout DisplayList) {
        let baseline = isNegative ? max(start, end) + 4 + laid.ascent : min(start, end) - 4
        list.append(laid.moved(to: Point(x - laid.width / 2, baseline)).content)
    }
}
