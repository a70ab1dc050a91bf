import Autodiff
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces

@testable import Reports

@Suite("Stories")
struct StoryTests {
    @Test("Every layer and loss is told forward and backward, with a sentence for each step", arguments: Sample.stories)
    func told(_ sample: Sample) throws {
        let report = try #require(try sample.report())
        #expect(Set(report.steps.map(\.phase)).isSuperset(of: [.forward, .loss, .backward]) || sample.name == "functions")
        for step in report.steps {
            #expect(!step.sentence.plainText.isEmpty, "\(step.question.plainText)")
            #expect(!step.findings.isEmpty)
        }
    }

    @Test(
        "Each tensor's values and gradients are told for one unit and for all at once, by the rule for matrices", arguments: Sample.stories)
    func forms(_ sample: Sample) throws {
        let report = try #require(try sample.report(by: .layer))
        guard let lowered = report.trace.lowered else { return }
        let initial = Set(lowered.parameters.map(\.id) + [lowered.input])
        for told in report.told where told.step.phase == .forward || told.step.phase == .backward {
            let tensor = told.step.tensor
            #expect(told.findings.contains { $0.rule != nil || $0.stated != nil }, "\(report.trace.tape[tensor].name)")
            if told.step.findings.first?.kind == .clipped || report.trace.pass.value(tensor).count < 2 { continue }
            let matrix = try #require(told.matrix, "\(sample.name): \(report.trace.tape[tensor].name)")
            #expect(matrix.rule.parts.contains(.sign(.equals)))
        }
        let forward = Set(report.steps.filter { $0.findings.first?.kind == .value }.map(\.tensor))
        let backward = Set(report.steps.filter { $0.findings.first?.kind == .gradient }.map(\.tensor))
        #expect(forward.subtracting([report.trace.pass.result]).isSubset(of: backward), "what is computed gets a gradient")
        #expect(backward.subtracting(forward).isSubset(of: initial) && backward.isSuperset(of: lowered.parameters.map(\.id)))
    }

    @Test("No step says what the step before it said", arguments: Sample.all)
    func repeats(_ sample: Sample) throws {
        guard let report = try sample.report(by: .weight) else { return }
        for (one, next) in zip(report.steps, report.steps.dropFirst()) {
            #expect(one.sentence != next.sentence, "\(next.question.plainText): \(next.sentence.plainText)")
        }
        // Reasons, which are long, are given once for a tensor.
        let reasons = report.steps.map { step in
            step.sentence.parts.compactMap { if case .words(let words) = $0, words.count > 115 { words } else { nil } }
        }
        for (index, step) in report.steps.enumerated() {
            for earlier in 0..<index where report.steps[earlier].tensor == step.tensor && report.steps[earlier].phase == step.phase {
                #expect(Set(reasons[earlier]).isDisjoint(with: reasons[index]), "\(step.question.plainText)")
            }
        }
    }

    @Test("No two numbers, and no two tensors, bear the same symbol, in any notation", arguments: Sample.all)
    func distinct(_ sample: Sample) throws {
        for notation in NotationStyle.allCases {
            guard let report = try sample.report(by: .weight, notation: notation) else { return }
            let symbols = Symbols(report.trace, notation: notation)
            let scalars = Set(report.steps.flatMap(\.findings).filter { $0.key != .norm }.map(\.scalar))
            let names = Dictionary(grouping: scalars) { symbols($0).plainText }
            for (name, bearers) in names {
                #expect(bearers.count == 1, "\(notation.rawValue): \(name): \(bearers.map(report.trace.address))")
            }
            guard report.trace.lowered != nil else { continue }
            let tensors = Dictionary(grouping: Set(scalars.map(\.tensor))) { symbols.tensor($0).plainText }
            for (name, bearers) in tensors {
                #expect(bearers.count == 1, "\(notation.rawValue): \(name): \(bearers.map { report.trace.tape[$0].name })")
            }
        }
    }

    @Test("Formulas call things by symbols, never by the tape's names", arguments: Sample.stories)
    func symbols(_ sample: Sample) throws {
        let report = try #require(try sample.report())
        for told in report.told {
            for text in [told.matrix?.rule.plainText] + told.findings.map({ $0.rule?.plainText }) {
                #expect(!(text ?? "").contains(".t1.") && !(text ?? "").contains("-pre-activation"), "\(text ?? "")")
            }
        }
    }

    @Test("Contributions that meet add up to the gradient", arguments: Sample.all)
    func sums(_ sample: Sample) throws {
        guard let report = try sample.report() else { return }
        for finding in report.steps.flatMap(\.findings) {
            guard case .chain(let chain) = finding.explanation else { continue }
            let sum = chain.terms.reduce(0) { $0 + $1.product } + (chain.rest?.sum ?? 0)
            #expect(abs(sum - finding.value) <= 1e-9 * max(abs(finding.value), 1e-3), "\(finding.key)")
        }
    }

