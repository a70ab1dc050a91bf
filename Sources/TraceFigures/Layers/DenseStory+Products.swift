import Autodiff
import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// The same as products of matrices.
extension DenseStory {
    /// A row or column of numbers, or the matrix, tinted by rows and outlined by columns as in the grid.
    private func tile(
        _ id: String, _ name: Formula, down: Shown, across: Shown, _ shape: String, tinted: TintedBy, outlined: TintedBy,
        _ cell: @escaping (Int, Int) -> TensorTile.Cell
    ) -> TensorTile {
        func place(_ by: TintedBy, _ row: Int, _ column: Int) -> Int? {
            switch by {
            case .nothing: nil
            case .rows: down.indices.firstIndex(of: row)
            case .columns: across.indices.firstIndex(of: column)
            }
        }
        var tile = TensorTile(id: id, name: name, notes: [.words(shape)], rows: down, columns: across) { row, column in
            var cell = cell(row, column)
            cell.ground = place(tinted, row, column).map(tint)
            return cell
        }
        let all = (down.indices.count - 1, across.indices.count - 1)
        switch outlined {
        case .nothing: break
        case .rows:
            tile.outlines = down.indices.indices.map {
                .init(rows: $0...$0, columns: 0...all.1, paint: .quietInk, style: Self.outlines[$0 % 4])
            }
        case .columns:
            tile.outlines = across.indices.indices.map {
                .init(rows: 0...all.0, columns: $0...$0, paint: .quietInk, style: Self.outlines[$0 % 4])
            }
        }
        return tile
    }

    private enum TintedBy { case nothing, rows, columns }

    /// z = Wx, ∂L/∂x = Wᵀ∂L/∂z and ∂L/∂W = ∂L/∂z xᵀ, each with its tensors as grids.
    func products(_ page: LayerPage) -> [Block] {
        let lettering = page.lettering
        let one = Shown(1, most: 1)
        let (m, n) = (rows.count, columns.count)
        func heading(_ text: String, _ role: Formula.Role, _ rule: [Formula]) -> Block {
            .row(
                [lettering.block(.role(role, .words(text)), BlockLettering.heading), lettering.block(.row(rule), BlockLettering.name)],
                gap: 7)
        }
        func block(_ heading: Block, _ parts: [Block]) -> Block { .column([heading, .row(parts, gap: 5)], gap: 9).aligned(at: 0) }
        let (xName, zName) = (subject.symbols.tensor(input.id), subject.symbols.tensor(output.id))
        let (xGradient, zGradient) = (inputGradientName, subject.gradientName(output.id))
        func column(_ id: String, _ name: Formula, _ shown: Shown, isOfRows: Bool, _ cell: @escaping (Int) -> TensorTile.Cell) -> Block {
            tile(
                id, name, down: shown, across: one, "\(shown.count)×1", tinted: isOfRows ? .rows : .nothing,
                outlined: isOfRows ? .nothing : .rows
            ) { row, _ in cell(row) }.block(lettering)
        }
        let dot = lettering.sign(.dot)
        var forward = [
            column("z", .role(.value, zName), rows, isOfRows: true) { page.cell(z($0), [.value]) }, lettering.sign(.equals),
            tile("forward W", w, down: rows, across: columns, weights.shape, tinted: .rows, outlined: .columns) {
                page.cell(weight($0, $1), [.value], .ink)
            }.block(lettering), dot,
            column("x", .role(.value, xName), columns, isOfRows: false) { page.cell(x($0), [.value]) },
        ]
        if let bias {
            forward += [
                lettering.sign(.plus),
                column("b", subject.symbols.tensor(bias.id), rows, isOfRows: true) { page.cell(bias.scalar(0, $0), [.value], .ink) },
            ]
        }
        let biasRule: [Formula] = bias.map { [.sign(.plus), subject.symbols.tensor($0.id)] } ?? []
        var blocks = [block(heading("Forward", .value, [zName, .sign(.equals), w, xName] + biasRule), forward)]
        let table = Block.row(
            [
                column("update δ", zGradient, rows, isOfRows: true) { page.cell(z($0), [.gradient]) }, lettering.sign(.times),
                tile(
                    "update x", .row([.transposed(.role(.local, xName))]), down: one, across: columns, "1×\(n)", tinted: .nothing,
                    outlined: .columns
                ) { page.cell(x($1), [.value], .local) }.block(lettering), lettering.sign(.equals),
                tile(
                    "update W", weightGradientName, down: rows, across: columns, "\(m)×\(n)", tinted: .rows,
                    outlined: .columns
                ) {
                    row, column in
                    let numeral = page.precision.numeral(outerProduct(row, column), key: outerKey(row, column))
                    return TensorTile.Cell(
                        lines: [(numeral.asWords, .gradient)], isStrong: true,
                        words: subject.symbols.inlineGradient(of: weight(row, column)).plainText
                            + "\(isWholeGradient ? "" : ", a part of it"): \(numeral.text)")
                }.block(lettering),
            ], gap: 5)
        if hasInputGradient {
            let back = [
                column("∂x", xGradient, columns, isOfRows: false) { place in
                    let line = backward(place)
                    let numeral = page.precision.numeral(line.result, key: gradientKey(place))
                    return TensorTile.Cell(
                        lines: [(numeral.asWords, .gradient)], words: "\(gradientName(x(place)).plainText): \(numeral.text)")
                }, lettering.sign(.equals),
                tile(
                    "backward W", .role(.local, .transposed(w)), down: columns, across: rows, "\(n)×\(m)", tinted: .columns, outlined: .rows
                ) { page.cell(weight($1, $0), [.value], .local) }.block(lettering), dot,
                column("∂z", zGradient, rows, isOfRows: true) { page.cell(z($0), [.gradient]) },
            ]
            blocks.append(block(heading("Backward", .gradient, [xGradient, .sign(.equals), .transposed(w), .sign(.dot), zGradient]), back))
        }
        blocks.append(
            block(
                heading(
                    "Weights", .gradient, [weightGradientName, .sign(.equals), zGradient, .sign(.dot), .transposed(xName)]),
                [table]))
        return blocks
    }
}
