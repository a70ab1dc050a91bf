/// Comma-separated values (RFC 4180), with text that no spreadsheet takes for a formula.
package struct CSV: Sendable {
    package enum Field: Sendable {
        case text(String)
        case number(Double)
    }

    package private(set) var text: String

    package init(_ headings: [String]) { text = headings.map(Self.quoted).joined(separator: ",") + "\r\n" }

    package mutating func add(_ fields: [Field]) { text += Self.row(fields) }

    /// A line, with its ending.
    package static func row(_ fields: [Field]) -> String { fields.map(written).joined(separator: ",") + "\r\n" }

    private static func written(_ field: Field) -> String {
        switch field {
        case .text(let text): quoted(text)
        case .number(let number): number.isFinite ? number.description : number.isNaN ? "nan" : number > 0 ? "inf" : "-inf"
        }
    }

    private static func quoted(_ text: String) -> String {
        // A leading = + - @ or a control character starts a formula in a spreadsheet; an apostrophe makes it text.
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
