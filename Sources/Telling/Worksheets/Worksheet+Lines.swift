import NeuralNetworks
package import Notation
import Traces

// What the lines of a sheet say, in every format.
extension Worksheet {
    /// The given numbers and the constants, each once: "w₅ = 0.4".
    package var stripItems: [Formula] {
        let all = given.map { ($0.symbol, $0.printed) } + constants.map { ($0.symbol, $0.numeral) }
        var items: [Formula] = []
        // 50 says its own value.
        for (symbol, numeral) in all where symbol.plainText != numeral.text {
            let item = Formula.row(symbol.parts + [.sign(.equals), .number(numeral)])
            // The slopes of a mean are the same for all samples.
            if !items.contains(item) { items.append(item) }
        }
        return items
    }

    /// How to answer: an answer with fewer digits than the key's may lie outside of its range.
    package var instruction: String { "Give each answer with \(digits) significant digits." }

    /// As many as the answer that needs most.
    package var digits: Int { questions.reduce(Numeral.usualDigits) { max($0, $1.printed.significantDigits) } }

    package static let heading = "Fill in the blanks"

    package func head(of question: Question) -> Formula { question.symbol }

    /// The products in symbols; nil where the sheet leaves them to the reader, or where they say nothing.
    package func rule(of question: Question) -> Formula? {
        guard level == .easy else { return nil }
        let rule = question.rule(named: symbols)
        return rule.plainText == question.symbol.plainText ? nil : rule
    }

    /// With a line to write each number on: ___ × ___; nil where they are too many.
    package func blanks(of question: Question) -> Formula? {
        let count = question.arithmetic.leaves.count
        guard level == .easy, count > 1, count <= 8 else { return nil }
        var index = 0
        let open = question.arithmetic.mappingLeaves { leaf in
            defer { index += 1 }
            guard leaf.key != nil else { return Arithmetic.Leaf(leaf.value) }
            return Arithmetic.Leaf(leaf.value, .place(Self.blankKey(index), .words("\u{2009}\(Self.blank)\u{2009}")))
        }
        return open.symbolic(printing: question.numerals).writable
    }

    package static let blank = "___________"

    /// The place of a blank in a question's line.
    package static func blankKey(_ index: Int) -> NumberKey { .branch(NumberKey.Scalar(tensor: -1, index: index), 0) }
}

extension Worksheet.Question {
    /// With each number called as the sheet calls it.
    fileprivate func rule(named symbols: [NumberKey: Formula]) -> Formula {
        arithmetic.mappingLeaves { leaf in
            Arithmetic.Leaf(leaf.value, leaf.key.flatMap { symbols[$0] } ?? leaf.symbol)
        }.symbolic(printing: numerals)
    }

    /// "accept 0.000438 to 0.000439", and which mistakes give such a number too.
    package var rangeText: Formula {
        if printed.isZero, accepted.upperBound - accepted.lowerBound < 2e-5 { return .words("accept 0") }
        let (low, high) = shownRange
        let alike = alike.isEmpty ? [] : [Formula.words("; also given by \(alike.map(\.mistake.rawValue).joined(separator: ", "))")]
        return .row([.words("accept "), .number(low), .words(" to "), .number(high)] + alike)
    }

    /// The accepted range to a hundredth of its width. Nothing outside of the range is shown as accepted.
    package var shownRange: (low: Numeral, high: Numeral) {
        let width = accepted.upperBound - accepted.lowerBound
        var (decimals, unit) = (0, 1.0)
        while unit > width / 20, decimals < 17 { (decimals, unit) = (decimals + 1, unit / 10) }
        var (low, high) = (Numeral(accepted.lowerBound, decimals: decimals), Numeral(accepted.upperBound, decimals: decimals))
        if low.value < accepted.lowerBound { low = Numeral(low.value + unit, decimals: decimals) }
        if high.value > accepted.upperBound { high = Numeral(high.value - unit, decimals: decimals) }
        return (low, high)
    }
}

extension Arithmetic {
    /// With each leaf replaced, from left to right.
    package func mappingLeaves(_ change: (Leaf) -> Leaf) -> Arithmetic {
        switch self {
        case .leaf(let leaf): .leaf(change(leaf))
        case .sum(let parts): .sum(parts.map { $0.mappingLeaves(change) })
        case .product(let parts): .product(parts.map { $0.mappingLeaves(change) })
        case .quotient(let a, let b): .quotient(a.mappingLeaves(change), b.mappingLeaves(change))
        case .negation(let a): .negation(a.mappingLeaves(change))
        case .power(let a, let b): .power(a.mappingLeaves(change), b.mappingLeaves(change))
        case .function(let function, let parts): .function(function, parts.map { $0.mappingLeaves(change) })
        }
    }
}

extension Worksheet {
    /// The line with its numbers, as the key has it; nil where the sheet has no blanks for them.
    package func numbers(of question: Question) -> Formula? {
        guard blanks(of: question) != nil else { return nil }
        return question.arithmetic.mappingLeaves { Arithmetic.Leaf($0.value) }.symbolic(printing: question.numerals)
    }
}

extension Formula {
    /// With exp(___) for e to a blank, and with a slash for a fraction inside a fraction: there is no room to write there.
    fileprivate var writable: Formula { writable(isSmall: false) }

    private func writable(isSmall: Bool) -> Formula {
        func inside(_ formula: Formula) -> Formula { formula.writable(isSmall: isSmall) }
        return switch self {
        case .scripts(.symbol("e", _), sub: nil, sup: let exponent?):
            .row([.symbol("exp", .upright), .parenthesized(inside(exponent))])
        case .row(let parts): .row(parts.map(inside))
        case .fraction(let above, let below) where isSmall:
            .row([.parenthesized(inside(above)), .sign(.slash), .parenthesized(inside(below))])
        case .fraction(let above, let below): .fraction(above.writable(isSmall: true), below.writable(isSmall: true))
        case .fenced(let fence, let part): .fenced(fence, inside(part))
        case .root(let part): .root(inside(part))
        case .role(let role, let part): .role(role, inside(part))
        case .scripts(let base, let sub, let sup): .scripts(inside(base), sub: sub, sup: sup)
        case .symbol, .number, .words, .sign, .primed, .accented, .large, .matrix, .transposed, .place: self
        }
    }
}
