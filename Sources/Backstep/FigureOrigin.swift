import Foundation

/// How a figure came from its lesson, as the figure carries it: what drawing it again takes, and the file where a newer lesson may be.
///
/// It is written as a query: `lesson=04-two-by-two.yaml&theme=dark&width=252.283`. What is usual is left out.
package struct FigureOrigin: Hashable, Sendable {
    /// The lesson's file, without a folder; nil where it was no file.
    package var lesson: String?
    /// Which of the lesson's figures.
    package var figure: String?
    package var options = PictureOptions()
    /// Which frame of the step-through, from 1, and how it was told.
    package var step: Int?
    var granularity: String?
    var only: String?
    /// The figure's, so that whoever embeds it need not draw it again.
    package var title: String?
    package var alternative: String?

    /// What may be written beside the options of a picture.
    enum Key: String, CaseIterable {
        case lesson, figure, step, by, only, title, alt
    }

    /// Every key that is read, those of a picture's options among them.
    static let keys = Key.allCases.map(\.rawValue) + PictureOptions.all.map { key(of: $0.word) }

    package var text: String {
        var items: [(String, String?)] = [("lesson", lesson), ("figure", figure)]
        for option in PictureOptions.all { items.append((Self.key(of: option.word), option.written(options))) }
        items += [("step", step.map(String.init)), ("by", granularity), ("only", only)]
        items += [("title", title), ("alt", alternative)]
        return items.compactMap { key, value in value.map { "\(key)=\(Self.escaped($0))" } }.joined(separator: "&")
    }

    package init(lesson: String?) { self.lesson = lesson }

    /// Any text may be given; what isn't understood is left out.
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
            // A name, as it was written; a path would lead whoever checks the figure to files that it has nothing to do with.
            case .lesson: lesson = Self.isName(value) ? value : nil
            case .figure: figure = value
            case .step: step = Int(value)
            case .by: granularity = value
            case .only: only = value
            case .title: title = value
            case .alt: alternative = value
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        !["", ".", ".."].contains(text) && !text.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }

    /// `figure` is the figure's name already.
    private static func key(of word: String) -> String { word == "figure" ? "kind" : word }

    private static let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~[],")

    private static func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
}
