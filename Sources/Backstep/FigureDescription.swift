import CairoBackend
import Drawing

/// A figure in words, for those who can't see it.
package struct FigureDescription: Hashable, Sendable {
    /// What tells it from a lesson's other figures.
    package let name: String?
    package let title: String
    /// One or two sentences.
    package let alternative: String
    /// The longer account, with numbers.
    package let description: String

    init(_ picture: Picture, name: String?) {
        self.name = name
        title = picture.title
        alternative = picture.alternative
        description = picture.description
    }

    /// Paragraphs.
    package var text: String {
        [name.map { "[\($0)]" }, title, alternative, description].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }
}

extension LessonFile {
    package func descriptions(_ press: Press, _ options: PictureOptions) throws(BackstepError) -> [FigureDescription] {
        try pictures(press, options).map { FigureDescription($0.picture, name: $0.name) }
    }
}

extension CarriedFigure {
    /// Of the figure as its lesson draws it today.
    package func description(_ press: Press) throws(BackstepError) -> FigureDescription {
        let lesson = try lesson()
        guard let picture = try redrawn(press, from: lesson) else {
            throw BackstepError(.badLesson, "\(path): error: its lesson has no such figure any more")
        }
        return FigureDescription(picture, name: nil)
    }
}
