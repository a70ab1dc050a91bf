import Autodiff
package import NeuralNetworks
package import Notation
package import Traces

/// A lesson with blanks: what is given, what is asked, and which answers the printed digits allow.
package struct Worksheet: Sendable {
    /// A number that the sheet prints.
    package struct Given: Sendable {
        package let key: NumberKey
        package let address: String
        package let symbol: Formula
        package let printed: Numeral
        package let value: Double
    }

    package enum Use: Hashable, Sendable {
        case address(String)
        /// Stands for itself: a 2 of the rule, the learning rate, a slope of 0 or 1.
        case number(Double)
    }

    package struct Question: Sendable {
        package let id: String
        package let key: NumberKey
        package let address: String
        package let symbol: Formula
        package let arithmetic: Arithmetic
        package let printed: Numeral
        package let value: Double
        /// Every result that the printed digits allow, those of earlier answers as they may be rounded, and the printed answer.
        package let accepted: ClosedRange<Double>
        package let uses: [Use]
        /// The numerals of the arithmetic's leaves, from left to right.
        package let numerals: [Numeral]
        package let operation: Operation?
        /// What classic mistakes give that is not accepted.
        package let mistakes: [(mistake: Mistake, value: Double)]
        /// Those that the digits can't tell from a right answer, although they would print another number.
        package let alike: [(mistake: Mistake, value: Double)]
    }

    package enum Operation: String, Hashable, Sendable { case product, sum }

    package let trace: Trace
    package let level: WorksheetLevel
    package let given: [Given]
    package let questions: [Question]
    package let precision: Precision
    /// Constants that the questions' lines have under a letter: η = 0.5.
    package let constants: [(symbol: Formula, numeral: Numeral)]
    package let conventions: [Formula]
    /// What the numbers of the lines are called: h₁, ∂L/∂z₃, σ′(z₃).
    let symbols: [NumberKey: Formula]
    /// What the lesson's numbers are called.
    package let names: Symbols

    /// With as few digits as tell right answers from those of classic mistakes, and keep ranges narrow; from four, by which one works by hand.
    /// - Parameters:
    ///   - drawn: the digits of the figure beside it.
    ///   - mistakes: the lesson with each classic mistake.
    package init(_ plan: WorksheetPlan, beside drawn: Precision = Precision(), mistakes: [MistakenTrace]) {
        let wrong = plan.questions.map { question in
            mistakes.compactMap { mistaken in mistaken.value(of: question.key).map { (mistaken.mistake, $0) } }.filter { $1.isFinite }
        }
        var best: Worksheet?
        for digits in Numeral.usualDigits...Numeral.mostDigits {
            var precision = Precision(usual: digits)
            precision.raise(to: drawn)
            let made = Worksheet(plan, precision, wrong)
            if best.map({ made.blur < $0.blur }) ?? true { best = made }
            if made.blur == (0, 0) { break }
        }
        self = best ?? Worksheet(plan, drawn, wrong)
    }

    /// How many mistakes are accepted, and how many ranges are wide.
    private var blur: (mistakes: Int, ranges: Int) {
        (
            questions.reduce(0) { $0 + $1.alike.count },
            questions.count {
                let width = $0.accepted.upperBound - $0.accepted.lowerBound
                return !$0.printed.isZero && width > Self.mostWidth * abs($0.value)
            }
        )
    }

    /// Of a range, in answers.
    private static let mostWidth = 0.02

    /// - Parameter mistakes: what they make of each question.
    private init(_ plan: WorksheetPlan, _ precision: Precision, _ mistakes: [[(mistake: Mistake, value: Double)]]) {
        let trace = plan.trace
        self.trace = trace
        level = plan.level
        var precision = precision
        // A sheet has no other steps.
        conventions = plan.teller.conventions.filter { $0 != plan.teller.digits }
        var given: [Given] = []
        var constants: [(symbol: Formula, numeral: Numeral)] = []
        var known: [NumberKey: Known] = [:]
        var questions: [Question] = []
        var symbols = Dictionary(plan.questions.map { ($0.key, $0.symbol) }, uniquingKeysWith: { first, _ in first })

        // What is given by its digits has as many as answers are asked for: with fewer, a student's own answer that is carried on would
        // be off by more than the last digits of the next.
        let asked = plan.questions.map { precision.digits(of: $0.key) }.max() ?? 0
        func numeral(_ value: Double, _ key: NumberKey, isOwn: Bool, isGiven: Bool = false) -> Numeral {
            if abs(value) <= plan.teller.noise { return Numeral(0) }
            let digits = max(precision.digits(of: key), isOwn ? Self.ownDigits(value) : isGiven ? asked : 0)
            return Numeral(value, digits: digits, padded: !isOwn)
        }
        /// A number that has a name on the sheet stands in its strip.
        func constant(_ symbol: Formula?, _ numeral: Numeral) -> (Use, Known) {
            if let symbol, !symbol.isNumeric, !constants.contains(where: { $0.symbol == symbol && $0.numeral == numeral }) {
                constants.append((symbol, numeral))
            }
            return (.number(numeral.value), Known(numeral: numeral, radius: 0))
        }
        func use(_ leaf: Arithmetic.Leaf) -> (Use, Known) {
            guard let key = leaf.key else { return constant(leaf.symbol, Numeral(leaf.value, digits: Numeral.mostDigits)) }
            let symbol = symbols[key] ?? plan.symbol(of: key, leaf)
            symbols[key] = symbol
            if let found = known[key] {
                return found.numeral.isZero && found.radius > 0
                    ? (.number(0), Known(numeral: found.numeral, radius: 0))
                    : (.address(key.worksheetAddress(in: trace)), found)
            }
            var isOwn = false
            if case .value(let scalar) = key { isOwn = trace.isOwnNumber(ScalarID(scalar)) }
            let printed = numeral(leaf.value, key, isOwn: isOwn, isGiven: true)
            if key == .gradient(ScalarID(trace.pass.result, 0).key) { return constant(symbol, Numeral(1)) }
            if case .local = key {
                if symbol.isNumeric {
                    // Noise that rounding leaves is no slope.
                    if printed.isZero { symbols[key] = .number(printed) }
                    return constant(nil, Numeral(printed.isZero ? 0 : leaf.value, digits: Numeral.mostDigits))
                }
                if abs(leaf.value) <= 1, leaf.value == leaf.value.rounded() { return constant(symbol, Numeral(leaf.value)) }
            }
            if printed.isZero, !isOwn { return constant(symbol, printed) }
            let half = isOwn && printed.value == leaf.value ? 0 : Self.half(of: printed)
            // The figure beside the sheet prints it with the same digits.
            if !isOwn { precision.raise(key, to: max(precision.digits(of: key), asked)) }
            precision.print(printed, for: key)
            let new = Known(numeral: printed, radius: half)
            known[key] = new
            given.append(Given(key: key, address: key.worksheetAddress(in: trace), symbol: symbol, printed: printed, value: leaf.value))
            return (.address(key.worksheetAddress(in: trace)), new)
        }

        for (place, question) in plan.questions.enumerated() {
            let used = question.arithmetic.leaves.map(use)
            let printed = numeral(question.value, question.key, isOwn: false)
            precision.print(printed, for: question.key)
            // A number that is 0 has no last digit to be off by.
            let half = printed.isZero ? 5e-6 : Self.half(of: printed)
            // A student goes on with answers of their own, each anywhere in its range.
            let allowed = question.arithmetic.range(of: used.map { ($0.1.numeral.value, $0.1.radius) }) ?? question.value...question.value
            let accepted =
                min(allowed.lowerBound, printed.value, question.value) - half...max(
                    allowed.upperBound, printed.value, question.value) + half
            known[question.key] = Known(
                numeral: printed, radius: max(accepted.upperBound - printed.value, printed.value - accepted.lowerBound))
            questions.append(
                Question(
                    id: "q\(place + 1)", key: question.key, address: question.key.worksheetAddress(in: trace), symbol: question.symbol,
                    arithmetic: question.arithmetic, printed: printed, value: question.value, accepted: accepted, uses: used.map(\.0),
                    numerals: used.map(\.1.numeral), operation: question.arithmetic.plainOperation,
                    mistakes: mistakes[place].filter { !accepted.contains($0.value) },
                    alike: mistakes[place].filter {
                        accepted.contains($0.value) && numeral($0.value, question.key, isOwn: false) != printed
                    }))
        }
        self.precision = precision
        self.given = given
        self.questions = questions
        self.constants = constants
        self.symbols = symbols
        names = plan.teller.symbols
    }

    /// A number as the lines use it.
    private struct Known {
        let numeral: Numeral
        /// How far what a student goes on with may be off: half a unit of the last printed digit, 0 where the lesson has the number so; of an
        /// answer, as far as it is accepted.
        let radius: Double
    }

    /// As many as the number is written with, where these are few.
    private static func ownDigits(_ value: Double) -> Int {
        Numeral(value, digits: Numeral.mostDigits).value == value ? Numeral.mostDigits : 1
    }

    /// Half a unit of the last digit.
    private static func half(of numeral: Numeral) -> Double { Double("5e\(numeral.lastPlace - 1)") ?? 0 }
}

