import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// Any layer: its input, parameters, intermediate results and output as grids, each entry's value above its gradient; and the routes by which
/// the gradient comes back to the input.
struct PairStory: LayerStory {
    let subject: LayerSubject
    private let layer: LoweredLayer
    private let input: TensorSlice
    private let routes: GradientRoutes?
    /// Of a recurrent layer's weights, which every step uses.
    private let weightRoutes: GradientRoutes?
    private let examples: [Example]

    /// How the gradient of one entry of the input comes about.
    private struct Example {
        let scalar: ScalarID
        let line: LayerLine
    }

    init?(_ subject: LayerSubject) {
        guard let layer = subject.layer else { return nil }
        (self.subject, self.layer) = (subject, layer)
        input = subject.slice(layer.input)
        routes = GradientRoutes(subject, input)
        weightRoutes = layer.parameters[.recurrentWeight].flatMap { GradientRoutes(subject, subject.slice($0)) }
        examples = routes == nil && subject.hasGradient(layer.input) ? Self.examples(subject, input) : []
    }

    /// The first few entries, if little enough comes back to each that it can be written out.
    private static func examples(_ subject: LayerSubject, _ input: TensorSlice) -> [Example] {
        var found: [Example] = []
        for scalar in input.scalars.prefix(64) where found.count < 3 {
            let all = subject.contributions(to: scalar)
            guard (1...4).contains(all.count), subject.gradient(scalar).isFinite else { continue }
            // What gets nothing says little.
            guard subject.gradient(scalar) != 0 || input.scalars.count <= 3 else { continue }
            let products = all.map { use in
                subject.gradientLeaf(ScalarID(use.output, use.outputIndex))
                    * .leaf(.init(use.local, role: .local, key: .local(use.use)))
            }
            let line = LayerLine(
                key: .gradient(scalar.key), arithmetic: products.count == 1 ? products[0] : .sum(products), result: subject.gradient(scalar)
            )
            found.append(Example(scalar: scalar, line: line))
        }
        return found
    }

    /// Of attention, a row of its softmax.
    private var softmax: [(left: Formula, line: LayerLine, role: Formula.Role)] {
        if case .attention = layer.layer.kind { AttentionWiring.softmax(subject, head: 0) } else { [] }
    }

    var lines: [LayerLine] {
        examples.map(\.line) + softmax.map(\.line) + (routes?.lines ?? [])
            + (weightRoutes.map { $0.lines + $0.products.map(\.line) + Timeline.chain($0, subject).map(\.line) } ?? [])
    }

    // MARK: Words

    private func example(_ page: LayerPage) -> [Formula]? {
        examples.first { subject.gradient($0.scalar) != 0 }.map { example in
            let line = example.line.line(page.precision)
            return line.numeric.parts + [.sign(line.relation), line.result.asWords]
        }
    }

    /// x₁ gets 0.5 + (−0.3) = 0.2.
    private func routed(_ words: String, _ page: LayerPage, by routes: GradientRoutes? = nil) -> [Formula]? {
        (routes ?? self.routes).flatMap { routes in
            routes.example.map { scalar in
                let line = routes.line(scalar).line(page.precision)
                return [subject.symbols.inlineGradient(of: scalar), .words(" comes back \(words): ")] + line.numeric.parts
                    + [.sign(line.relation), line.result.asWords]
            }
        }
    }

    func headlines(_ page: LayerPage) -> [Formula] {
        func said(_ text: String, with example: [Formula]? = nil) -> [Formula] {
            (example.map { [.row([.words(text + ": ")] + $0)] } ?? []) + [.words(text)]
        }
        switch layer.layer.kind {
        case .activation(let function):
            return said("Back through \(function.letter), a gradient is multiplied by the slope at its value", with: example(page))
                + said("Back through \(function.letter), each gradient is multiplied by a slope")
        case .flatten: return said("Flattening changes the shape alone: values and gradients stay as they are")
        case .globalPooling: return said("Each entry gets an equal share of the gradient of its mean", with: example(page))
        case .dropout: return dropped(page)
        case .embedding:
            return said("Only the rows of the tokens that were read get a gradient: \(tokens.count) of \(vocabulary)")
        case .positionEmbedding: return said("A sum hands its gradient on unchanged, to the input and to the positions")
        case .softmax: return said("Back through softmax, the gradients of a row of scores sum to 0")
        case .normalization(let norm):
            let ways = norm.kind == .rootMeanSquare ? ways("by two routes", where: 2) : ways("by three routes", where: 3)
            return [routed(ways, page).map { .row($0) }, .words("The gradient comes back \(ways)")].compactMap(\.self)
        case .residual:
            return [
                routed(ways("by both ways", where: 2), page).map { .row($0) },
                .words("A sum hands its gradient on twice: past the block and into it"),
            ]
            .compactMap(\.self)
        // These have stories of their own.
        case .dense, .convolution, .pooling: return []
        case .attention:
            return [routed(ways("as query, key and value", where: 3), page).map { .row($0) }].compactMap(\.self)
                + said("Each token gets its gradient as a query, as a key and as a value")
        case .recurrent:
            return [routed("from every step", page, by: weightRoutes).map { .row($0) }].compactMap(\.self)
                + said("The weights are used at every step, and collect a gradient from each")
        }
    }

