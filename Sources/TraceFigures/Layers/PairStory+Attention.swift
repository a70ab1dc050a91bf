import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces

/// The sections of an attention layer.
extension PairStory {
    /// Queries, keys and values, the squares of scores and weights, and what they mix: one head after the other.
    func attended(_ attention: AttentionLayer, _ page: LayerPage) -> [LayerSection] {
        let heads = Array(0..<(attention.heads > 2 ? 1 : attention.heads))
        let wired = heads.compactMap { AttentionWiring(page: page, layer: layer, attention: attention, head: $0).block() }
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
        var ends: [Block] = []
        if let context = subject.lowered.id(of: .context, layer), context != layer.output {
            ends += [tile(context, page), layer.parameters[.outputWeight].map { passage($0, page) } ?? page.arrow(nil)]
        }
        ends.append(tile(layer.output, page))
        let left = attention.heads - heads.count
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
        let sums =
            attention.heads > 1 && subject.hasGradient(layer.input)
            ? [Formula.row([.words("The gradients at "), subject.valueName(layer.input), .words(" are sums over all heads.")])] : []
        let words = [asks, rows] + sums + scale + mask + more
        var sections: [LayerSection] = []
        if wired.count == heads.count {
            for (head, block) in zip(heads, wired) {
                let name = attention.heads > 1 ? "Head \(head + 1) of \(attention.heads)" : "One head"
                sections.append(
                    LayerSection(
                        heading: .words("\(name), there and back"), words: head == 0 ? words : [], blocks: [block], isWide: true))
            }
        } else {
            let squares = heads.flatMap { head -> [Block] in
                let parts = [block(.scores, head), page.arrow(.words("softmax")), block(.weights, head)].compactMap(\.self)
                return page.isWide ? [.row(parts, gap: 10)] : parts
            }
            let parts = [Part.query, .key, .value].flatMap { part in heads.compactMap { block(part, $0) } }
            sections.append(
                LayerSection(
                    heading: .words("Queries, keys, values"), words: words,
                    blocks: [tile(layer.input, page), page.arrow(nil)] + parts + squares, gap: 12))
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
        let parameters = layer.parameters.filter { $0.key != .outputWeight }.values.sorted { $0.index < $1.index }.map { tile($0, page) }
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

    /// A weight between the product that it makes on the way forward and the one on the way back.
    private func passage(_ weight: Tape.ID, _ page: LayerPage) -> Block {
        let name = subject.symbols.tensor(weight)
        return .column(
            [
                page.arrow(.row([.sign(.times), .transposed(name)])), tile(weight, page),
                page.arrow(.row([.sign(.times), name]), .gradientLine, isBack: true),
            ], gap: 6, isCentred: true)
    }
}
