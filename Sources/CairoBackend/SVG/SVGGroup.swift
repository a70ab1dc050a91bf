import Drawing
import Escaping

extension Group {
    /// Class and role: a part that holds others, or one by itself.
    func svgAttributes(holdsGroups: Bool) -> String {
        let names = kind.rawValue + (isHighlighted ? " highlighted" : "")
        return " class=\"\(names)\" role=\"graphics-\(holdsGroups ? "object" : "symbol")\""
    }

    /// What a browser shows where the pointer rests, and a screen reader says.
    var svgTitle: String { "<title>\(title.escapedForXML)</title>" }
}

/// The ids of a picture's groups: the picture's own prefix, the kind and the name, "b3f09…-node-hidden-0". No two are the same.
struct SVGGroupIDs {
    let prefix: String
    private var taken: Set<String> = []
    /// How many of a name have come.
    private var counts: [String: Int] = [:]

    init(prefix: String) { self.prefix = prefix }

    mutating func id(of group: Group) -> String {
        let name = group.name.unicodeScalars.map {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) ? Character($0) : "-"
        }
        let words = String(name).split(separator: "-").joined(separator: "-")
        let base = prefix + group.kind.rawValue + (words.isEmpty ? "" : "-" + words)
        while true {
            let count = counts[base, default: 0] + 1
            counts[base] = count
            let id = count == 1 ? base : "\(base)-\(count)"
            if taken.insert(id).inserted { return id }
        }
    }
}