    /// How the gradient comes back to the input; other operations may use it too.
    private func ways(_ usual: String, where count: Int) -> String {
        let uses = subject.uses(of: layer.input).count
        return uses == count ? usual : "by \(uses) routes"
    }

    private func dropped(_ page: LayerPage) -> [Formula] {
        guard case .dropout(let dropout) = layer.layer.kind else { return [] }
        let factor = Numeral(1 / (1 - dropout.rate)).text
        // Beside the layer other operations may use its input.
        let zero = input.scalars.first { scalar in
            subject.contributions(to: scalar).allSatisfy { $0.output != layer.output || $0.local == 0 }
        }
        guard let zero else { return [.words("Nothing is dropped here: values and gradients are multiplied by \(factor)")] }
        return [
            .row([
                .words("Dropped both ways: "), subject.symbols(ScalarID(layer.output, zero.index)),
                .words(" is 0 and passes no gradient back; the others are \(factor) times as large"),
            ]),
            .words("The mask drops values and gradients alike"),
        ]
    }

    /// The tokens of the sample, each once, in order.
    private var tokens: [Int] {
        guard case .tokens = layer.inputShape else { return [] }
        let all = subject.trace.pass.value(layer.input).scalars.compactMap { Int(exactly: $0) }
        return Set(all).sorted()
    }

    private var vocabulary: Int { if case .tokens(_, let count) = layer.inputShape { count } else { 0 } }

    func subtitle(_ page: LayerPage) -> [Formula] {
        guard case .normalization(let norm) = layer.layer.kind else { return [legend(page)] }
        let what = norm.kind == .rootMeanSquare ? "mean square" : "variance"
        return [
            legend(page),
            .words("ε = \(Numeral(norm.epsilon).text) is added to the \(what) before its root is taken."),
        ]
    }

    // MARK: The grids

    /// What the layer computes on its way, and what stands in it.
    private var inside: [Tape.ID] {
        subject.trace.tape.allIDs.filter { id in
            let role = subject.lowered.role(of: id)
            guard role.layer == layer.id, id != layer.output, id != layer.input, role.step == nil else { return false }
            return true
        }
    }

    private func tile(_ id: Tape.ID, _ page: LayerPage) -> Block {
        let slice = subject.slice(id)
        var tile = page.tile("\(id.index)", slice, [.value, .gradient])
        if case .embedding = layer.layer.kind, id == layer.parameters[.weight] {
            let kept = Array(tokens.prefix(LayerPage.most.rows))
            tile.rows = Shown(kept, of: slice.rows)
            tile.rowKeys = kept.map { .words("token \($0)") }
            tile.notes = page.notes(slice, tile.rows, tile.columns)
        }
        return tile.block(page.lettering)
    }

    func sections(_ page: LayerPage) -> [LayerSection] {
        let inside = inside
        if case .attention(let attention) = layer.layer.kind { return attended(attention, page) + back(page) }
        let ends = [layer.input, layer.output].map { tile($0, page) }
        let between = inside.prefix(8).map { tile($0, page) } + states(page)
        var words: [Formula] = [.words("Each cell: the value above, below it the gradient of the loss with respect to it.")]
        if inside.count > 8 { words.append(.words("\(inside.count - 8) more tensors of the layer are not shown.")) }
        let inner = layer.inner.last.map { [tile($0.output, page)] } ?? []
        let first = [
            LayerSection(
                heading: .row([
                    .words("\(layer.layer.name): "), subject.symbols.tensor(layer.input), .sign(.maps),
                    subject.symbols.tensor(layer.output),
                ]),
                words: words,
                blocks: [ends[0], page.arrow(nil)] + between + inner
                    + [between.isEmpty && inner.isEmpty ? ends[1] : .row([page.arrow(nil), ends[1]], gap: 10)], gap: 10)
        ]
        return first + back(page)
    }

