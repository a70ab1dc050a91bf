import Escaping

/// Comma-separated values (RFC 4180), with text escaped so that no spreadsheet takes it for a formula.
package struct CSV: Sendable {
    package enum Field: Sendable {
        case text(String)
        case number(Double)
    }

    package private(set) var text: String

    package init(_ headings: [String]) { text = headings.map(\.csvCell).joined(separator: ",") + "\r\n" }

    package mutating func add(_ fields: [Field]) { text += Self.row(fields) }

    /// A row, with its line ending.
    package static func row(_ fields: [Field]) -> String { fields.map(written).joined(separator: ",") + "\r\n" }

    private static func written(_ field: Field) -> String {
        switch field {
        case .text(let text): text.csvCell
        case .number(let number): number.isFinite ? number.description : number.isNaN ? "nan" : number > 0 ? "inf" : "-inf"
        }
    }
}
