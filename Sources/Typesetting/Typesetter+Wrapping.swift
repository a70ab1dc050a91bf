package import Drawing
package import Notation

extension Typesetter {
    /// The text broken into lines no wider than `width`, if possible. Breaks are at the spaces of its words, and before the relations of a
    /// formula that is too wide for a line. A line has at least one word, however narrow the width.
    package func wrapText(
        _ text: Formula, font: Font, width: Double, color: Paint? = nil, numerals: Font.Family = .mathematics, isDisplayed: Bool = false
    ) -> [Laid] {
        func fits(_ parts: [Formula]) -> Bool {
            layoutText(.row(parts), font: font, numerals: numerals, isDisplayed: isDisplayed).width <= width
        }

        var lines: [[Formula]] = []
        var line: [Formula] = []
        for group in Self.groups(of: text) {
            for (index, parts) in pieces(of: group, where: fits).enumerated() {
                let separation: [Formula] = index == 0 && !line.isEmpty ? [.words(" ")] : []
                let candidate = Self.merged(line + separation + parts)
                if line.isEmpty || fits(candidate) {
                    line = candidate
                } else {
                    lines.append(line)
                    line = parts
                }
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { layoutText(.row($0), font: font, color: color, numerals: numerals, isDisplayed: isDisplayed) }
    }

    /// The parts between two spaces, which stay on one line.
    private static func groups(of text: Formula) -> [[Formula]] {
        var groups: [[Formula]] = [[]]
        for part in flattened(text) {
            guard case .words(let words) = part.unwrapped else {
                groups[groups.count - 1].append(part)
                continue
            }
            for (index, word) in words.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { groups.append([]) }
                if !word.isEmpty { groups[groups.count - 1].append(part.withWords(String(word))) }
            }
        }
        return groups.filter { !$0.isEmpty }
    }

    /// A formula as it is, or broken before its relations, or before the signs of its sums too.
    private func pieces(of group: [Formula], where fits: ([Formula]) -> Bool) -> [[Formula]] {
        guard !fits(group) else { return [group] }
        return Self.broken(group) { $0.spacing == .relation }.flatMap { piece in
            fits(piece) ? [piece] : Self.broken(piece) { $0 == .plus || $0 == .minus }
        }
    }

    private static func broken(_ group: [Formula], before isBreak: (Formula.Sign) -> Bool) -> [[Formula]] {
        var pieces: [[Formula]] = [[]]
        for part in group {
            // A minus after a relation belongs to the number.
            var isFirst = pieces.last?.isEmpty ?? true
            if case .sign(let before)? = pieces.last?.last?.unwrapped, before.spacing == .relation { isFirst = true }
            if case .sign(let sign) = part.unwrapped, isBreak(sign), !isFirst { pieces.append([]) }
            pieces[pieces.count - 1].append(part)
        }
        return pieces
    }

    /// The parts of a row with rows inside it expanded, and with their roles, so that the words inside can be broken too.
    private static func flattened(_ formula: Formula) -> [Formula] {
        switch formula {
        case .row(let parts): parts.flatMap(flattened)
        case .role(let role, let inside): flattened(inside).map { .role(role, $0) }
        default: [formula]
        }
    }

    /// With neighbouring words joined, so that they are kerned and copied as one text.
    private static func merged(_ parts: [Formula]) -> [Formula] {
        var result: [Formula] = []
        for part in parts {
            if case .words(let next) = part, case .words(let before)? = result.last {
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
        case .place(let key, let inside): .place(key, inside.withWords(text))
        default: .words(text)
        }
    }
}