    /// The states of a recurrent layer from one step to the next.
    private func states(_ page: LayerPage) -> [Block] {
        guard case .recurrent = layer.layer.kind, case .sequence(let time, _) = layer.inputShape else { return [] }
        // An initial state that the lesson gives is among the layer's own numbers already.
        let isGiven = inside.contains { subject.lowered.role(of: $0) == .given(.initialState, layer.id) }
        return Shown(time + 1, most: 6).indices.filter { $0 > 0 || !isGiven }.compactMap { step in
            subject.lowered.id(of: .hidden, layer, step: step).flatMap { $0 == layer.output || inside.contains($0) ? nil : tile($0, page) }
        }
    }

    /// Queries, keys and values, the squares of scores and weights, and what they mix: one head after the other.
    private func attended(_ attention: AttentionLayer, _ page: LayerPage) -> [LayerSection] {
        let wired = AttentionWiring(page: page, layer: layer, attention: attention, head: 0).block()
        let heads = Shown(attention.heads, most: 2).indices.prefix(attention.heads > 2 ? 1 : 2).dropFirst(wired == nil ? 0 : 1)
        func block(_ part: Part, _ head: Int) -> Block? {
            guard let id = subject.lowered.id(of: part, layer) else { return nil }
            let slice = subject.slice(id, first: [head])
            let isSquare = part == .scores || part == .weights
            var tile = page.tile("\(id.index) head \(head + 1)", slice, [.value, .gradient])
            let (rows, columns) = (tile.rows, tile.columns)
            tile = TensorTile(id: tile.id, name: tile.name, notes: tile.notes, rows: rows, columns: columns) { row, column in
                guard isSquare, attention.isCausal, column > row else {
                    return page.cell(slice.scalar(row, column), [.value, .gradient])
                }
                return TensorTile.Cell(isHatched: true, words: "masked")
            }
            if isSquare {
                tile.rowKeys = rows.indices.map { .words("\($0 + 1)") }
                tile.columnKeys = columns.indices.map { .words("\($0 + 1)") }
            }
            return tile.block(page.lettering)
        }
        var blocks: [Block] = []
        for part in [Part.query, .key, .value] { blocks += heads.compactMap { block(part, $0) } }
        let squares = heads.flatMap { head -> [Block] in
            let (scores, weights) = (block(.scores, head), block(.weights, head))
            let parts = [scores, page.arrow(.words("softmax")), weights].compactMap(\.self)
            return page.isWide ? [.row(parts, gap: 10)] : parts
        }
        var ends: [Block] = []
        if let context = subject.lowered.id(of: .context, layer), context != layer.output {
            ends += [tile(context, page), page.arrow(nil)]
        }
        ends.append(tile(layer.output, page))
        let left = attention.heads - heads.count - (wired == nil ? 0 : 1)
        let more = left > 0 ? [Formula.words("\(left) more \(left == 1 ? "head is" : "heads are") not shown.")] : []
        let mask = attention.isCausal ? [Formula.words("Hatched: a token sees none that comes later, so there is no score.")] : []
        let rows = Formula.words(
            "Rows: the token that asks; columns: the tokens that it looks at. Rows of weights sum to 1, rows of the scores’ gradients to 0."
        )
        let scale: [Formula] =
            switch attention.scale {
            case .standard:
                input.columns > 1 && attention.size(for: input.columns) > 1
                    ? [.words("A score is the product of a query and a key, divided by √\(attention.size(for: input.columns)).")] : []
            case .number(let number):
                number == 1 ? [] : [.words("A score is the product of a query and a key, times \(Numeral(number).text).")]
            }
        let asks = Formula.words(
            "Each token asks (query), is found (key) and is read (value). In each cell: the value above, the gradient below.")
        var sections: [LayerSection] = []
        if let wired {
            let name = attention.heads > 1 ? "The first of \(attention.heads) heads" : "One head"
            sections.append(
                LayerSection(
                    heading: .words("\(name), there and back"), words: [asks, rows] + scale + mask + more, blocks: [wired], isWide: true))
        }
        if !heads.isEmpty {
            let second = wired == nil ? "Queries, keys, values" : "Head \(heads.map { String($0 + 1) }.joined(separator: ", "))"
            sections.append(
                LayerSection(
                    heading: .words(second), words: wired == nil ? [asks, rows] + scale + mask + more : [],
                    blocks: (wired == nil ? [tile(layer.input, page), page.arrow(nil)] : []) + blocks + squares, gap: 12))
        }
        let equations = softmax.map { page.equation([$0.left], $0.line.line(page.precision), $0.role) }
        // What stands in parentheses does not wrap.
        if !equations.isEmpty, equations.allSatisfy({ $0.width <= page.sectionWidth }) {
            sections.append(
                LayerSection(
                    heading: .words("Softmax, the last token’s row"),
                    words: [.words("A score’s gradient is its weight times how far what came back lies above the row’s mean.")],
                    blocks: [.column(equations, gap: 9)]))
        }
        let parameters = layer.parameters.values.sorted { $0.index < $1.index }.map { tile($0, page) }
        return sections + [
            LayerSection(
                heading: .words("What the weights mix"), words: [.words("Weights times values, the heads side by side, and the output.")],
                blocks: ends, gap: 12),
            LayerSection(
                heading: .words("The projections"),
                words: [.words("Each is used for every token, so its gradient is a sum over all of them.")],
                blocks: parameters, gap: 12),
        ]
    }

