import Drawing
import Escaping

extension Group {
    /// The class and the role, which says whether the group contains others.
    func svgAttributes(holdsGroups: Bool) -> String {
        let names = kind.rawValue + (isHighlighted ? " highlighted" : "")
        return " class=\"\(names)\" role=\"graphics-\(holdsGroups ? "object" : "symbol")\""
    }

    /// The title, which browsers show as a tooltip and screen readers say.
    var svgTitle: String { "<title>\(title.escapedForXML)</title>" }
}

/// Makes unique ids for the groups of a picture from its prefix, the kind and the name: "b3f09…-node-hidden-0".
struct SVGGroupIDs {
    let prefix: String
    private var taken: Set<String> = []
    /// How often each id without a number was asked for.
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
