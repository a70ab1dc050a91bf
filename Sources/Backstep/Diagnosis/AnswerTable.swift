/// The answers of a class, as a table has them: a row for each answer, with the student's name, an address and the number. A first row of
/// headings may name the columns in another order. Cells end at commas, semicolons or tabs.
struct AnswerTable {
    struct Row {
        let line: Int
        let name: String
        let address: String
        let answer: String
    }

    private(set) var rows: [Row] = []
    /// What is said of rows that can't be read.
    private(set) var faults: [String] = []

    /// - Parameter file: for messages.
    /// - Throws: if there is no row of answers.
    init(_ text: String, file: String) throws(BackstepError) {
        var records = Self.records(text, separator: Self.separator(of: text)).filter { $0.cells.contains { !$0.isEmpty } }
        var columns = Columns()
        if let headings = records.first?.cells, let named = Columns(headings) {
            columns = named
            records.removeFirst()
        }
        for (line, cells) in records {
            if let row = columns.row(of: cells, line) {
                rows.append(row)
            } else {
                faults.append(
                    "\(file):\(line): found \(cells.count) cell\(cells.count == 1 ? "" : "s"); expected \(columns.count) as name,address,answer; "
                        + "a comma inside a cell needs quotation marks around it")
            }
        }
        guard !rows.isEmpty else {
            throw BackstepError(.noInput, faults.first ?? "\(file) has no answers; expected rows of name,address,answer")
        }
    }

    /// Which cell of a row is what.
    private struct Columns {
        var name = 0
        var address = 1
        var answer = 2
        /// How many cells a row has.
        var count = 3

        init() {}

        /// Nil if the cells are no headings.
        init?(_ cells: [String]) {
            let words = cells.map { $0.lowercased() }
            func place(_ names: [String]) -> Int? { words.firstIndex { names.contains($0) } }
            guard let name = place(["name", "student"]), let answer = place(["answer"]) else { return nil }
            // Of three columns, the third may have any name.
            guard let address = place(["address", "parameter"]) ?? (words.count == 3 ? 3 - name - answer : nil) else { return nil }
            (self.name, self.address, self.answer, count) = (name, address, answer, words.count)
        }

        /// Nil if the row has too few cells, or more than there are columns.
        func row(of written: [String], _ line: Int) -> Row? {
            var cells = written
            // An address without quotes, w[0,1], comes as several cells.
            while cells.count > max(count, address + 1), cells[address].contains("["), !cells[address].contains("]") {
                let next = cells.remove(at: address + 1)
                cells[address] += ",\(next)"
            }
            guard cells.count > max(name, address, answer), cells.dropFirst(count).allSatisfy(\.isEmpty) else { return nil }
            return Row(line: line, name: cells[name], address: cells[address], answer: cells[answer])
        }
    }

    /// What the first line has twice or more, outside quotes: a semicolon, as programs write where the comma is in numbers, a tab, or else a comma.
    private static func separator(of text: String) -> Unicode.Scalar {
        var counts: [Unicode.Scalar: Int] = [:]
        var isQuoted = false
        for scalar in text.unicodeScalars {
            if scalar == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if scalar == "\n" { break }
            counts[scalar, default: 0] += 1
        }
        let others: [Unicode.Scalar] = [";", "\t"]
        return others.first { counts[$0, default: 0] > 1 } ?? ","
    }

    /// The cells of each row, and the line where it begins; a cell in quotes may hold commas and ends of lines.
    private static func records(_ text: String, separator: Unicode.Scalar) -> [(line: Int, cells: [String])] {
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
            case separator: end()
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
