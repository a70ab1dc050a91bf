import Autodiff
import NeuralNetworks
import Notation
package import Traces

/// What a worksheet asks, and in which order, before its digits are settled.
package struct WorksheetPlan: Sendable {
    struct Question {
        let key: NumberKey
        /// On one line: ∂L/∂w₅.
        let symbol: Formula
        let arithmetic: Arithmetic
        let value: Double
    }

    package let trace: Trace
    package let hiding: WorksheetHiding
    package let level: WorksheetLevel
    let teller: Storyteller
    /// Each needs only what is given and the answers before it.
    let questions: [Question]
    /// What locals and products are called where a chain rule tells them: σ′(z₃), ∂L/∂h₁ through o₁.
    let meanings: [NumberKey: Formula]

    /// More scalars than a class works through.
    package static let mostScalars = 1_500
    package static let mostQuestions = 150

    /// - Throws: `WorksheetError`.
    package init(_ trace: Trace, hiding: WorksheetHiding, level: WorksheetLevel) throws(WorksheetError) {
        let scalars = trace.tape.allIDs.reduce(0) { $0 + trace.tape[$1].shape.reduce(1, *) }
        guard scalars <= Self.mostScalars else { throw .tooLarge("\(scalars) numbers", most: Self.mostScalars) }
        self.trace = trace
        self.hiding = hiding
        self.level = level
        teller = Storyteller(trace)
        let findings = trace.steps(by: .weight).flatMap(\.findings)
        var collection = Collection(trace: trace, teller: teller, hiding: hiding, level: level)
        collection.collect(findings)
        for finding in findings where collection.asks(finding) { collection.add(finding.key) }
        if hiding.kinds.contains(.locals) { for key in collection.localKeys { collection.add(key) } }
        if hiding.kinds.contains(.products) { for key in collection.productKeys { collection.add(key) } }
        questions = collection.order
        meanings = collection.meanings
        guard !questions.isEmpty else { throw .nothing }
        guard questions.count <= Self.mostQuestions else { throw .tooLarge("\(questions.count) questions", most: Self.mostQuestions) }
        for question in questions where !question.value.isFinite { throw .notFinite(question.key.worksheetAddress(in: trace)) }
    }
}

/// Why there is no worksheet.
package enum WorksheetError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(String, most: Int)
    case nothing
    case notFinite(String)
    /// - Parameter faults: how many tries failed for each reason.
    case noNumbers(tries: Int, faults: [VariantFault: Int])

    package var description: String {
        switch self {
        case .tooLarge(let what, let most):
            "a worksheet would have \(what); expected at most \(most): take a smaller lesson, or ask for a few numbers: --hide w1,w5"
        case .nothing: "nothing that the worksheet hides can be asked: the lesson has no such numbers"
        case .notFinite(let address): "\(address) is not finite; a worksheet needs numbers"
        case .noNumbers(let tries, let faults):
            "found no short numbers in \(tries) tries: "
                + VariantFault.allCases.compactMap { fault in faults[fault].map { "in \($0), \(fault.words)" } }.joined(separator: "; ")
                + ". " + (VariantFault.allCases.max { faults[$0, default: 0] < faults[$1, default: 0] }?.advice ?? "")
        }
    }
}

/// Why numbers do not suit a variant.
package enum VariantFault: CaseIterable, Hashable, Sendable {
    case smallGradient, zeros, kink, large

    fileprivate var words: String {
        switch self {
        case .smallGradient: "a gradient was below 10⁻⁴"
        case .zeros: "other gradients were 0 than in the lesson"
        case .kink: "a function was at its kink"
        case .large: "a number was too large"
        }
    }

    fileprivate var advice: String {
        switch self {
        case .smallGradient: "Try a lesson with fewer layers, or with larger weights, whose gradients are larger"
        case .zeros: "Try another --seed, or a lesson without dead units"
        case .kink: "Try another --seed, or inputs that are further from the kink"
        case .large: "Try smaller numbers in the lesson"
        }
    }
}

/// Gathers the questions so that each comes after what it needs.
private struct Collection {
    let trace: Trace
    let teller: Storyteller
    let hiding: WorksheetHiding
    let level: WorksheetLevel
    var findings: [NumberKey: Finding] = [:]
    var meanings: [NumberKey: Formula] = [:]
    var localKeys: [NumberKey] = []
    /// Of sums.
    var productKeys: [NumberKey] = []
    private var products: [NumberKey: (term: ChainRule.Term, scalar: ScalarID)] = [:]
    private(set) var order: [WorksheetPlan.Question] = []
    private var seen: Set<NumberKey> = []

    init(trace: Trace, teller: Storyteller, hiding: WorksheetHiding, level: WorksheetLevel) {
        (self.trace, self.teller, self.hiding, self.level) = (trace, teller, hiding, level)
    }

