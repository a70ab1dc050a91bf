/// The answers of a class, as a table of commas has them: name, address, answer.
struct AnswerTable {
    struct Row {
        let line: Int
        let name: String
        let address: String
        let answer: String
    }

    let rows: [Row]

    /// - Parameter file: for messages.
    init(_ text: String, file: String) throws(BackstepError) {
        var rows: [Row] = []
        for (line, cells) in Self.records(text) where cells.contains(where: { !$0.isEmpty }) {
            if rows.isEmpty, cells.first?.lowercased() == "name", cells.last?.lowercased() == "answer" { continue }
            guard cells.count >= 3, let name = cells.first, let answer = cells.last else {
                throw BackstepError(
                    .noInput, "\(file):\(line): found \(cells.count) cell\(cells.count == 1 ? "" : "s"); expected name,address,answer")
            }
            // An address without quotes, w[0,1], comes as several cells.
            rows.append(Row(line: line, name: name, address: cells[1..<(cells.count - 1)].joined(separator: ","), answer: answer))
        }
        guard !rows.isEmpty else { throw BackstepError(.noInput, "\(file) has no answers; expected rows of name,address,answer") }
        self.rows = rows
    }

    /// The cells of each row, and the line where it begins; a cell in quotes may hold commas and ends of lines.
    private static func records(_ text: String) -> [(line: Int, cells: [String])] {
        var records: [(Int, [String])] = []
        var cells: [String] = []
        var cell = ""
        var (isQuoted, line, start) = (false, 1, 1)
        func end() {
            cells.append(cell.trimmedOfSpaces)
            cell = ""
        }
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        while let scalar = scalars.popFirst() {
            if scalar == "\n" { line += 1 }
            if isQuoted {
                if scalar != "\"" {
                    cell.unicodeScalars.append(scalar)
                } else if scalars.first == "\"" {
                    scalars.removeFirst()
                    cell += "\""
                } else {
                    isQuoted = false
                }
                continue
            }
            switch scalar {
            case "\"": isQuoted = true
            case ",": end()
            case "\r": break
            case "\n":
                end()
                records.append((start, cells))
                (cells, start) = ([], line)
            default: cell.unicodeScalars.append(scalar)
            }
        }
        if !cell.isEmpty || !cells.isEmpty {
            end()
            records.append((start, cells))
        }
        return records
    }
}

extension String {
    fileprivate var trimmedOfSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
