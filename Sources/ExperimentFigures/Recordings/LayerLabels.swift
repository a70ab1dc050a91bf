import Escaping
import Recordings

/// What the layers of a run are called in its pictures: their names, escaped, no longer than there is room for, and no two alike.
///
/// Names of engines are ways through a model, `encoder.layers.11.self_attn.out_proj`, whose ends are the same in every block. What is too long is
/// first abbreviated from the left, `e.l.11.s.out_proj`, as loggers do with packages.
struct LayerLabels {
    private let labels: [String]

    /// - Parameter most: the most characters of a label, at least 7.
    init(_ layers: [Recording.Layer], atMost most: Int = 20) {
        let names = layers.map { Printable.text($0.name) }
        var labels = names
        var open = Array(names.indices)
        var used: Set<String> = []
        for shorten in [Self.whole, Self.abbreviated, Self.initials, Self.cut] {
            let found = open.map { (layer: $0, label: shorten(names[$0], most)) }
            let counts = Dictionary(found.map { ($0.label, 1) }, uniquingKeysWith: +)
            open = []
            for (layer, label) in found {
                if label.count <= most, counts[label] == 1, used.insert(label).inserted {
                    labels[layer] = label
                } else {
                    open.append(layer)
                }
            }
        }
        // Names that differ in nothing that fits are told apart by where they stand, from 1.
        for layer in open {
            let number = "…\(layer + 1)"
            let starts = (0...max(most - number.count, 0)).reversed()
            let label = starts.lazy.map { "\(names[layer].prefix($0))\(number)" }.first { !used.contains($0) } ?? number
            used.insert(label)
            labels[layer] = label
        }
        self.labels = labels
    }

    subscript(layer: Int) -> String { labels.indices.contains(layer) ? labels[layer] : "" }

    /// In a sentence, where a number, as the layers of a sequence have for names, needs a noun.
    func noun(_ layer: Int) -> String {
        self[layer].allSatisfy { $0.isASCII && $0.isNumber } ? "layer \(self[layer])" : self[layer]
    }

    // MARK: Ways to shorten a name

    private static func whole(_ name: String, _ most: Int) -> String { name }

    /// As many of the first parts as need be are one letter, and their number.
    private static func abbreviated(_ name: String, _ most: Int) -> String {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var count = name.count
        for index in parts.indices.dropLast() where count > most {
            let short = initial(parts[index])
            count -= parts[index].count - short.count
            parts[index] = short
        }
        return parts.joined(separator: ".")
    }

    /// Without what is in the middle.
    private static func cut(_ name: String, _ most: Int) -> String {
        name.count > most ? "\(name.prefix(most / 2 - 2))…\(name.suffix(most - most / 2 + 1))" : name
    }

    /// All parts are one letter, where there are several; of too many, the last ones.
    private static func initials(_ name: String, _ most: Int) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return name }
        let short = parts.map { initial(String($0)) }.joined(separator: ".")
        return short.count > most ? "…\(short.suffix(most - 1))" : short
    }

    /// "l11" of "layer11", "r#2" of "relu#2".
    private static func initial(_ part: String) -> String {
        let number = part.reversed().prefix { $0.isNumber || $0 == "#" }.count
        return "\(part.dropLast(number).prefix(1))\(part.suffix(number))"
    }
}