    mutating func collect(_ all: [Finding]) {
        for finding in all {
            findings[finding.key] = findings[finding.key] ?? finding
            guard case .chain(let chain) = finding.explanation else { continue }
            if chain.terms.count > 1, !isOfData(finding.scalar) { productKeys += chain.terms.map(\.key) }
            for term in chain.terms {
                products[term.key] = (term, finding.scalar)
                meanings[term.key] = symbol(of: term, finding.scalar)
                for factor in term.factors {
                    guard case .local = factor.key, meanings[factor.key] == nil else { continue }
                    meanings[factor.key] = factor.meaning
                    localKeys.append(factor.key)
                }
            }
        }
    }

    /// Whether a finding is asked for.
    func asks(_ finding: Finding) -> Bool {
        if hiding.numbers.contains(finding.key) { return true }
        // What rounding leaves of 0 is no exercise.
        if abs(finding.value) <= teller.noise, finding.value != 0 { return false }
        switch finding.kind {
        case .value: return hiding.kinds.contains(.values)
        // No parameter hangs on the gradient of the data.
        case .gradient: return hiding.kinds.contains(.gradients) && !isOfData(finding.scalar)
        case .clipped, .memory, .update: return hiding.kinds.contains(.results)
        }
    }

    private func isOfData(_ scalar: ScalarID) -> Bool { trace.lowered != nil && trace.tape[scalar.tensor].origin == .source(.input) }

    private func isAsked(_ key: NumberKey) -> Bool {
        if hiding.numbers.contains(key) { return true }
        if case .local = key { return hiding.kinds.contains(.locals) || level == .hard }
        if case .contribution = key { return hiding.kinds.contains(.products) }
        return findings[key].map(asks) ?? false
    }

    /// Adds the question of a number, those that it needs first.
    mutating func add(_ key: NumberKey) {
        guard isAsked(key), seen.insert(key).inserted, let (symbol, arithmetic, value) = told(key) else { return }
        for leaf in arithmetic.leaves { if let key = leaf.key { add(key) } }
        order.append(.init(key: key, symbol: symbol, arithmetic: arithmetic.withShortSources(trace), value: value))
    }

    private func told(_ key: NumberKey) -> (Formula, Arithmetic, Double)? {
        if case .local(let use) = key { return local(use) }
        if let (term, scalar) = products[key], case .contribution = key {
            return (
                symbol(of: term, scalar), .product(term.factors.map { .leaf($0.leaf) }), term.product
            )
        }
        guard let finding = findings[key] else { return nil }
        let line = hiding.kinds.contains(.products) ? finding.line : finding.flatLine
        guard let line else {
            // A gradient that nothing contributes to.
            return finding.value == 0 && finding.kind == .gradient ? (finding.inlineSymbol, .number(0), 0) : nil
        }
        let isNew = finding.kind == .update || finding.key.isRenewed
        return (isNew ? .row([.words("new ")] + finding.inlineSymbol.parts) : finding.inlineSymbol, line.arithmetic, finding.value)
    }

    private func symbol(of term: ChainRule.Term, _ scalar: ScalarID) -> Formula {
        .row([teller.symbols.inlineGradient(of: scalar), .words(" through "), term.through])
    }

    /// The slope of an activation where it follows from the value beside it.
    private func local(_ use: NumberKey.Use) -> (Formula, Arithmetic, Double)? {
        let output = ScalarID(use.to)
        guard case .result(.pointwise(let function), _) = trace.tape[output.tensor].origin, let meaning = meanings[.local(use)],
            let slope = function.row.slopeByValue
        else { return nil }
        let leaf = teller.leaf(output)
        return (meaning, slope.written(.leaf(leaf)), slope.computed(leaf.value))
    }
}

extension Arithmetic {
    /// With the lesson's own numbers as they are written, where that is short.
    fileprivate func withShortSources(_ trace: Trace) -> Arithmetic {
        mappingLeaves { leaf in
            guard case .value(let scalar) = leaf.key, trace.isOwnNumber(ScalarID(scalar)),
                Numeral(leaf.value, digits: Numeral.mostDigits).value == leaf.value
            else { return leaf }
            var exact = leaf
            exact.leastDigits = Numeral.mostDigits
            return exact
        }
    }
}

extension Trace {
    /// Whether a value stands in the lesson as it is: data, a parameter that no step has moved yet, a constant.
    func isOwnNumber(_ scalar: ScalarID) -> Bool {
        switch tape[scalar.tensor].origin {
        case .source(.input), .source(.constant): lowered != nil || rule.steps <= 1 || tape[scalar.tensor].origin == .source(.constant)
        case .source(.parameter): rule.steps <= 1
        case .result: false
        }
    }
}
