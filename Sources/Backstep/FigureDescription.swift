import CairoBackend
import Drawing

/// A description of a figure in words, for readers who can't see it.
package struct FigureDescription: Hashable, Sendable {
    /// The figure's name among the lesson's figures; nil if it is the only one.
    package let name: String?
    package let title: String
    /// One or two sentences.
    package let alternative: String
    /// A longer description, with numbers.
    package let description: String

    init(_ picture: Picture, name: String?) {
        self.name = name
        title = picture.title
        alternative = picture.alternative
        description = picture.description
    }

    /// The description as paragraphs.
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
    /// Describes the figure as its embedded lesson is drawn now.
    package func description(_ press: Press) throws(BackstepError) -> FigureDescription {
        let lesson = try lesson()
        guard let picture = try redrawn(press, from: lesson) else {
            throw BackstepError(.badLesson, "\(path): error: its lesson no longer has such a figure")
        }
        return FigureDescription(picture, name: nil)
    }
}
