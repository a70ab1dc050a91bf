import Foundation
import Notation
import Telling
import Testing
import Traces

@testable import Reports

@Suite("A formula says the same as LaTeX, as MathML and as plain text")
struct WritersTests {
    @Test("Random formulas of every kind of part", arguments: 0..<400)
    func random(_ seed: Int) throws {
        var generator = Draws(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        try check(Formula.random(depth: 3, using: &generator))
    }

    @Test("Every formula of every layer, loss, optimizer and expression, in every notation", arguments: Sample.all)
    func reports(_ sample: Sample) throws {
        for notation in NotationStyle.allCases {
            guard let report = try sample.report(by: .layer, notation: notation) else { return }
            var formulas = Set(report.conventions)
            for told in report.told {
                formulas.formUnion([told.step.question, told.step.sentence])
                formulas.formUnion([told.matrix?.rule, told.matrix?.numbers, told.matrix?.remark].compactMap { $0 })
                for finding in told.findings {
                    formulas.formUnion([finding.rule, finding.numbers, finding.stated].compactMap { $0 })
                    formulas.formUnion(finding.contributions.flatMap { [$0.through, $0.symbolic, $0.formula] })
                    formulas.formUnion(finding.factors.flatMap { [$0.symbol, $0.meaning, $0.caption] })
                }
            }
            for formula in formulas { try check(formula) }
        }
    }

    private func check(_ formula: Formula) throws {
        let said = FormulaReader.reading(formula)
        // TeX's fonts turn its own apostrophe into the curled one.
        #expect(FormulaReader.reading(latex: formula.latex) == said.replacing("’", with: "'"), "\(formula.latex)")
        #expect(try FormulaReader.reading(mathML: formula.mathML) == said, "\(formula.mathML)")
        #expect(FormulaReader.letters(formula.plainText) == FormulaReader.letters(said), "\(formula.plainText)")
    }
}

/// xorshift64*.
private struct Draws: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

extension Formula {
    fileprivate static func random(depth: Int, using draws: inout Draws) -> Formula {
        func part() -> Formula { random(depth: depth - 1, using: &draws) }
        func symbol() -> Formula {
            let names = ["x", "w", "z", "σ", "λ", "∂", "ReLU", "tanh", "12", "L", "Δ", "θ"]
            let name = names.randomElement(using: &draws) ?? "x"
            return Int.random(in: 0..<5, using: &draws) == 0 ? .symbol(name, .bold) : .name(name)
        }
        if depth == 0 {
            switch Int.random(in: 0..<6, using: &draws) {
            case 0: return .number(Double.random(in: -9...9, using: &draws))
            case 1: return .number(Double.random(in: -9...9, using: &draws) * 1e-9)
            case 2:
                return .words(["the batch, 50% of {it}", "a_b & <c>", "½ of #1", "x − y ← t", "a-b"].randomElement(using: &draws) ?? "")
            default: return symbol()
            }
        }
        switch Int.random(in: 0..<14, using: &draws) {
        case 0: return .fraction(part(), part())
        case 1: return .scripts(symbol(), sub: part(), sup: part())
        case 2: return .sub(symbol(), part())
        case 3: return .sup(part(), part())
        case 4: return .primed(symbol(), count: Int.random(in: 1...2, using: &draws))
        case 5: return .accented(["x", "m", "w"].randomElement(using: &draws) ?? "x", Accent.allCases.randomElement(using: &draws) ?? .hat)
        case 6: return .root(part())
        case 7: return .fenced(Fence.allCases.randomElement(using: &draws) ?? .bars, part())
        case 8:
            return .row([
                .large(
                    LargeSign.allCases.randomElement(using: &draws) ?? .sum, below: Bool.random(using: &draws) ? part() : nil,
                    above: Bool.random(using: &draws) ? part() : nil), part(),
            ])
        case 9: return .matrix([[part(), part()], [part(), part()]])
        case 10: return .transposed(Bool.random(using: &draws) ? symbol() : .matrix([[part()], [part()]]))
        case 11: return .role(.gradient, .place(.norm, part()))
        default:
            var row = [part()]
            for _ in 0..<Int.random(in: 1...3, using: &draws) {
                row += [.sign(Sign.allCases.randomElement(using: &draws) ?? .plus), part()]
            }
            return .row(row)
        }
    }
}
