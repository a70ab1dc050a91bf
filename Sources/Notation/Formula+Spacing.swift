extension Formula {
    /// The white space that a row's part has before itself, after Knuth's classes of atoms.
    package enum Gap: Hashable, Sendable { case none, thin, medium, thick }

    /// The gap before each part of a row; the first is always `none`.
    ///
    /// A + or − with nothing on its left, or with a sign there, belongs to what follows and has none: a = −b.
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
        // Words carry spaces of their own.
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

    /// Whether a sign at this place is that of what follows, not an operation between two things.
    package static func isPrefix(_ sign: Sign, after before: ArraySlice<Formula>) -> Bool {
        guard sign == .plus || sign == .minus || sign == .plusMinus else { return false }
        switch before.last?.unwrapped {
        case nil, .sign, .words: return true
        default: return false
        }
    }

    /// Without roles and places.
    package var unwrapped: Formula {
        switch self {
        case .role(_, let inside), .place(_, let inside): inside.unwrapped
        default: self
        }
    }

    /// ln, max, ReLU: several upright letters, perhaps with scripts.
    var isFunctionName: Bool {
        switch unwrapped {
        case .symbol(let name, .upright): name.count > 1 && name.allSatisfy(\.isLetter)
        case .scripts(let base, _, _), .primed(let base, _): base.isFunctionName
        default: false
        }
    }
}
