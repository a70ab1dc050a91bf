import Escaping

/// A source line prepared for a terminal, with a caret under one of its columns.
///
/// Long lines are cut around the caret. Tabs stay in both lines, so that they are aligned whatever a terminal's tab width. Control
/// characters are replaced by visible ones.
package struct SourceExcerpt {
    package static let width = 96

    package var text: String
    package var caret: String

    /// - Parameter column: from 1, in Unicode scalars; may be one past the end.
    package init(line: String, column: Int) {
        let scalars = Array(line.unicodeScalars)
        let target = min(max(column - 1, 0), scalars.count)
        var first = 0
        var last = scalars.count
        if scalars.count > Self.width {
            first = max(0, min(target - Self.width * 2 / 3, scalars.count - Self.width))
            last = min(scalars.count, first + Self.width)
        }
        var shown = first > 0 ? "…" : ""
        var blank = first > 0 ? " " : ""
        for index in first..<last {
            let scalar = Printable.scalar(scalars[index])
            shown.unicodeScalars.append(scalar)
            guard index < target else { continue }
            blank += scalar == "\t" ? "\t" : String(repeating: " ", count: Printable.columns(of: scalar))
        }
        text = shown + (last < scalars.count ? "…" : "")
        caret = blank + "^"
    }
}
