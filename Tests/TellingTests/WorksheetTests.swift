import Autodiff
import NeuralNetworks
import Notation
import Testing
import TraceSamples
import Traces

@testable import Telling

@Suite("What a worksheet asks and accepts") struct WorksheetTests {
    private static let kinds: [Set<WorksheetHiding.Kind>] = [
        [.gradients], [.gradients, .values], [.gradients, .products], [.locals], [.gradients, .values, .locals, .results],
    ]

    /// Every sheet that can be made of the samples.
    private static func sheets() throws -> [(name: String, sheet: Worksheet, mistakes: [MistakenTrace])] {
        try SampleTraces.all().flatMap { name, trace in
            let mistakes = try MistakenTrace.all(of: trace)
            return kinds.flatMap { kinds in
                WorksheetLevel.allCases.compactMap { level in
                    (try? WorksheetPlan(trace, hiding: WorksheetHiding(kinds: kinds), level: level)).map {
                        (
                            name: "\(name), \(kinds.map(\.rawValue).sorted()), \(level)", sheet: Worksheet($0, mistakes: mistakes),
                            mistakes: mistakes
                        )
                    }
                }
            }
        }
    }

    private static let made = Result { try sheets() }

    private static func half(_ numeral: Numeral) -> Double { numeral.isZero ? 5e-6 : Double("5e\(numeral.lastPlace - 1)") ?? 0 }

    @Test("A line works out to its answer, from numbers that are given or answered before it") func lines() throws {
        let sheets = try Self.made.get()
        #expect(sheets.count > 300)
        for (name, sheet, _) in sheets {
            var known = Set(sheet.given.map(\.address))
            for question in sheet.questions {
                let place = Comment("\(name): \(question.address)")
                let result = try #require(question.arithmetic.range(of: question.arithmetic.leaves.map { ($0.value, 0) }), place)
                #expect(abs(result.lowerBound - question.value) <= 1e-9 * max(abs(question.value), 1e-3), place)
                for case .address(let address) in question.uses { #expect(known.contains(address), place) }
                #expect(question.uses.count == question.numerals.count, place)
                #expect(known.insert(question.address).inserted, place)
            }
            #expect(Set(sheet.questions.map(\.id)).count == sheet.questions.count)
        }
    }

    @Test("An accepted range is what the printed digits leave open, and not more") func ranges() throws {
        var products = 0
        for (name, sheet, _) in try Self.made.get() where sheet.trace.rule.steps <= 1 {
            var known: [String: (value: Double, radius: Double)] = [:]
            for given in sheet.given {
                // The lesson's own numbers are exact.
                guard case .value(let scalar) = given.key, case .source = sheet.trace.tape[ScalarID(scalar).tensor].origin else {
                    known[given.address] = (given.printed.value, Self.half(given.printed))
                    continue
                }
                known[given.address] = (given.printed.value, given.printed.value == given.value ? 0 : Self.half(given.printed))
            }
            for question in sheet.questions {
                let place = Comment("\(name): \(question.address)")
                let (printed, half) = (question.printed.value, Self.half(question.printed))
                let range = question.accepted
                #expect(range.contains(question.value) && range.contains(printed), place)
                if let operation = question.operation {
                    products += 1
                    var ends = operation == .product ? (1.0, 1.0) : (0.0, 0.0)
                    for use in question.uses {
                        var number = (value: 0.0, radius: 0.0)
                        switch use {
                        case .number(let constant): number.value = constant
                        case .address(let address): number = try #require(known[address], place)
                        }
                        let parts = (number.value - number.radius, number.value + number.radius)
                        let all = [ends.0 * parts.0, ends.0 * parts.1, ends.1 * parts.0, ends.1 * parts.1]
                        ends = operation == .sum ? (ends.0 + parts.0, ends.1 + parts.1) : (all.min() ?? 0, all.max() ?? 0)
                    }
                    let (low, high) = (min(ends.0, printed, question.value) - half, max(ends.1, printed, question.value) + half)
                    // Intervals are symmetric: the product of two radii goes to both sides.
                    let (slack, excess) = (1e-9 * max(abs(low), abs(high)), 0.02 * (high - low))
                    #expect(range.lowerBound <= low + slack && range.upperBound >= high - slack, place)
                    #expect(range.lowerBound >= low - excess && range.upperBound <= high + excess, place)
                }
                known[question.address] = (printed, max(range.upperBound - printed, printed - range.lowerBound))
            }
        }
        #expect(products > 3_000)
    }

    @Test("The key shows no number as accepted that is not, and no range that is much narrower") func shownRanges() throws {
        for (name, sheet, _) in try Self.made.get() {
            for question in sheet.questions {
                let (range, shown) = (question.accepted, question.shownRange)
                let width = range.upperBound - range.lowerBound
                let slack = 1e-12 * max(abs(range.lowerBound), abs(range.upperBound))
                #expect(
                    shown.low.value >= range.lowerBound - slack && shown.high.value <= range.upperBound + slack
                        && shown.high.value - shown.low.value > 0.85 * width, "\(name): \(question.address)")
            }
        }
    }

