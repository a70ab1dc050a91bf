/// A sheet of paper.
package enum Paper: String, CaseIterable, Hashable, Sendable {
    case a4, letter

    /// In points.
    package var size: Size {
        switch self {
        case .a4: Size(595, 842)
        case .letter: Size(612, 792)
        }
    }

    /// The height of the text on a page of notes on A4 paper, in points.
    package static let notesHeight = 700.0
}
