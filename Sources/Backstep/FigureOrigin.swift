import Foundation
import Lessons
import Telling

/// How a figure was drawn from its lesson: the settings for drawing it again, and the file that may have a newer version of the lesson.
///
/// Figures embed it in the form of a URL query without defaults: `lesson=04-two-by-two.yaml&theme=dark&width=252.283pt`.
package struct FigureOrigin: Hashable, Sendable {
    /// The name of the lesson's file, without a folder; nil if the lesson was not a file.
    package var lesson: String?
    /// The name among the lesson's figures; nil if there is only one.
    package var figure: String?
    /// The number of the step-through's frame, from 1; nil: the figure is none.
    package var step: Int?
    var steps = StepOptions()
    package var options: PictureOptions {
        get { steps.picture }
        set { steps.picture = newValue }
    }
    /// The files whose numbers are too many to be carried, with their digests: `model.npz 0123456789abcdef`.
    package var numberFiles: String?
    /// The figure's, so that whoever embeds it need not draw it again.
    package var title: String?
    package var alternative: String?

    /// The keys in addition to the options of a picture.
    enum Key: String, CaseIterable {
        case lesson, figure, step, by, only, at, numbers, title, alt
    }

    /// All keys, including those for the options of a picture.
    static let keys = Key.allCases.map(\.rawValue) + PictureOptions.all.map { key(of: $0.word) }

    package var text: String {
        var items: [(String, String?)] = [("lesson", lesson), ("figure", figure)]
        for option in PictureOptions.all { items.append((Self.key(of: option.word), option.written(options))) }
        items += [("step", step.map(String.init)), ("by", steps.granularity?.rawValue), ("only", steps.only)]
        items += [("at", steps.trainingStep.map(String.init))]
        items += [("numbers", numberFiles), ("title", title), ("alt", alternative)]
        return items.compactMap { key, value in value.map { "\(key)=\(Self.escaped($0))" } }.joined(separator: "&")
    }

    package init(lesson: String?) { self.lesson = lesson }

    /// Of a figure of a lesson.
    init(of file: LessonFile) {
        lesson = file.fileName
        let files = file.lesson.source.filesLeftOut
        numberFiles = files.isEmpty ? nil : files.map { "\($0.name) \($0.digest)" }.joined(separator: ", ")
    }

    /// Reads any text and ignores parts that it doesn't understand.
    init(_ text: String) {
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = String(parts[1]).removingPercentEncoding else { continue }
            guard let key = Key(rawValue: String(parts[0])) else {
                guard let option = PictureOptions.all.first(where: { Self.key(of: $0.word) == parts[0] }) else { continue }
                _ = option.read(value, &options)
                continue
            }
            switch key {
            // A path is ignored, since a manipulated figure could make `check` read unrelated files.
            case .lesson: lesson = Self.isName(value) ? value : nil
            case .figure: figure = value
            case .step: step = Int(value)
            case .by: steps.granularity = Granularity(rawValue: value)
            case .only: steps.only = value
            case .at: steps.trainingStep = Int(value)
            case .numbers: numberFiles = value
            case .title: title = value
            case .alt: alternative = value
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        !["", ".", ".."].contains(text) && !text.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }

    /// The option `figure` is written as `kind`, since the key `figure` is the figure's name.
    private static func key(of word: String) -> String { word == "figure" ? "kind" : word }

    private static let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~[],")

    private static func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
}
