import Foundation
import Notation
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
        let page = report.page(try TemplateShelf.shared.get(), drawings: [])
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

    @Test("Matrices: every product of matrices", arguments: Sample.all)
    func matrices(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        for formula in report.told.compactMap(\.matrix?.numbers) {
            let text = formula.plainText
            guard !text.contains("≈") else { continue }
            #expect(try MatrixLine(text).holds(), "\(sample.name): \(text)")
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

/// `[0.4, 0.45; 0.5, 0.55][0.5933; 0.5969] + [0.6; 0.6] = [1.106; 1.225]`.
private struct MatrixLine {
    private var left: [[String]] = []
    private let result: [[String]]
    private let sum: [[String]]

    init(_ text: String) throws {
        let sides = text.components(separatedBy: " = ")
        let terms = sides[0].components(separatedBy: " + ")
        let factors = Self.matrices(terms[0])
        let result = Self.matrices(sides[1])
        guard sides.count == 2, factors.count == 2, result.count == 1 else {
            throw Calculator.Failure(description: "no product of two matrices: \(text)")
        }
        self.result = result[0]
        sum = terms.count > 1 ? Self.matrices(terms[1])[0] : []
        left = factors[0].indices.map { row in
            factors[1][0].indices.map { column in
                factors[1].indices.map { "(\(factors[0][row][$0]))×(\(factors[1][$0][column]))" }.joined(separator: "+")
            }
        }
    }

    func holds() throws -> Bool {
        for (row, entries) in left.enumerated() {
            for (column, entry) in entries.enumerated() {
                let whole = sum.isEmpty ? entry : "\(entry)+(\(sum[row][column]))"
                guard let equation = PrintedEquation("\(whole)=\(result[row][column])"), try equation.holds() else { return false }
            }
        }
        return true
    }

    private static func matrices(_ text: String) -> [[[String]]] {
        text.components(separatedBy: "[").dropFirst().map { part in
            let pieces = part.components(separatedBy: "]")
            let rows = pieces[0].components(separatedBy: "; ").map {
                $0.components(separatedBy: ", ").map(PrintedFormulas.fromPlainText)
            }
            guard pieces[1].hasPrefix("ᵀ") else { return rows }
            return rows[0].indices.map { column in rows.map { $0[column] } }
        }
    }
}
