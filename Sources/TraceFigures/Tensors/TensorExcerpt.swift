import Notation

/// The part of a tensor that a small picture shows: its last two axes as rows and columns, and along the axes before them one matrix beside
/// the next.
///
///     TensorExcerpt([1, 2, 3, 1], room: .tints)     // two columns of three
///     TensorExcerpt([16, 64], room: .tints).text    // "16 × 64, 6 × 8 shown"
struct TensorExcerpt: Hashable, Sendable {
    /// The most cells in each direction.
    struct Room: Hashable, Sendable {
        /// Of all matrices together.
        let columns: Int
        let rows: Int

        /// For cells that are tinted.
        static let tints = Room(columns: 8, rows: 6)
        /// For cells with numbers.
        static let numbers = Room(columns: 4, rows: 4)
    }

    /// A cell by its place in the picture, and the entry of the tensor that it shows.
    struct Cell: Hashable, Sendable {
        let matrix, row, column: Int
        let entry: Int
    }

    /// As it is written: all axes of the tensor.
    let shape: [Int]
    let matrices, rows, columns: Shown

    init(_ shape: [Int], room: Room) {
        self.shape = shape
        rows = Shown(shape.count > 1 ? shape[shape.count - 2] : 1, most: room.rows)
        columns = Shown(shape.last ?? 1, most: room.columns)
        let count = shape.dropLast(2).reduce(1, *)
        // The first ones, since the last of many channels or samples says no more than any other.
        let most = max(1, room.columns / max(columns.indices.count, 1))
        matrices = Shown(0..<min(count, most), of: count)
    }

    /// Whether every entry has a cell.
    var isWhole: Bool { matrices.isWhole && rows.isWhole && columns.isWhole }

    /// The number of entries of the tensor.
    var count: Int { shape.reduce(1, *) }

    var cells: [Cell] {
        var cells: [Cell] = []
        for matrix in matrices.indices.indices {
            for row in rows.indices.indices {
                for column in columns.indices.indices {
                    let entry = (matrices.indices[matrix] * rows.count + rows.indices[row]) * columns.count + columns.indices[column]
                    cells.append(Cell(matrix: matrix, row: row, column: column, entry: entry))
                }
            }
        }
        return cells
    }

    /// The shape, and what is shown of it: "4 × 16 × 16, 6 × 8 of the first shown".
    var text: String { ([whole] + (part.map { [$0] } ?? [])).joined(separator: ", ") }

    /// The shape: "4 × 16 × 16".
    var whole: String { shape.isEmpty ? "1" : shape.map(String.init).joined(separator: " × ") }

    /// What is shown, "6 × 8 of the first shown"; nil where it is all.
    var part: String? {
        let part = shape.count > 1 ? "\(rows.indices.count) × \(columns.indices.count)" : "\(columns.indices.count)"
        let few = matrices.indices.count
        return switch (rows.isWhole && columns.isWhole, matrices.isWhole) {
        case (true, true): nil
        case (true, false): "\(few) of \(matrices.count) shown"
        case (false, true): "\(part) shown"
        case (false, false): "\(part) of the first \(few == 1 ? "" : "\(few) ")shown"
        }
    }
}

extension Sequence<Double> {
    /// For readers who do not see the cells: "1, 2, −0.1116, …".
    var firstNumbers: String {
        let most = 4
        let first = prefix(most + 1).map { Numeral($0).text }
        return (first.prefix(most) + (first.count > most ? ["…"] : [])).joined(separator: ", ")
    }
}
