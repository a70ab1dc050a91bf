import Drawing
import Figures
import Foundation

/// How a figure came from its lesson, as the figure carries it: what drawing it again takes, and the file where a newer lesson may be.
///
/// It is written as a query: `lesson=04-two-by-two.yaml&theme=dark&width=252.283`. What is usual is left out.
struct FigureOrigin: Hashable, Sendable {
    /// The lesson's file, without a folder; nil where it was no file.
    var lesson: String?
    /// Which of the lesson's figures.
    var figure: String?
    var options = PictureOptions()
    /// Which frame of the step-through, from 1, and how it was told.
    var step: Int?
    var granularity: String?
    var notation: String?
    var only: String?
    /// The figure's, so that whoever embeds it need not draw it again.
    var title: String?
    var alternative: String?

    /// What may be written, in this order.
    enum Key: String, CaseIterable {
        case lesson, figure, kind, sample, products, width, theme, transparent, step, by, notation, only, title, alt
    }

    var text: String {
        Key.allCases.compactMap { key in value(of: key).map { "\(key.rawValue)=\(Self.escaped($0))" } }.joined(separator: "&")
    }

    /// Nil where it is what is usual.
    private func value(of key: Key) -> String? {
        switch key {
        case .lesson: return lesson
        case .figure: return figure
        case .kind: return options.figure?.rawValue
        case .sample:
            switch options.sample {
            case .number(0): return nil
            case .number(let number): return String(number)
            case .mean: return "mean"
            }
        case .products: return options.showsProducts ? "yes" : nil
        case .width: return options.width.map { String($0.points) }
        case .theme: return options.theme == .light ? nil : options.theme.rawValue
        case .transparent: return options.isTransparent ? "yes" : nil
        case .step: return step.map(String.init)
        case .by: return granularity
        case .notation: return notation
        case .only: return only
        case .title: return title
        case .alt: return alternative
        }
    }

    init(lesson: String?) { self.lesson = lesson }

    /// Any text may be given; what isn't understood is left out.
    init(_ text: String) {
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let key = Key(rawValue: String(parts[0])), let value = String(parts[1]).removingPercentEncoding
            else { continue }
            switch key {
            // A name, as it was written; a path would lead whoever checks the figure to files that it has nothing to do with.
            case .lesson: lesson = Self.isName(value) ? value : nil
            case .figure: figure = value
            case .kind: options.figure = FigureKind(rawValue: value)
            case .sample: options.sample = Int(value).map { .number(max(0, $0)) } ?? .mean
            case .products: options.showsProducts = true
            case .width: options.width = Double(value).flatMap(TextWidth.init(points:))
            case .theme: options.theme = Theme.Name(rawValue: value) ?? .light
            case .transparent: options.isTransparent = true
            case .step: step = Int(value)
            case .by: granularity = value
            case .notation: notation = value
            case .only: only = value
            case .title: title = value
            case .alt: alternative = value
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        !["", ".", ".."].contains(text) && !text.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }

    private static let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~[],")

    private static func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
}
