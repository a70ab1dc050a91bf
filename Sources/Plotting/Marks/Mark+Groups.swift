import Drawing
import Notation

// The names of marks, and their descriptions for readers who can't see the picture.
extension Group {
    /// A line through numbers, described by their count and by its ends.
    static func line(_ name: String?, kind: Group.Kind = .series, x: [Double], y: [Double]) -> Group {
        let ends = [(x.first, y.first), (x.last, y.last)].compactMap { x, y in
            if let x, let y { place(x, y) } else { nil }
        }
        let way = x.count > 1 ? "\(x.count) values, from \(ends.joined(separator: " to "))" : ends.first ?? "no value"
        return Group(kind, name ?? "", words: name.map { "\($0): \(way)" } ?? way)
    }

    /// One number of a mark that consists of separate numbers, such as bars.
    static func item(_ kind: Group.Kind, x: Double, y: Double) -> Group {
        Group(kind, Numeral(x).text, words: place(x, y))
    }

    /// "0.5 at 1".
    private static func place(_ x: Double, _ y: Double) -> String { "\(Numeral(y).text) at \(Numeral(x).text)" }

    /// The most points of a mark that get a group each.
    static let mostItems = 400
}