extension Formula {
    /// Whether it says its own value: 50, ½.
    fileprivate var isNumeric: Bool {
        switch self {
        case .number: true
        case .sign(let sign): sign == .minus
        case .fraction(let a, let b): a.isNumeric && b.isNumeric
        case .row(let parts): parts.allSatisfy(\.isNumeric)
        case .role(_, let inside), .place(_, let inside), .fenced(_, let inside): inside.isNumeric
        case .symbol(let letter, _): letter.allSatisfy(\.isNumber)
        case .words, .scripts, .primed, .accented, .root, .large, .matrix, .transposed: false
        }
    }
}

extension WorksheetPlan {
    fileprivate func symbol(of key: NumberKey, _ leaf: Arithmetic.Leaf) -> Formula {
        switch key {
        case .value(let scalar): teller.symbols(ScalarID(scalar))
        case .gradient(let scalar): teller.symbols.inlineGradient(of: ScalarID(scalar))
        case .local, .contribution: meanings[key] ?? leaf.symbol ?? .words(key.worksheetAddress(in: trace))
        case .rest(let scalar):
            // Each long sum has its own "5 others".
            .row((leaf.symbol ?? .words("others")).parts + [.words(" of "), teller.symbols.inlineGradient(of: ScalarID(scalar))])
        case .remembered where key.isRenewed:
            .row([.words("new ")] + (leaf.symbol?.parts ?? [.words(key.worksheetAddress(in: trace))]))
        case .clipped, .updated, .remembered, .norm, .probability, .branch, .atStep:
            leaf.symbol ?? .words(key.worksheetAddress(in: trace))
        }
    }
}

