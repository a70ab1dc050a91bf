import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces

/// The grids of one head of an attention layer, each entry's value above its gradient: q, k, v, the scores, the weights, and what these mix.
struct AttentionTiles {
    let page: LayerPage
    let layer: LoweredLayer
    let attention: AttentionLayer
    let head: Int

    private var subject: LayerSubject { page.subject }

    /// The letter of a tensor, with the head as its index where there are several, as in the symbols of its entries.
    private func name(_ id: Tape.ID) -> Formula {
        .role(.value, attention.heads > 1 ? subject.symbols.tensor(id, part: head) : subject.symbols.tensor(id))
    }

    func tile(_ part: Part) -> TensorTile.Laid? {
        guard let id = subject.lowered.id(of: part, layer) else { return nil }
        let slice = subject.slice(id, first: [head])
        let isSquare = part == .scores || part == .weights
        let (rows, columns) = (Shown(slice.rows, most: LayerPage.most.rows), Shown(slice.columns, most: LayerPage.most.columns))
        var tile = TensorTile(
            id: "\(part.face) \(head + 1)", name: name(id), notes: notes(slice, rows, columns),
            rows: rows, columns: columns
        ) { row, column in
            guard isSquare, attention.isCausal, column > row else { return page.cell(slice.scalar(row, column), [.value, .gradient]) }
            return TensorTile.Cell(isHatched: true, words: "masked")
        }
        if isSquare {
            tile.rowKeys = rows.indices.map { .words("\($0 + 1)") }
            tile.columnKeys = columns.indices.map { .words("\($0 + 1)") }
        }
        return tile.laid(page.lettering)
    }

    /// All heads have the shapes of the first.
    private func notes(_ slice: TensorSlice, _ rows: Shown, _ columns: Shown) -> [Formula] {
        head > 0 && rows.isWhole && columns.isWhole ? [] : page.notes(slice, rows, columns, namesPart: attention.heads == 1)
    }

    /// What the head's weights mix: its columns of the context.
    var context: TensorTile.Laid? {
        guard let id = subject.lowered.id(of: .context, layer) else { return nil }
        let slice = subject.slice(id)
        let size = attention.size(for: layer.inputShape.last)
        let own = Shown(size, most: LayerPage.most.columns).indices.map { head * size + $0 }
        let rows = Shown(slice.rows, most: LayerPage.most.rows)
        guard own.allSatisfy({ $0 < slice.columns }) else { return nil }
        return TensorTile(
            id: "context \(head + 1)", name: name(id),
            notes: head == 0 && !page.lettering.isCompact ? [.words("\(slice.rows)×\(size)")] : [],
            rows: rows, columns: Shown(own.map { $0 - head * size }, of: size)
        ) { page.cell(slice.scalar($0, head * size + $1), [.value, .gradient]) }.laid(page.lettering)
    }

    /// The head's rows of a weight, its values alone; nil where they are too many to lie between wires.
    func weight(_ key: ParameterKey) -> TensorTile.Laid? {
        guard let id = layer.parameters[key] else { return nil }
        let slice = subject.slice(id)
        let size = attention.size(for: layer.inputShape.last)
        guard size <= 2, slice.columns <= 4 else { return nil }
        let rows = Shown((0..<size).map { $0 }, of: size)
        var tile = TensorTile(
            id: "\(key.rawValue) \(head + 1)", rows: rows, columns: Shown(slice.columns, most: 4)
        ) { page.cell(slice.scalar(head * size + $0, $1), [.value], .ink) }
        tile.rowKeys = size == 1 ? [subject.symbols.tensor(id)] : [subject.symbols.tensor(id), .words("")]
        return tile.laid(page.lettering)
    }

    // MARK: Beside each other

    /// The queries, keys and values.
    var projected: [Block] { [Part.query, .key, .value].compactMap { tile($0)?.block } }

    /// From the scores to what the weights mix: one block, or several where that is wider than `width`.
    func mixed(withContext: Bool, width: Double) -> [Block] {
        let ends = withContext ? [context?.block].compactMap(\.self) : []
        let parts = [tile(.scores)?.block, page.arrow(.words("softmax")), tile(.weights)?.block].compactMap(\.self) + ends
        let row = Block.row(parts, gap: Self.gap)
        return row.width <= width ? [row] : parts
    }

    /// All of them in one row; nil where the page is too narrow for that.
    var strip: Block? {
        let row = Block.row(projected + mixed(withContext: true, width: page.width), gap: 14)
        return row.width <= page.width ? row : nil
    }

    private static let gap = 8.0
}
