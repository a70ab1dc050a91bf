import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces

/// The sections of an attention layer.
extension PairStory {
    /// The first head with its wires, the other one as a row of grids; where the page has no room for wires, all heads as grids.
    func attended(_ attention: AttentionLayer, _ page: LayerPage) -> [LayerSection] {
        let heads = Array(0..<(attention.heads > 2 ? 1 : attention.heads))
        let tiles = heads.map { AttentionTiles(page: page, layer: layer, attention: attention, head: $0) }
        // Wires take the height that a compact page saves.
        let wired = page.lettering.isCompact ? nil : tiles.first.flatMap { AttentionWiring(tiles: $0).block() }
        // What the heads mix is shown as a whole, or head by head.
        let isApart = wired != nil || page.isWide
        let isByHead = !isApart && hasOutputWeight && heads.count == attention.heads
        let words = words(attention, shown: heads.count)
        var sections: [LayerSection] = []
        if let wired {
            sections.append(
                LayerSection(
                    heading: .words(attention.heads > 1 ? "Head 1 of \(attention.heads), there and back" : "One head, there and back"),
                    words: words, blocks: [wired], isWide: true))
            sections += tiles.dropFirst().map { tiles in
                LayerSection(
                    heading: .words("Head \(tiles.head + 1) of \(attention.heads)"),
                    blocks: tiles.strip.map { [$0] } ?? tiles.projected + tiles.mixed(withContext: true, width: page.width),
                    gap: 12, isWide: true)
            }
        } else {
            let parts = tiles.map(\.projected)
            let projected = (parts.first ?? []).indices.flatMap { part in parts.map { $0[part] } }
            sections.append(
                LayerSection(
                    heading: .words("Queries, keys, values"), words: words,
                    blocks: [tile(layer.input, page), page.arrow(nil)] + projected
                        + tiles.flatMap { $0.mixed(withContext: isByHead, width: page.sectionWidth) }, gap: 8))
        }
        let equations = softmax.map { page.equation([$0.left], $0.line.line(page.precision), $0.role) }
        // What stands in parentheses does not wrap.
        if !equations.isEmpty, equations.allSatisfy({ $0.width <= page.sectionWidth }) {
            sections.append(
                LayerSection(
                    heading: .words("Softmax, the last token’s row"),
                    words: [.words("A score’s gradient is its weight times how far what came back lies above the row’s weighted mean.")],
                    blocks: [.column(equations, gap: 7)]))
        }
        let isOfHeads = attention.heads > 1
        return sections
            + (isApart
                ? [mixed(page, isOfHeads: isOfHeads), projections(page)]
                : [weights(page, isOfHeads: isOfHeads, showsContext: !isByHead)])
    }

    private var hasOutputWeight: Bool { layer.parameters[.outputWeight] != nil }

    /// What the heads mix, and what the layer makes of it.
    private func mixed(_ page: LayerPage, isOfHeads: Bool) -> LayerSection {
        var blocks: [Block] = []
        if let context = subject.lowered.id(of: .context, layer), context != layer.output {
            blocks += [tile(context, page), layer.parameters[.outputWeight].map { passage($0, page) } ?? page.arrow(nil)]
        }
        return LayerSection(
            heading: .words("What the weights mix"),
            words: [.words("Weights times values, \(isOfHeads ? "the heads side by side, " : "")and the output.")],
            blocks: blocks + [tile(layer.output, page)], gap: 12)
    }

    private func projections(_ page: LayerPage) -> LayerSection {
        let parameters = layer.parameters.filter { $0.key != .outputWeight }.values.sorted { $0.index < $1.index }
        return LayerSection(
            heading: .words("The projections"),
            words: [.words("Each is used for every token, so its gradient is a sum over all of them.")],
            blocks: parameters.map { tile($0, page) }, gap: 12)
    }

    /// All weights, and the output, which the grids of the heads lead to.
    private func weights(_ page: LayerPage, isOfHeads: Bool, showsContext: Bool) -> LayerSection {
        let parameters = layer.parameters.values.sorted { $0.index < $1.index }
        var words = [Formula.words("Each weight is used for every token, so its gradient is a sum over all of them.")]
        if let weight = layer.parameters[.outputWeight], let context = subject.lowered.id(of: .context, layer) {
            words.append(
                .row([
                    .words("The output "), subject.valueName(layer.output), .words(" is "), subject.valueName(context),
                    .words(isOfHeads ? ", the heads side by side, times " : " times "), .transposed(subject.symbols.tensor(weight)),
                    .words("."),
                ]))
        }
        let context = showsContext ? [subject.lowered.id(of: .context, layer)].compactMap(\.self).filter { $0 != layer.output } : []
        return LayerSection(
            heading: .words("The weights and the output"), words: words,
            blocks: (parameters + context + [layer.output]).map { tile($0, page) }, gap: 8)
    }

    private func words(_ attention: AttentionLayer, shown: Int) -> [Formula] {
        let left = attention.heads - shown
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
        let index = attention.heads > 1 ? [Formula.words("The index of a grid is its head.")] : []
        return [asks, rows] + index + sums + scale + mask + more
    }

    /// A weight between the product that it makes on the way forward and the one on the way back.
    private func passage(_ weight: Tape.ID, _ page: LayerPage) -> Block {
        let name = subject.symbols.tensor(weight)
        let ways = Block.row(
            [
                page.arrow(.row([.sign(.times), .transposed(name)])),
                page.arrow(.row([.sign(.times), name]), .gradientLine, isBack: true),
            ], gap: 8)
        return .column([ways, tile(weight, page)], gap: 6, isCentred: true)
    }
}