    private func back(_ page: LayerPage) -> [LayerSection] {
        var sections: [LayerSection] = []
        if let weightRoutes {
            let products = weightRoutes.products.map { product in
                page.equation(
                    [.words(weightRoutes.name(product.route) + ": "), product.symbols], product.line.line(page.precision), .gradient,
                    font: Font(size: 9))
            }
            let timeline = Timeline(weightRoutes, page)?.block()
            let isDrawn = timeline.map { $0.width <= page.sectionWidth } ?? false
            if let timeline, isDrawn { sections.append(timeSection(timeline, products, weightRoutes, page)) }
            if !isDrawn || weightRoutes.slice.scalars.count > 1 {
                sections.append(
                    LayerSection(
                        heading: .words(isDrawn ? "All of the weights" : "One weight, a term from each step"),
                        words: [.words("Every step uses the same weights, so the contributions of all steps add up.")],
                        blocks: (products.isEmpty || isDrawn ? [] : [.column(products, gap: 7)]) + weightRoutes.blocks(page), gap: 7))
            }
        }
        if !examples.isEmpty {
            sections.append(
                LayerSection(
                    heading: .row([.role(.gradient, .words("Back to ")), subject.valueName(layer.input)]),
                    words: [
                        .row([
                            .words("Each "), .role(.gradient, .words("gradient")), .words(" that arrives, times the "),
                            .role(.local, .words("local derivative")), .words("."),
                        ])
                    ],
                    blocks: [.column(examples.map { lettered($0, page) }, gap: 9)]))
        }
        if let routes, weightRoutes == nil {
            sections.append(
                LayerSection(
                    heading: .words("Back by \(routes.routes.count) routes, which add up"),
                    words: [.row([.words("What comes back to "), subject.valueName(layer.input), .words(" by each use of it.")])],
                    blocks: routes.blocks(page), gap: 7))
        }
        return sections
    }

    /// One weight's uses in columns, and how the gradient got from each step to the one before.
    private func timeSection(_ timeline: Block, _ products: [Block], _ routes: GradientRoutes, _ page: LayerPage) -> LayerSection {
        let chain = Timeline.chain(routes, subject)
        var words: [Formula] = [
            .words("The way back is from right to left. At each step, what came back is multiplied by the state before it."),
            .words("The bars add up to the gradient; hatched: negative."),
        ]
        if !chain.isEmpty {
            words.append(.words("One step further back, a gradient is multiplied by the weight and by the slope of the state."))
        }
        let links = chain.map { page.equation([subject.symbols.inlineGradient(of: $0.to)], $0.line.line(page.precision), .gradient) }
        return LayerSection(
            heading: .words("One weight, used at every step"), words: words,
            blocks: [timeline] + [.column(products, gap: 7), .column(links, gap: 7)].filter { $0.height > 0 }, gap: 12)
    }

    private func lettered(_ example: Example, _ page: LayerPage) -> Block {
        page.equation(
            [subject.symbols.inlineGradient(of: example.scalar)], example.line.line(page.precision), .gradient, font: Font(size: 9.5))
    }
}