    @Test(
        "A story says what only it can say",
        arguments: [
            ("relu and cross-entropy", "p − t: the probability"), ("batch-norm", "Three terms"), ("layer-norm", "Three terms"),
            ("spectral", "u₁v₁ᵀ"), ("spectral", "over the entries of the matrix"), ("convolution", "shares these weights"),
            ("convolution", "over the positions of the kernel"),
            ("09-residual-block", "Two ways meet"), ("residual", "Two ways meet and add"), ("residual", "through the projection P"),
            ("lstm", "forget gate alone"), ("lstm", "over time"), ("gru", "both shares"),
            ("adam and clipping by norm", "min(1, c/‖g‖)"), ("adam and clipping by norm", "Both moments start at 0"),
            ("adam and clipping by norm", "pulls the weight towards 0"), ("rmsprop and clipping by value", "within [−c, c]"),
            ("rmsprop and clipping by value", "mean of squares starts at 0"), ("momentum", "velocity starts at 0"),
            ("momentum", "moves against its gradient"),
            ("nesterov", "looks ahead"), ("adagrad", "√s = |g|"), ("lstm", "it lets through"), ("convolution", "at its own place"),
            ("relu and cross-entropy", "over the batch"),
            ("binary", "cancels the sigmoid’s"), ("softmax", "add up to 1"),
        ])
    func reasons(_ name: String, _ words: String) throws {
        let sample = try #require(Sample.all.first { $0.name == name })
        let report = try #require(try sample.report(by: .layer))
        let finer = try [sample.report(), sample.report(by: .weight)].compactMap { $0 }
        let text = ([report] + finer).map(\.plainText).joined().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains(words))
    }

    @Test(
        "Rules for whole tensors: δxᵀ and Wᵀδ, with the order of the indices",
        arguments: ["∂L/∂W⁽²⁾ = (∂L/∂z⁽²⁾)h⁽¹⁾ᵀ", "∂L/∂h⁽¹⁾ = W⁽²⁾ᵀ(∂L/∂z⁽²⁾)", "z⁽²⁾ = W⁽²⁾h⁽¹⁾ + b⁽²⁾", "to, from"])
    func matrixForm(_ words: String) throws {
        let sample = try #require(Sample.bundled.first { $0.name.hasSuffix("two-by-two") })
        let text = try #require(try sample.report(notation: .layered)).plainText
        #expect(text.contains(words))
    }

    @Test(
        "Notation by flag",
        arguments: [
            (NotationStyle.layered, "w_{11}^{(1)}"), (.numbered, "w₈"), (.nielsen, "δ₁⁽³⁾"), (.nielsen, "∂C/∂"), (.cs231n, "downstream"),
            (.chain, "0.7414 × 0.1868 × 0.5933"),
        ])
    func notation(_ style: NotationStyle, _ words: String) throws {
        let sample = try #require(Sample.bundled.first { $0.name.hasSuffix("two-by-two") })
        let report = try #require(try sample.report(notation: style))
        let page = report.page(try TemplateShelf.shared.get())
        #expect(report.plainText.replacing("w₁₁⁽¹⁾", with: "w_{11}^{(1)}").contains(words) || page.contains(words))
    }

    @Test("The convention strip says ½, what is averaged, relu′(0), the order of indices and what becomes of biases")
    func conventions() throws {
        let mazur = try #require(try Sample.bundled.first { $0.name.hasSuffix("two-by-two") }?.report())
        let strip = mazur.conventions.map(\.plainText).joined(separator: "\n")
        #expect(
            strip.contains("½") && strip.contains("summed over the outputs") && strip.contains("to unit 1")
                && strip.contains("The biases are frozen: the update changes only the weights"))
        let relu = try #require(try Sample.stories.first { $0.name == "relu and cross-entropy" }?.report())
        let other = relu.conventions.map(\.plainText).joined(separator: "\n")
        #expect(other.contains("ReLU′(0) = 0") && other.contains("mean over 2 samples"))
    }

    @Test(
        "What --only cannot name is an error",
        arguments: ["hiden", "hidden[64]", "hidden[-1]", "hidden[x]", "", ",", "hidden[99999999999999999999]", "hidden["])
    func unknown(_ text: String) throws {
        let trace = try #require(try Sample.stories.first { $0.name == "wide" }?.trace())
        #expect(throws: AddressError.self) { try UnitSelection(text, of: trace) }
    }
}
