import Forms

/// The size of a file with its aliases expanded, found without expanding them.
///
/// A few lines of anchors that refer to one another can stand for billions of values, and comparing such keys would take as long. Each
/// alias is charged with the text between its anchor and its first use, itself expanded: an upper bound on what it stands for. Whatever
/// looks like an anchor or an alias counts as one.
struct Unfolding {
    /// In bytes, at most `ceiling`.
    private(set) var size = 0
    /// Where the limit was exceeded.
    private(set) var excess: SourceMark?

    private static let ceiling = 1 << 40

    init(of source: SourceText, limit: Int) {
        var starts: [String: Int] = [:]
        var costs: [String: Int] = [:]
        for (row, line) in source.lines.enumerated() {
            var column = 0
            while column < line.count {
                let scalar = line[column]
                size += 1
                column += 1
                guard scalar == "&" || scalar == "*" else { continue }
                var name = ""
                var end = column
                while end < line.count, Self.isNamePart(line[end]) {
                    name.unicodeScalars.append(line[end])
                    end += 1
                }
                guard !name.isEmpty else { continue }
                if scalar == "&" {
                    // The earliest anchor of a name costs the most; a later one may be text that only looks like an anchor.
                    if starts[name] == nil { starts[name] = size }
                    costs[name] = nil
                } else if let start = starts[name] {
                    let cost = costs[name] ?? size - start
                    costs[name] = cost
                    size = min(size + cost, Self.ceiling)
                    if size > limit, excess == nil { excess = SourceMark(line: row + 1, column: column) }
                }
            }
            size += 1
        }
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z", "_", "-": true
        default: false
        }
    }
}