extension Arithmetic {
    /// Whether it is nothing but a product, or a sum, of its numbers.
    fileprivate var plainOperation: Worksheet.Operation? {
        func areLeaves(_ parts: [Arithmetic]) -> Bool { parts.allSatisfy { if case .leaf = $0 { true } else { false } } }
        switch self {
        case .leaf: return .product
        case .product(let parts): return areLeaves(parts) ? .product : nil
        case .sum(let parts): return areLeaves(parts) ? .sum : nil
        case .quotient, .negation, .power, .function: return nil
        }
    }
}

extension MistakenTrace {
    /// What the mistake makes of a number that is asked for; nil where it is not known.
    fileprivate func value(of key: NumberKey) -> Double? {
        switch key {
        case .gradient(let scalar): return gradients(of: ScalarID(scalar).tensor).wrong.scalars[scalar.index]
        case .updated(let scalar): return wrong.update.updated.flatMap { number(scalar, in: $0) }
        case .clipped(let scalar): return number(scalar, in: wrong.update.clipped)
        case .norm: return handedOn.map(\.norm).norm
        case .remembered(let scalar, let memory, let isAfter): return wrong.remembered(ScalarID(scalar), memory, isAfter: isAfter)
        case .local(let use): return contribution(of: use)?.local
        case .contribution(let use): return contribution(of: use)?.product
        case .value, .probability, .rest, .branch, .atStep: return nil
        }
    }

    /// Of tensors in the order of the trainables.
    private func number(_ scalar: NumberKey.Scalar, in tensors: [Tensor]) -> Double? {
        right.trainables.firstIndex { $0.id.index == scalar.tensor }.map { tensors[$0].scalars[scalar.index] }
    }

    /// Nil where it is lost after it is computed.
    private func contribution(of use: NumberKey.Use) -> Contribution? {
        guard !wrong.pass.faults.lost.contains(.init(ScalarID(use.to).tensor, operand: use.operand)) else { return nil }
        return wrong.pass.contributions(to: ScalarID(use.from).tensor, use.from.index).first { $0.use == use }
    }
}

extension Worksheet {
    /// As `answers.json` has one variant.
    /// - Parameter file: of the variant's lesson.
    package func json(variant: Int, file: String) -> JSON {
        .object([
            "variant": .integer(variant), "lesson": .string(file),
            "given": .array(
                given.map {
                    .object([
                        "address": .string($0.address), "symbol": .string($0.symbol.plainText), "printed": .string($0.printed.ascii),
                    ])
                }),
            "questions": .array(questions.map(\.json)),
        ])
    }
}

extension Worksheet.Question {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [
            .init(key: "id", value: .string(id)), .init(key: "address", value: .string(address)),
            .init(key: "symbol", value: .string(symbol.plainText)), .init(key: "printed", value: .string(printed.ascii)),
            .init(key: "value", value: .number(value)), .init(key: "low", value: .number(accepted.lowerBound)),
            .init(key: "high", value: .number(accepted.upperBound)),
            .init(
                key: "uses",
                value: .array(
                    uses.map {
                        switch $0 {
                        case .address(let address): .string(address)
                        case .number(let number): .number(number)
                        }
                    })),
        ]
        if let operation { members.append(.init(key: "operation", value: .string(operation.rawValue))) }
        func list(_ mistakes: [(mistake: Mistake, value: Double)]) -> JSON {
            .array(mistakes.map { .object(["kind": .string($0.mistake.rawValue), "value": .number($0.value)]) })
        }
        members.append(.init(key: "mistakes", value: list(mistakes)))
        if !alike.isEmpty { members.append(.init(key: "accepted-mistakes", value: list(alike))) }
        return .object(members)
    }
}