    @Test("A mistake is told with the number that it gives, and is not accepted, or the key says so") func mistakes() throws {
        var (told, alike) = (0, 0)
        for (name, sheet, wrong) in try Self.made.get() {
            for question in sheet.questions {
                for (mistake, value) in question.mistakes { #expect(!question.accepted.contains(value), "\(name): \(mistake)") }
                for (mistake, value) in question.alike { #expect(question.accepted.contains(value), "\(name): \(mistake)") }
                alike += question.alike.count
                guard case .gradient(let scalar) = question.key else { continue }
                let id = ScalarID(scalar)
                for mistaken in wrong {
                    let value = mistaken.gradients(of: id.tensor).wrong.scalars[id.index]
                    let isTold = question.mistakes.contains { $0.mistake == mistaken.mistake && $0.value == value }
                    #expect(isTold == (value.isFinite && !question.accepted.contains(value)), "\(name): \(mistaken.mistake)")
                    told += isTold ? 1 : 0
                }
            }
        }
        #expect(told > 1_000)
        // Where digits could tell a mistake from the answer, there are so many.
        #expect(alike < 100)
    }

    @Test("A difference of numbers that are nearly equal is given with more digits, so that its range stays narrow") func narrow() throws {
        func name(_ name: String) -> Expression { .name(name) }
        let lines = [
            ExpressionProgram.Line(name: "p", expression: .unary(.exp, name("x"))), .init(name: "q", expression: .unary(.exp, name("y"))),
            .init(name: "d", expression: .binary(.subtract, name("p"), name("q"))),
        ]
        let trace = Trace(ExpressionProgram(lines: lines, inputs: [(name: "x", value: 1), (name: "y", value: 0.99)]))
        let plan = try WorksheetPlan(
            trace, hiding: WorksheetHiding(kinds: [], numbers: [.value(ScalarID(trace.pass.result, 0).key)]), level: .easy)
        let sheet = Worksheet(plan, mistakes: [])
        let question = try #require(sheet.questions.first)
        let width = question.accepted.upperBound - question.accepted.lowerBound
        #expect(sheet.questions.count == 1 && width <= 0.02 * question.value && width > 0, "\(question.accepted)")
        // Four digits leave 0.027 ± 0.001.
        #expect(sheet.given.allSatisfy { $0.printed.significantDigits > 4 }, "\(sheet.given.map(\.printed.text))")
    }

    @Test("As many digits are asked for as the answer with most needs; all are named in the strip that a line needs") func digits() throws {
        for (name, sheet, _) in try Self.made.get() {
            #expect(sheet.digits >= 4 && sheet.questions.allSatisfy { $0.printed.significantDigits <= sheet.digits }, "\(name)")
            let strip = sheet.stripItems.map(\.plainText)
            #expect(Set(strip).count == strip.count, "\(name): \(strip)")
            // 2 says its own value.
            for given in sheet.given where given.symbol.plainText != given.printed.text {
                #expect(strip.contains("\(given.symbol.plainText) = \(given.printed.text)"), "\(name): \(given.address)")
            }
        }
    }

    @Test("Each kind asks for its own numbers; the gradient of the data is asked for by nobody") func hiding() throws {
        let trace = try SampleTraces.mazur()
        func asked(_ hiding: WorksheetHiding, _ level: WorksheetLevel = .easy) throws -> [String] {
            try WorksheetPlan(trace, hiding: hiding, level: level).questions.map { $0.key.worksheetAddress(in: trace) }
        }
        let gradients = try asked(WorksheetHiding(kinds: [.gradients]))
        #expect(gradients.count == 20 && gradients.allSatisfy { $0.hasPrefix("gradient ") && !$0.hasPrefix("gradient input") })
        #expect(try asked(WorksheetHiding(kinds: [.values])).allSatisfy { $0.hasPrefix("value ") })
        #expect(try asked(WorksheetHiding(kinds: [.locals])).count == 4)
        // Only two gradients are sums: those of the hidden units, of two products each.
        #expect(try asked(WorksheetHiding(kinds: [.products])).filter { $0.hasPrefix("product ") }.count == 4)
        #expect(try asked(WorksheetHiding(kinds: [.gradients]), .hard).filter { $0.hasPrefix("local ") }.count == 4)
        let weight = try trace.scalar(named: "w5")
        #expect(try asked(WorksheetHiding(kinds: [], numbers: [.gradient(weight.key)])) == ["gradient output.weight[0,0]"])
    }

    @Test("A line has a blank for each number, if these are at most eight; only an easy sheet has lines") func blanks() throws {
        for (name, sheet, _) in try Self.made.get() {
            for question in sheet.questions {
                let blanks = sheet.blanks(of: question).map { $0.plainText.matches(of: /_+/).count }
                let numbers = question.arithmetic.leaves
                if sheet.level == .hard || numbers.count < 2 || numbers.count > 8 {
                    #expect(blanks == nil, "\(name): \(question.address)")
                } else {
                    #expect(blanks == numbers.count { $0.key != nil }, "\(name): \(question.address)")
                }
                if sheet.level == .hard { #expect(sheet.rule(of: question) == nil) }
            }
        }
    }

    @Test("What cannot be asked is refused in words") func refused() throws {
        let none = WorksheetHiding(kinds: [.results])
        #expect(throws: WorksheetError.nothing) {
            try WorksheetPlan(
                SampleTraces.network(.features(2), [SampleTraces.dense("d", 2)]), hiding: none, level: .easy)
        }
        let wide = try SampleTraces.network(.features(30), [SampleTraces.dense("d", 40)])
        #expect(throws: WorksheetError.self) { try WorksheetPlan(wide, hiding: WorksheetHiding(), level: .easy) }
        #expect(WorksheetError.nothing.description.contains("no such numbers"))
        #expect(WorksheetError.tooLarge("151 questions", most: 150).description.contains("at most 150"))
        let faults = WorksheetError.noNumbers(tries: 9, faults: [.kink: 2, .zeros: 7]).description
        #expect(faults.contains("in 7, other gradients were 0") && faults.hasSuffix("a lesson without dead units"), "\(faults)")
    }
}
