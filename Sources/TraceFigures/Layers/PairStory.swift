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
    let layer: LoweredLayer
    let input: TensorSlice
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
    var softmax: [(left: Formula, line: LayerLine, role: Formula.Role)] {
        if case .attention = layer.layer.kind { AttentionWiring.softmax(subject, head: 0) } else { [] }
    }

    var lines: [LayerLine] {
        examples.map(\.line) + softmax.map(\.line) + (routes?.lines ?? []) + (readAgain.map { [$0.line] } ?? [])
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
        case .dropout: return dropped
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
            return [stepped.flatMap { routed($0, page, by: weightRoutes).map { .row($0) } }].compactMap(\.self)
                + said("The weights are used at every step, and their gradients are the sums over all of them")
        }
    }

    /// From which steps something comes back to a recurrent weight; nil where nothing does.
    private var stepped: String? {
        guard let weightRoutes, let example = weightRoutes.example else { return nil }
        let all = subject.contributions(to: example)
        let passed = all.count { subject.withoutNoise($0.product) != 0 }
        return passed == 0 ? nil : passed == all.count ? "from every step" : "from \(passed) of \(all.count) steps"
    }

    /// How the gradient comes back to the input; other operations may use it too.
    private func ways(_ usual: String, where count: Int) -> String {
        let uses = subject.uses(of: layer.input).count
        return uses == count ? usual : "by \(uses) routes"
    }

    private var dropped: [Formula] {
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

    /// The rows of a recurrent layer's weights: r₁, r₂, z₁, z₂, n₁, n₂.
    private static func rowKeys(_ recurrent: RecurrentLayer) -> [Formula] {
        recurrent.cell.gates.flatMap { gate in
            (1...recurrent.units).map { unit in
                let letter = Formula.name(gate.letter(in: recurrent.cell))
                return recurrent.units == 1 ? letter : .sub(letter, .name(String(unit)))
            }
        }
    }

    /// "Rows of its weights: reset r, update z, candidate n, by unit."
    private var meaningOfRows: Formula? {
        guard case .recurrent(let recurrent) = layer.layer.kind, !recurrent.cell.gates.isEmpty else { return nil }
        let gates = recurrent.cell.gates.map { gate -> Formula in
            let word =
                switch gate {
                case .input: "input gate "
                case .forget: "forget gate "
                case .candidate: "candidate "
                case .output: "output gate "
                case .reset: "reset gate "
                case .update: "update gate "
                }
            return .row([.words(word), .name(gate.letter(in: recurrent.cell))])
        }
        return .row([.words("Rows of the weights: "), .joined(gates, by: .comma), .words(recurrent.units > 1 ? ", by unit." : ".")])
    }

    func tile(_ id: Tape.ID, _ page: LayerPage) -> Block {
        let slice = subject.slice(id)
        var tile = page.tile("\(id.index)", slice, [.value, .gradient])
        if case .embedding = layer.layer.kind, id == layer.parameters[.weight] {
            let unread = (0..<slice.rows).lazy.filter { !tokens.contains($0) }
            // Of rows without a gradient one is enough, where there is no room for all.
            let kept =
                slice.rows <= LayerPage.most.rows
                ? Array(0..<slice.rows) : (tokens.prefix(LayerPage.most.rows - 1) + unread.prefix(1)).sorted()
            tile.rows = Shown(kept, of: slice.rows)
            tile.rowKeys = kept.map { .words(tokens.contains($0) ? "token \($0)" : "token \($0), not read") }
            tile.notes = page.notes(slice, tile.rows, tile.columns)
        }
        if case .parameter = subject.lowered.role(of: id), case .recurrent(let recurrent) = layer.layer.kind {
            let keys = Self.rowKeys(recurrent)
            if slice.rows == keys.count { tile.rowKeys = tile.rows.indices.map { keys[$0] } }
            if slice.rows == 1, slice.columns == keys.count { tile.columnKeys = tile.columns.indices.map { keys[$0] } }
        }
        return tile.block(page.lettering)
    }

    func sections(_ page: LayerPage) -> [LayerSection] {
        let inside = inside
        if case .attention(let attention) = layer.layer.kind { return attended(attention, page) + back(page) }
        let ends = [layer.input, layer.output].map { tile($0, page) }
        let between = inside.prefix(8).map { tile($0, page) } + states(page)
        var words: [Formula] = [.words("Each cell: the value above, below it the gradient of the loss with respect to it.")]
        if let meaningOfRows { words.append(meaningOfRows) }
        if inside.count > 8 { words.append(.words("\(inside.count - 8) more tensors of the layer are not shown.")) }
        let inner = layer.inner.last.map { [tile($0.output, page)] } ?? []
        let first = [
            LayerSection(
                heading: .row([
                    .words("\(layer.layer.heading): "), subject.symbols.tensor(layer.input), .sign(.maps),
                    subject.symbols.tensor(layer.output),
                ]),
                words: words,
                blocks: [ends[0], page.arrow(nil)] + between + inner
                    + [between.isEmpty && inner.isEmpty ? ends[1] : .row([page.arrow(shortcut), ends[1]], gap: 10)], gap: 10)
        ]
        return first + readings(page) + back(page)
    }

    /// "+ e⁽²⁾": what a skip connection adds to what its block makes of its input; nil for other layers.
    private var shortcut: Formula? {
        guard case .residual = layer.layer.kind else { return nil }
        return .row([.sign(.plus), subject.symbols.tensor(subject.lowered.id(of: .projected, layer) ?? layer.input)])
    }

    /// The states of a recurrent layer from one step to the next.
    private func states(_ page: LayerPage) -> [Block] {
        guard case .recurrent = layer.layer.kind, case .sequence(let time, _) = layer.inputShape else { return [] }
        // An initial state that the lesson gives is among the layer's own numbers already.
        let isGiven = inside.contains { subject.lowered.role(of: $0) == .given(.initialState, layer.id) }
        // In an LSTM the gradient's way from step to step is through the cells.
        return Shown(time + 1, most: 6).indices.filter { $0 > 0 || !isGiven }.flatMap { step in
            [Part.cell, .hidden].compactMap { part in
                subject.lowered.id(of: part, layer, step: step).flatMap { $0 == layer.output || inside.contains($0) ? nil : tile($0, page) }
            }
        }
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
            .words("The backward pass goes from right to left. At each step, what came back is multiplied by the state before it."),
            .words("The bars add up to the gradient; hatched: negative."),
        ]
        if !chain.isEmpty {
            words.append(.words("One step further back, a gradient is multiplied by the weight and by the slope of the state."))
        }
        let links = chain.map { page.equation([subject.symbols.inlineGradient(of: $0.to)], $0.line.line(page.precision), .gradient) }
        return LayerSection(
            heading: .words("One weight, used at every step"), words: words,
            blocks: rules(page) + [timeline] + [.column(products, gap: 7), .column(links, gap: 7)].filter { $0.height > 0 }, gap: 12)
    }

    /// What a plain recurrent layer computes at each step, and the gradient of its recurrent weight as a sum over the steps.
    private func rules(_ page: LayerPage) -> [Block] {
        guard case .recurrent(let recurrent) = layer.layer.kind, case .rnn(let activation) = recurrent.cell,
            let input = layer.parameters[.inputWeight], let weight = layer.parameters[.recurrentWeight],
            let state = subject.lowered.id(of: .hidden, layer, step: 1),
            let sum = subject.lowered.id(of: .fromState(nil), layer, step: 1)
        else { return [] }
        let symbols = subject.symbols
        func at(_ step: Formula, _ id: Tape.ID) -> Formula { .sub(symbols.letter(id), step) }
        // A step is k, since t is the target.
        let before = Formula.row(["k", .sign(.minus), "1"])
        // The part of the sum that the weight makes.
        let own = symbols.entry(sum, "k")
        func bias(_ key: ParameterKey) -> [Formula] { layer.parameters[key].map { [.sign(.plus), symbols.tensor($0)] } ?? [] }
        let argument = Formula.row(
            [symbols.tensor(input), at("k", layer.input)] + bias(.inputBias) + [.sign(.plus), own])
        let forward = Formula.row([at("k", state), .sign(.equals), activation.row.applied(argument)])
        let share = Formula.row(
            [own, .sign(.equals), symbols.tensor(weight), at(before, state)] + bias(.recurrentBias))
        let back = Formula.row([
            .role(.gradient, .inlinePartial(subject.resultName, over: symbols.tensor(weight))), .sign(.equals),
            .large(.sum, below: "k", above: nil), .role(.gradient, .inlinePartial(subject.resultName, over: own)), .sign(.dot),
            .role(.local, at(before, state)),
        ])
        return [
            .column(
                [forward, share, back].map { page.lettering.equation($0, width: page.sectionWidth) }, gap: 8)
        ]
    }

    private func lettered(_ example: Example, _ page: LayerPage) -> Block {
        page.equation(
            [subject.symbols.inlineGradient(of: example.scalar)], example.line.line(page.precision), .gradient, font: Font(size: 9.5))
    }
}
