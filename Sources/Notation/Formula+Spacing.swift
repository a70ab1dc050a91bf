extension Formula {
    /// The space before a part of a row, chosen as TeX does by classes of atoms (Knuth, The TeXbook, chapter 18).
    package enum Gap: Hashable, Sendable { case none, thin, medium, thick }

    /// The gap before each part of a row; the first is always `none`.
    ///
    /// A + or − at the start or after another sign is a prefix, with no space after it: a = −b.
    package static func gaps(in row: [Formula]) -> [Gap] {
        var gaps: [Gap] = []
        for (index, part) in row.enumerated() {
            gaps.append(index == 0 ? .none : gap(between: row[..<index], and: part))
        }
        return gaps
    }

    private static func gap(between before: ArraySlice<Formula>, and part: Formula) -> Gap {
        guard let last = before.last else { return .none }
        switch (last.unwrapped, part.unwrapped) {
        case (.sign(let sign), _) where isPrefix(sign, after: before.dropLast()): return .none
        // Words contain their own spaces.
        case (.words, .sign(let sign)) where isPrefix(sign, after: before): return .none
        case (.sign(let first), .sign(let second)):
            if first.spacing == .relation || second.spacing == .relation { return .thick }
            if first.spacing == .punctuation { return .thin }
            return first.spacing == .binary ? .medium : .none
        case (.sign(let sign), _), (_, .sign(let sign)):
            switch sign.spacing {
            case .relation: return .thick
            case .binary: return .medium
            case .punctuation: return part.unwrapped == .sign(sign) ? .none : .thin
            case .tight: return .none
            }
        case (.large, _), (_, .large): return .thin
        case (_, .fenced), (_, .words), (.words, _): return .none
        case (let left, let right):
            if left.isFunctionName || right.isFunctionName { return .thin }
            return .none
        }
    }

    /// Whether a sign at this position is a prefix of the next part rather than an operation between two parts.
    package static func isPrefix(_ sign: Sign, after before: ArraySlice<Formula>) -> Bool {
        guard sign == .plus || sign == .minus || sign == .plusMinus else { return false }
        switch before.last?.unwrapped {
        case nil, .sign, .words: return true
        default: return false
        }
    }

    /// The formula without the roles and places around it.
    package var unwrapped: Formula {
        switch self {
        case .role(_, let inside), .place(_, let inside): inside.unwrapped
        default: self
        }
    }

    /// Whether it is several upright letters, perhaps with scripts: ln, max, ReLU.
    var isFunctionName: Bool {
        switch unwrapped {
        case .symbol(let name, .upright): name.count > 1 && name.allSatisfy(\.isLetter)
        case .scripts(let base, _, _), .primed(let base, _): base.isFunctionName
        default: false
        }
    }
}
