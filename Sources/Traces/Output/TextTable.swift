import Escaping

/// Columns of text for a terminal, no wider than 100 characters.
package struct TextTable {
    static let width = 100

    package enum Alignment { case left, right }

    private var rows: [[String]] = []
    private let alignments: [Alignment]

    package init(_ headings: [(String, Alignment)]) {
        alignments = headings.map(\.1)
        rows.append(headings.map(\.0))
    }

    package mutating func add(_ row: [String]) { rows.append(row.map(Printable.text)) }

    /// The table's lines; the last column is cut where the others leave it no room.
    package var text: String {
        var widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let gaps = 2 * (widths.count - 1)
        let others = widths.dropLast().reduce(0, +) + gaps
        widths[widths.count - 1] = min(widths[widths.count - 1], max(Self.width - others, 8))
        return rows.map { row in
            let line = row.indices.map { padded(row[$0].shortened(to: widths[$0]), widths[$0], alignments[$0]) }
                .joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n") + "\n"
    }

    private func padded(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return alignment == .left ? text + space : space + text
    }
}

extension String {
    /// The text, truncated with … if it is longer.
    func shortened(to length: Int) -> String { count <= length ? self : String(prefix(max(length - 1, 0))) + "…" }
}
