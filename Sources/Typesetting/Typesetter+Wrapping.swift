package import Drawing
package import Notation

extension Typesetter {
    /// The text broken into lines no wider than `width` where possible: at the spaces of its words and before relations.
    /// A line has at least one word, however narrow the width.
    package func wrapText(_ text: Formula, font: Font, width: Double, color: Color? = nil) -> [Laid] {
        var lines: [[Formula]] = []
        var line: [Formula] = []
        for group in Self.groups(of: text) {
            let joined = line.isEmpty ? group.parts : line + (group.follows == .space ? [.words(" ")] : []) + group.parts
            let candidate = Self.merged(joined)
            if line.isEmpty || layoutText(.row(candidate), font: font).width <= width {
                line = candidate
            } else {
                lines.append(line)
                line = group.parts
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { layoutText(.row($0), font: font, color: color) }
    }

    /// What stays on one line.
    private struct Group {
        enum Separation { case space, nothing }
        var parts: [Formula] = []
        /// What separates it from the group before, where both are on one line.
        var follows: Separation
    }

    private static func groups(of text: Formula) -> [Group] {
        var groups = [Group(follows: .nothing)]
        for part in flattened(text) {
            if case .words(let words) = part.unwrapped {
                for (index, word) in words.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                    if index > 0 { groups.append(Group(follows: .space)) }
                    if !word.isEmpty { groups[groups.count - 1].parts.append(part.withWords(String(word))) }
                }
            } else {
                if case .sign(let sign) = part.unwrapped, sign.spacing == .relation, groups.last?.parts.isEmpty == false {
                    groups.append(Group(follows: .nothing))
                }
                groups[groups.count - 1].parts.append(part)
            }
        }
        // Two spaces in a row are one.
        return groups.filter { !$0.parts.isEmpty }
    }

    /// Rows inside the row, with their roles, so that their words can be broken too.
    private static func flattened(_ formula: Formula) -> [Formula] {
        switch formula {
        case .row(let parts): parts.flatMap(flattened)
        case .role(let role, let inside): flattened(inside).map { .role(role, $0) }
        default: [formula]
        }
    }

    /// Neighbouring words as one run, so that they are kerned and copied as one.
    private static func merged(_ parts: [Formula]) -> [Formula] {
        var result: [Formula] = []
        for part in parts {
            if case .words(let next)? = Optional(part), case .words(let before)? = result.last {
                result[result.count - 1] = .words(before + next)
            } else {
                result.append(part)
            }
        }
        return result
    }
}

extension Formula {
    /// The same roles and places around other words.
    fileprivate func withWords(_ text: String) -> Formula {
        switch self {
        case .role(let role, let inside): .role(role, inside.withWords(text))
        case .place(let name, let inside): .place(name, inside.withWords(text))
        default: .words(text)
        }
    }
}
