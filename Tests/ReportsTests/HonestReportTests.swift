import Foundation
import Notation
import Telling
import Testing
import Traces

@testable import Reports

@Suite("Every printed line can be redone from its printed digits")
struct HonestReportTests {
    @Test("Plain text: every line of every lesson", arguments: Sample.all)
    func plainText(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        var redone = 0
        for finding in report.told.flatMap(\.findings) {
            for formula in finding.contributions.map(\.formula) + [finding.numbers].compactMap({ $0 }) {
                try check(PrintedFormulas.fromPlainText(formula.plainText), sample)
                redone += 1
            }
        }
        #expect(redone > 0)
        // What the file holds is what was checked.
        let text = report.plainText.filter { !$0.isWhitespace }
        for formula in report.told.flatMap(\.findings).compactMap(\.numbers) {
            #expect(text.contains(formula.plainText.filter { !$0.isWhitespace }))
        }
    }

    @Test("MathML: every line of the page of every lesson", arguments: Sample.all)
    func mathML(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        let page = report.page(try TemplateShelf.shared.get())
        let lines = formulas(in: page, after: #"<div class="formula numbers">"#)
        #expect(lines.count == report.told.flatMap(\.findings).count { $0.numbers != nil })
        for line in lines { try check(try PrintedFormulas.fromMathML(line), sample) }
        let contributions = page.components(separatedBy: "<li>through ").dropFirst().map { item in
            item.components(separatedBy: "</math>: ")[1].components(separatedBy: "</li>")[0]
        }
        #expect(contributions.count == report.told.flatMap(\.findings).flatMap(\.contributions).count)
        for line in contributions { try check(try PrintedFormulas.fromMathML(line), sample) }
    }

    @Test("LaTeX: every line of the derivation of every lesson", arguments: Sample.all)
    func latex(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        let document = report.derivation(try TemplateShelf.shared.get())
        for finding in report.told.flatMap(\.findings) {
            guard let numbers = finding.numbers, let line = finding.line else { continue }
            try check(PrintedFormulas.fromLaTeX(numbers.latex), sample)
            #expect(document.contains(Formula.number(line.result).latex))
        }
        for contribution in report.told.flatMap(\.findings).flatMap(\.contributions) {
            #expect(document.contains(contribution.formula.latex))
            try check(PrintedFormulas.fromLaTeX(contribution.formula.latex), sample)
        }
    }

    @Test("Matrices: every product of matrices, read from plain text, LaTeX and MathML", arguments: Sample.all)
    func matrices(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        let document = report.derivation(try TemplateShelf.shared.get())
        let page = report.page(try TemplateShelf.shared.get())
        for formula in report.told.compactMap(\.matrix?.numbers) {
            #expect(document.contains(formula.latex) && page.contains(formula.displayMathML))
            let written = [
                formula.plainText, PrintedFormulas.fromLaTeX(formula.latex), try PrintedFormulas.fromMathML(formula.mathML),
            ]
            let lines = try written.map(MatrixLine.init)
            #expect(lines[0] == lines[1] && lines[1] == lines[2], "\(sample.name): \(written)")
            for line in lines where line.relation == "=" { #expect(try line.holds(), "\(sample.name): \(written[0])") }
        }
    }

    @Test("≈ stands only where eight digits give no =, before what correct rounding gives", arguments: Sample.all)
    func approximately(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        for told in report.told {
            for line in told.step.lines {
                try checkApproximate(line, line.line(told.precision), sample)
            }
            guard let matrix = told.step.matrixForm?.numbers else { continue }
            let lines = matrix.lines.map { ($0, $0.line(told.precision)) }
            let holds = lines.allSatisfy { $0.1.relation == .equals }
            #expect((told.matrix?.numbers?.parts.contains(.sign(.approximately)) == true) == !holds)
            for (printed, line) in lines { try checkApproximate(printed, line, sample) }
        }
    }

    private func checkApproximate(_ printed: PrintedLine, _ line: Arithmetic.Line, _ sample: Sample) throws {
        guard line.relation == .approximately, printed.result.isFinite else { return }
        let text = PrintedFormulas.fromPlainText(line.formula.plainText)
        let equation = try #require(PrintedEquation(text))
        // The exact result, in more digits than a page prints, rounds to the printed one.
        let exact = "\(printed.result)".replacing("e", with: "×10^(") + ("\(printed.result)".contains("e") ? ")" : "")
        #expect(try PrintedEquation("\(exact)=\(equation.result)")?.holds() == true, "\(sample.name): \(text), exactly \(exact)")
        // With all the digits that a page may print, a reader still gets something else, however many the result has.
        for digits in line.resultDigits...Numeral.mostDigits {
            let full = printed.arithmetic.with(leastDigits: Numeral.mostDigits).line(printed.result, leastDigits: digits)
            let most = PrintedFormulas.fromPlainText(full.numeric.plainText)
            let result = PrintedFormulas.fromPlainText(Formula.number(printed.result, digits: digits).plainText)
            #expect(try PrintedEquation("\(most)=\(result)")?.holds() == false, "\(sample.name): \(most) = \(result)")
        }
    }

    @Test("Hardly a line needs ≈", arguments: Sample.bundled)
    func few(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        let lines = report.told.flatMap(\.findings).compactMap(\.line)
        #expect(lines.count { $0.relation == .approximately } * 10 <= lines.count)
    }

    private func check(_ text: String, _ sample: Sample) throws {
        let equation = try #require(PrintedEquation(text), "\(sample.name): \(text)")
        guard equation.relation == "=" else { return }
        #expect(try equation.holds(), "\(sample.name): \(text)")
    }

    private func formulas(in page: String, after start: String) -> [String] {
        page.components(separatedBy: start).dropFirst().map { $0.components(separatedBy: "</div>")[0] }
    }
}

extension Arithmetic {
    /// With at least so many digits for every number.
    fileprivate func with(leastDigits: Int) -> Arithmetic {
        func with(_ part: Arithmetic) -> Arithmetic { part.with(leastDigits: leastDigits) }
        switch self {
        case .leaf(var leaf):
            leaf.leastDigits = leastDigits
            return .leaf(leaf)
        case .sum(let parts): return .sum(parts.map(with))
        case .product(let parts): return .product(parts.map(with))
        case .quotient(let a, let b): return .quotient(with(a), with(b))
        case .negation(let a): return .negation(with(a))
        case .power(let a, let b): return .power(with(a), with(b))
        case .function(let function, let arguments): return .function(function, arguments.map(with))
        }
    }
}

/// `[0.4, 0.45; 0.5, 0.55][0.5933; 0.5969] + [0.6; 0.6] = [1.106; 1.225]`, entries in the calculator's notation.
private struct MatrixLine: Equatable {
    private let factors: [[[String]]]
    private let sum: [[String]]
    private let result: [[String]]
    let relation: Character

    init(_ text: String) throws {
        var matrices: [[[String]]] = []
        var signs = ""
        var rest = text.replacing("−", with: "-").filter { $0 != " " && $0 != "\u{2009}" }[...]
        while let next = rest.popFirst() {
            guard next == "[" else {
                signs.append(next)
                continue
            }
            let body = rest.prefix { $0 != "]" }
            rest = rest.dropFirst(body.count + 1)
            let rows = body.split(separator: ";").map { $0.split(separator: ",").map { PrintedFormulas.fromPlainText(String($0)) } }
            guard rest.first == "ᵀ" else {
                matrices.append(rows)
                continue
            }
            rest.removeFirst()
            matrices.append(rows[0].indices.map { column in rows.map { $0[column] } })
        }
        guard let relation = signs.last, ["=", "+=", "≈", "+≈"].contains(signs), matrices.count == signs.count + 2 else {
            throw Calculator.Failure(description: "no product of two matrices: \(text)")
        }
        self.relation = relation
        factors = Array(matrices.prefix(2))
        sum = signs.count > 1 ? matrices[2] : []
        result = matrices[matrices.count - 1]
    }

    func holds() throws -> Bool {
        let (a, b) = (factors[0], factors[1])
        guard a.count == result.count, a[0].count == b.count, b[0].count == result[0].count else { return false }
        for row in a.indices {
            for column in b[0].indices {
                let products = b.indices.map { "(\(a[row][$0]))×(\(b[$0][column]))" }.joined(separator: "+")
                let whole = sum.isEmpty ? products : "\(products)+(\(sum[row][column]))"
                guard let equation = PrintedEquation("\(whole)=\(result[row][column])"), try equation.holds() else { return false }
            }
        }
        return true
    }
}
