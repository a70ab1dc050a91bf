import Backstep
import Drawing
import Escaping
import Forms
import Foundation
import Lessons

/// What a page's front matter says for all its figures, under the key `backstep`:
///
/// ```yaml
/// backstep:
///   width: neurips
///   theme: print
/// ```
///
/// It may also be one line, `backstep: {width: neurips, theme: print}`. The same keys are metadata for the filter of pandoc.
struct PageDefaults {
    private(set) var options: PictureOptions
    /// The width at which the page shows pictures; nil: their own.
    private(set) var shownWidth: String?
    /// The folder for the pictures, relative to that of the new page.
    private(set) var folder: String?
    /// Whether an error in a lesson means that nothing is written.
    private(set) var isStrict = false
    /// What is said of front matter that is not read.
    private(set) var warnings: [String] = []

    private static let keys = ["folder", "strict"] + LessonUse.drawnSizes.keys.sorted() + PictureOptions.all.map(\.word)

    /// - Parameter stronger: options of the command line, which hold where they differ from the usual.
    /// - Throws: an error at the line of a key or value that is not understood.
    init(of text: String, page: String, overriddenBy stronger: PictureOptions) throws(BackstepError) {
        options = PictureOptions()
        options.carriesSource = stronger.carriesSource
        for (line, key, value) in try Self.pairs(of: text, page: page) {
            guard let expected = take(key, value) else { continue }
            let near = Self.keys.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
            throw LessonUse.fault(
                page, line,
                Self.keys.contains(key)
                    ? "\(key) is \"\(value)\"; expected \(expected)" : "unknown option \"\(key)\"; expected one of \(expected)\(near)")
        }
        if let line = Self.lineOfTOML(text) {
            warnings = ["\(page):\(line):1: warning: options in TOML are not read; expected YAML between two lines of ---"]
        }
        for option in PictureOptions.all {
            if let value = option.written(stronger) { _ = option.read(value, &options) }
        }
    }

    /// Takes over a value; if it is not understood, returns what is expected.
    private mutating func take(_ key: String, _ value: String) -> String? {
        switch key {
        case "folder":
            let path = String(value.trimmingPrefix(#/(?:\.\/+)+/#))
            guard path.wholeMatch(of: #/[\w][\w.\/ -]*/#) != nil, !path.contains("..") else { return "a folder below the page's" }
            folder = path
        case "strict":
            guard ["true", "false"].contains(value) else { return "true or false" }
            isStrict = value == "true"
        default:
            if key == "width", let width = LessonUse.shownWidth(value) {
                shownWidth = width
                return nil
            }
            let word = LessonUse.drawnSizes[key] ?? key
            guard let option = PictureOptions.all.first(where: { $0.word == word }) else { return Self.keys.joined(separator: ", ") }
            guard option.read(value, &options) else { return option.expected }
        }
        return nil
    }

    /// The line on which front matter in TOML, between two lines of +++, has options for Backstep.
    private static func lineOfTOML(_ text: String) -> Int? {
        let lines = text.split(maxSplits: 1_000, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.first?.trimmingSpaces == "+++", let end = lines.dropFirst().firstIndex(where: { $0.trimmingSpaces == "+++" }) else {
            return nil
        }
        let own = #/\s*\[{0,2}(?:params\.)?backstep\b.*/#
        return lines[..<end].firstIndex { $0.wholeMatch(of: own) != nil }.map { $0 + 1 }
    }

    /// The keys and values below `backstep`, with their lines.
    private static func pairs(of text: String, page: String) throws(BackstepError) -> [(line: Int, key: String, value: String)] {
        let lines = text.split(maxSplits: 1_000, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.first?.trimmingSpaces == "---",
            let end = lines.dropFirst().firstIndex(where: { ["---", "..."].contains($0.trimmingSpaces) }),
            let start = lines[..<end].firstIndex(where: { $0.hasPrefix("backstep:") })
        else { return [] }
        // What else stands there is for others, and need not be YAML of the kind that lessons are.
        let own = lines[(start + 1)..<end].prefix { $0.first == nil || $0.first?.isWhitespace == true || $0.first == "#" }
        let block = ([lines[start]] + own).joined(separator: "\n") + "\n"
        guard let value = LessonReader.document(in: Array(block.utf8))?["backstep"] else {
            throw LessonUse.fault(page, start + 1, "backstep is not YAML that can be read; expected a map of options")
        }
        guard case .map(let entries) = value.content else {
            throw LessonUse.fault(page, start + 1, "backstep is no map; expected options such as theme: print")
        }
        return try entries.map { (entry) throws(BackstepError) in
            guard case .scalar(let text, _) = entry.value.content else {
                throw LessonUse.fault(
                    page, start + entry.keyMark.line, "\(Printable.shortened(entry.key)) is no word or number; expected one")
            }
            return (start + entry.keyMark.line, entry.key, text)
        }
    }
}
