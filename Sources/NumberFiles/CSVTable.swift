package import Autodiff
import Forms

/// A .csv file: commas, and the columns' heads in the first line. Columns that nobody asks for may hold anything.
package struct CSVTable: Sendable {
    private let bytes: [UInt8]
    package let heads: [String]
    /// Without the heads.
    package let rowCount: Int

    package init(_ bytes: [UInt8]) throws(NumberFileError) {
        self.bytes = bytes
        var records = CSVRecords(bytes)
        guard let first = try records.next(atMost: Limits.numberFileNames + 1) else {
            throw NumberFileError("is empty", expected: "columns' heads in the first line")
        }
        var heads: [String] = []
        for field in first.fields {
            guard let head = String(validating: field.text(in: bytes), as: UTF8.self) else {
                throw NumberFileError("has a first line that is no text in UTF-8", expected: "columns' heads, with commas between")
            }
            heads.append(head)
            try heads.checkCount(of: "columns")
        }
        var count = 0
        while let record = try records.next(atMost: heads.count) {
            guard record.count == heads.count else {
                throw NumberFileError(
                    "has \(record.count.grouped) fields in line \(record.line.grouped)",
                    expected: "\(heads.count.grouped), as many as in the first line")
            }
            count += 1
        }
        self.heads = heads
        rowCount = count
    }

    /// Where a head stands; nil where it doesn't.
    /// - Throws: where several columns have it.
    package func column(_ head: String) throws(NumberFileError) -> Int? {
        let found = heads.indices.filter { heads[$0] == head }
        guard found.count <= 1 else { throw NumberFileError("has \(found.count) columns \(head)", expected: "each head once") }
        return found.first
    }

    /// The head that a misspelt one most likely means, if it is an ordinary name over a column of numbers.
    package func nearest(to head: String) -> String? {
        heads.filter(\.isOrdinaryName).nearest(to: head).flatMap { near in
            let column = heads.firstIndex(of: near)
            return column.flatMap { try? numbers(columns: [$0], rows: 0..<rowCount) } == nil ? nil : near
        }
    }

    /// Some columns of some rows: [rows, columns].
    package func numbers(columns: [Int], rows: Range<Int>) throws(NumberFileError) -> Tensor {
        let shape = try ArrayShape([rows.count, columns.count])
        var scalars: [Double] = []
        scalars.reserveCapacity(shape.count)
        var records = CSVRecords(bytes)
        _ = try records.next(atMost: 0)
        var row = 0
        while row < rows.upperBound, let record = try records.next(atMost: heads.count) {
            defer { row += 1 }
            guard row >= rows.lowerBound else { continue }
            for column in columns {
                do {
                    scalars.append(try WrittenNumber.double(record.fields[column].number(in: bytes)))
                } catch {
                    throw NumberFileError(
                        "has something else in line \(record.line.grouped), column \(column + 1)", expected: error.expected)
                }
            }
        }
        return Tensor(shape: shape.axes, scalars: scalars)
    }
}

/// The records of a .csv file (RFC 4180), one after the other. Empty lines at the end are none.
private struct CSVRecords {
    struct Field {
        var range: Range<Int>
        var isQuoted = false

        func text(in bytes: [UInt8]) -> [UInt8] {
            guard isQuoted else { return Array(bytes[range]) }
            var text: [UInt8] = []
            var place = range.lowerBound
            while place < range.upperBound {
                text.append(bytes[place])
                place += bytes[place] == UInt8(ascii: "\"") ? 2 : 1
            }
            return text
        }

        /// Without spaces around it; no number has 1,000 characters.
        func number(in bytes: [UInt8]) -> String {
            let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
            let trimmed = bytes[range].drop(while: isBlank)
            let end = trimmed.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? trimmed.startIndex
            return end - trimmed.startIndex < 1_000 ? String(decoding: trimmed[..<end], as: UTF8.self) : ""
        }
    }

    private let bytes: [UInt8]
    private var place: Int
    private let end: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        end = bytes.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? 0
    }

    /// The next record, with how many fields it has.
    /// - Parameter most: how many of the fields are kept.
    mutating func next(atMost most: Int) throws(NumberFileError) -> (line: Int, count: Int, fields: [Field])? {
        guard place < end else { return nil }
        let first = line
        var fields: [Field] = []
        var count = 0
        func take(_ field: Field) {
            count += 1
            if count <= most { fields.append(field) }
        }
        while true {
            take(try field())
            guard place < end else { break }
            let sign = bytes[place]
            place += 1
            if sign == UInt8(ascii: ",") {
                // A comma at the very end has an empty field after it.
                if place >= end { take(Field(range: end..<end)) } else { continue }
            } else {
                if sign == 0x0D, place < end, bytes[place] == 0x0A { place += 1 }
                line += 1
            }
            break
        }
        return (first, count, fields)
    }

    private mutating func field() throws(NumberFileError) -> Field {
        guard bytes[place] == UInt8(ascii: "\"") else {
            let start = place
            while place < end, bytes[place] != UInt8(ascii: ","), bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
            return Field(range: start..<place)
        }
        place += 1
        let start = place
        while place < end {
            if bytes[place] == UInt8(ascii: "\"") {
                guard place + 1 < end, bytes[place + 1] == UInt8(ascii: "\"") else { break }
                place += 1
            }
            if bytes[place] == 0x0A { line += 1 }
            place += 1
        }
        let field = Field(range: start..<place, isQuoted: true)
        guard place < end else {
            throw NumberFileError("has quotes that are never closed, by line \(line.grouped)", expected: "closing quotes")
        }
        place += 1
        guard place == end || [UInt8(ascii: ","), 0x0A, 0x0D].contains(bytes[place]) else {
            throw NumberFileError("has something after closing quotes in line \(line.grouped)", expected: "a comma or the line's end")
        }
        return field
    }
}
