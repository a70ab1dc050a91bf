import Autodiff
import Foundation
import Notation
import Testing

@testable import Reports
@testable import Traces

@Suite("Units that are not chosen are told as one term of a sum")
struct ChosenUnitsTests {
    struct Choice: CustomTestStringConvertible, Sendable {
        let lesson: Sample
        let units: String
        /// Of all that is told without a choice, what is told with it.
        let told: [String]

        var testDescription: String { "\(lesson.name) --only \(units)" }
    }

    private static func story(_ name: String) -> Sample { Sample.all.first { $0.name == name } ?? Sample(name: "\(name)?", yaml: "") }

    private static let image = "[[[[0.1, 0.5, -0.2], [0.7, -0.4, 0.3], [0.9, 0.2, -0.6]]]]"

    /// Indices: of parameters to, from; of values sample, unit.
    static let choices = [
        Choice(
            lesson: story("wide"), units: "hidden[0],output[1]",
            told: [
                #"(hidden|relu1)\[\d,0\]"#, #"hidden\.weight\[0,\d\]"#, #"hidden\.bias\[0\]"#, #"output\[\d,1\]"#,
                #"output\.weight\[1,0\]"#,
                #"output\.bias\[1\]"#, "loss",
            ]),
        Choice(
            lesson: story("04-two-by-two"), units: "output",
            told: [#"(output|sigmoid2)\[0,\d\]"#, #"output\.bias\[\d\]"#, "loss"]),
        Choice(
            lesson: story("04-two-by-two"), units: "hidden[1]",
            told: [#"(hidden|sigmoid1)\[0,1\]"#, #"hidden\.(weight\[1,\d|bias\[1)\]"#, "loss"]),
        Choice(
            lesson: .network(
                "two channels", input: "[1, 3, 3]", layers: ["conv2d: {channels: 2, kernel: 2}", "relu", "flatten", "dense: 3"],
                inputs: image, targets: "[[0.5, 1, 0]]"), units: "conv2d1[1],dense1[2]",
            told: [
                #"(conv2d1|relu1)\[0,1,\d,\d\]"#, #"flatten1\[0,[4-7]\]"#, #"conv2d1\.weight\[1,0,\d,\d\]"#, #"conv2d1\.bias\[1\]"#,
                #"dense1\[0,2\]"#,
                #"dense1\.weight\[2,[4-7]\]"#, #"dense1\.bias\[2\]"#, "loss",
            ]),
        Choice(
            lesson: story("batch-norm"), units: "dense1[1],dense2",
            told: [
                #"dense1\[\d,1\]"#, #"dense1\.weight\[1,\d\]"#, #"dense1\.bias\[1\]"#, #"batch-norm1(\.normalized)?\[\d,1\]"#,
                #"batch-norm1\.(mean|variance|scale|shift)\[1\]"#, #"swish1\[\d,1\]"#, #"dense2\[\d,0\]"#, #"dense2\.weight\[0,1\]"#,
                #"dense2\.bias(\[0\])?"#, "loss",
            ]),
        Choice(
            lesson: story("layer-norm"), units: "dense1[2],dense2",
            told: [
                #"dense1\[\d,2\]"#, #"dense1\.weight\[2,\d\]"#, #"dense1\.bias\[2\]"#, #"layer-norm1(\.normalized)?\[\d,2\]"#,
                #"layer-norm1\.(mean|variance)\[\d\]"#, #"layer-norm1\.(scale|shift)\[2\]"#, #"dense2\[\d,0\]"#, #"dense2\.weight\[0,2\]"#,
                #"dense2\.bias(\[0\])?"#, "loss",
            ]),
        Choice(
            lesson: story("lstm"), units: "lstm1[1],dense1",
            told: [
                #"lstm1\.t\d\.(from-input|from-state|pre-activation)\[0,[1357]\]"#,
                #"lstm1\.t\d\.input\[0,\d\]"#, #"lstm1\.t\d\.[a-z]+(-gate|-cell)?(-pre-activation)?\[0,1\]"#,
                #"lstm1\.input-weight\[[1357],\d\]"#, #"lstm1\.recurrent-weight\[[1357],1\]"#,
                #"lstm1\.(input|recurrent)-bias\[[1357]\]"#, #"dense1\[0,0\]"#, #"dense1\.weight\[0,1\]"#, #"dense1\.bias(\[0\])?"#, "loss",
            ]),
        Choice(
            lesson: story("spectral"), units: "dense1[1]",
            told: [
                #"(dense1|elu1)\[\d,1\]"#, #"dense1\.(weight|normalized-weight)\[1,\d\]"#, #"dense1\.largest-singular-value(\[\])?"#,
                #"dense1\.bias\[1\]"#, "loss",
            ]),
        Choice(
            lesson: story("residual"), units: "dense1[0],dense2",
            told: [
                #"(dense1|gelu1|residual1|softplus1|residual1\.projected)\[\d,0\]"#, #"dense1\.weight\[0,\d\]"#, #"dense1\.bias\[0\]"#,
                #"residual1\.projection\[0,\d\]"#, #"dense2\[\d,0\]"#, #"dense2\.weight\[0,0\]"#, #"dense2\.bias(\[0\])?"#, "loss",
            ]),
        Choice(
            lesson: .network(
                "many classes", layers: ["dense: 3", "tanh", "dense: 8"], inputs: "[[0.5, -1.2]]", targets: "[3]", loss: "cross-entropy",
                more: "regularization: {l2: 0.1}\nclip: {norm: 0.1}"), units: "dense1[0],dense2[3],dense2[5]",
            told: [
                #"(dense1|tanh1)\[0,0\]"#, #"dense1\.weight\[0,\d\]"#, #"dense1\.bias\[0\]"#, #"dense2\[0,[35]\]"#,
                #"dense2\.weight\[[35],0\]"#, #"dense2\.bias\[[35]\]"#, #"loss(\.data|\.penalty)?"#,
            ]),
    ]

    private func isTold(_ place: String, _ choice: Choice) throws -> Bool {
        try choice.told.contains { try place.wholeMatch(of: Regex($0)) != nil }
    }

    @Test("Steps tell the chosen units, and weights between two of them, and nothing else", arguments: choices)
    func steps(_ choice: Choice) throws {
        func places(_ only: String?) throws -> Set<String> {
            let report = try #require(try choice.lesson.report(by: .weight, only: only))
            return Set(report.steps.flatMap(\.findings).filter { $0.key != .norm }.map { report.trace.address(of: $0.scalar) })
        }
        let all = try places(nil)
        #expect(try places(choice.units) == all.filter { try isTold($0, choice) })
    }

    @Test("Terms of sums are of chosen units; the others are one number, the sum of as many as it says", arguments: choices)
    func sums(_ choice: Choice) throws {
        let trace = try #require(try choice.lesson.trace())
        let teller = Storyteller(trace)
        var rests = 0
        for finding in trace.steps(by: .weight, only: try UnitSelection(choice.units, of: trace)).flatMap(\.findings) {
            switch finding.explanation {
            case .chain(let chain):
                let all = teller.contributions(to: finding.scalar)
                #expect(chain.terms.count + (chain.rest?.count ?? 0) == all.count)
                for scalar in chain.terms.compactMap(\.factors.first?.key.scalars.first) {
                    #expect(try isTold(trace.address(of: ScalarID(scalar)), choice), "\(finding.key): \(scalar)")
                }
                guard let rest = chain.rest else { continue }
                rests += 1
                let others = all.map(\.product).reduce(0, +) - chain.terms.map(\.product).reduce(0, +)
                #expect(abs(others - rest.sum) <= 1e-12 && rest.words.plainText.hasPrefix("\(rest.count) other"), "\(finding.key)")
            case .arithmetic(let arithmetic):
                for leaf in arithmetic.leaves {
                    guard let scalar = leaf.key?.scalars.first else { continue }
                    let place = trace.address(of: ScalarID(scalar))
                    guard !place.hasPrefix("input["), !place.hasPrefix("targets[") else { continue }
                    #expect(try isTold(place, choice), "\(finding.key): \(place)")
                }
                guard let rest = arithmetic.leaves.first(where: { $0.role == .quiet }), case .sum(let parts) = arithmetic,
                    rest.symbol?.plainText.contains("product") == true
                else { continue }
                rests += 1
                // A weighted sum: what the told products and the bias leave.
                let told = parts.filter { if case .product = $0 { true } else { false } }
                #expect(abs(parts.map(\.plainValue).reduce(0, +) - finding.value) <= 1e-12, "\(finding.key)")
                let fanIn = teller.products(of: finding.scalar)
                let words = try #require(rest.symbol?.plainText)
                #expect(words.hasPrefix(told.isEmpty ? "all \(fanIn)" : "\(fanIn - told.count) other"), "\(finding.key): \(words)")
            case .stated(let words):
                let text = words.plainText
                guard finding.kind == .gradient, text.contains("contribution") else { continue }
                rests += 1
                let all = teller.contributions(to: finding.scalar)
                #expect(text.contains("\(all.count) contribution"), "\(finding.key): \(text)")
                #expect(abs(all.map(\.product).reduce(0, +) - finding.value) <= 1e-12)
            }
        }
        #expect(rests > 0)
    }

    /// A line of Markdown: its words without the backslashes before signs, its formulas from their LaTeX.
    private static func read(_ line: String) -> String {
        let parts = line.split(separator: "$", omittingEmptySubsequences: false)
        let shown = parts.enumerated().map { index, part in
            index % 2 == 0
                ? PrintedFormulas.fromPlainText(String(part).replacing(/\\([!-\/:-@\[-`{-~])/) { String($0.1) })
                : PrintedFormulas.fromLaTeX(String(part))
        }
        return plain(shown.joined())
    }

    /// Without spaces, which each format has in its own places.
    private static func plain(_ text: String) -> String { text.filter { !$0.isWhitespace }.replacing("−", with: "-") }

    @Test("Every kind of report says how many were summed, and prints what a reader can redo", arguments: choices)
    func printed(_ choice: Choice) throws {
        let report = try #require(try choice.lesson.report(by: .weight, only: choice.units))
        for finding in report.told.flatMap(\.findings) {
            for formula in finding.contributions.map(\.formula) + [finding.numbers].compactMap({ $0 }) {
                let equation = try #require(PrintedEquation(PrintedFormulas.fromPlainText(formula.plainText)))
                if equation.relation == "=" { #expect(try equation.holds(), "\(formula.plainText)") }
            }
        }
        let others = Set(report.told.flatMap(\.findings).flatMap(\.others))
        let page = report.page(try TemplateShelf.shared.get())
        let (tex, text) = (report.derivation(try TemplateShelf.shared.get()), report.plainText)
        let markdown = report.markdown(try TemplateShelf.shared.get())
        for other in others {
            #expect(page.contains(other.runningHTML) && tex.contains(other.runningLatex) && text.contains(other.plainText))
        }
        // In Markdown as a reader of it would show them, not as the writer escapes them.
        let shown = Set(markdown.split(separator: "\n").map { Self.read(String($0)) })
        for other in others { #expect(shown.contains(Self.plain(PrintedFormulas.fromPlainText(other.plainText))), "\(other.plainText)") }
        #expect(report.told.allSatisfy { $0.matrix?.numbers == nil })
    }
}

extension Storyteller {
    /// How many products a weighted sum adds up.
    fileprivate func products(of scalar: ScalarID) -> Int {
        guard case .result(let primitive, let operands) = trace.tape[scalar.tensor].origin else { return 0 }
        var count = 0
        primitive.rules.localDerivatives(
            of: scalar.index, operands: operands.map { trace.pass.value($0) }, output: trace.pass.value(scalar.tensor)
        ) { operand, _, _ in if operand == 0 { count += 1 } }
        return count
    }
}

extension Arithmetic {
    fileprivate var plainValue: Double {
        switch self {
        case .leaf(let leaf): leaf.value
        case .sum(let parts): parts.reduce(0) { $0 + $1.plainValue }
        case .product(let parts): parts.reduce(1) { $0 * $1.plainValue }
        case .negation(let part): -part.plainValue
        case .quotient(let a, let b): a.plainValue / b.plainValue
        case .power, .function: .nan
        }
    }
}
