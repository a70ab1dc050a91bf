import Autodiff
import Foundation
import NeuralNetworks
import Notation
import Testing
import TraceSamples
import Traces

@testable import Telling

@Suite("The steps of a trace")
struct StepTests {
    /// What printed numbers give, computed from their texts alone.
    private struct Reader {
        var rest: ArraySlice<Double>

        mutating func value(of arithmetic: Arithmetic) -> Double {
            switch arithmetic {
            case .leaf: return rest.popFirst() ?? .nan
            case .sum(let parts):
                var sum = 0.0
                for part in parts { sum += value(of: part) }
                return sum
            case .product(let parts):
                var product = 1.0
                for part in parts { product *= value(of: part) }
                return product
            case .quotient(let a, let b):
                let above = value(of: a)
                return above / value(of: b)
            case .negation(let a): return -value(of: a)
            case .power(let a, let b):
                let base = value(of: a)
                return pow(base, value(of: b))
            case .function(let function, let parts):
                var arguments: [Double] = []
                for part in parts { arguments.append(value(of: part)) }
                let x = arguments[0]
                switch function {
                case .exp: return exp(x)
                case .ln: return log(x)
                case .log10: return log10(x)
                case .sqrt: return x.squareRoot()
                case .sin: return sin(x)
                case .cos: return cos(x)
                case .tan: return tan(x)
                case .tanh: return tanh(x)
                case .sigmoid: return 1 / (1 + exp(-x))
                case .relu: return x > 0 ? x : 0
                case .softplus: return log1p(exp(-abs(x))) + max(x, 0)
                case .gelu: return 0.5 * x * erfc(-x / 2.0.squareRoot())
                case .swish: return x / (1 + exp(-x))
                case .abs: return abs(x)
                case .max: return arguments.max() ?? .nan
                case .min: return arguments.min() ?? .nan
                }
            }
        }
    }

    /// The number that a reader sees, and half a unit of its last digit.
    private func printed(_ numeral: Numeral) -> (value: Double, half: Double) {
        let power = Double(numeral.exponent ?? 0)
        let value = (Double(numeral.digits) ?? .nan) * pow(10, power) * (numeral.isNegative ? -1 : 1)
        let decimals = numeral.digits.split(separator: ".").dropFirst().first?.count ?? 0
        return (value, 0.5 * pow(10, power - Double(decimals)))
    }

    private func isHonest(_ arithmetic: Arithmetic, _ value: Double) -> Bool {
        let line = arithmetic.line(value)
        guard line.relation == .equals else { return true }
        var reader = Reader(rest: line.numerals.map { printed($0).value }[...])
        let result = printed(line.result)
        return abs(reader.value(of: arithmetic) - result.value) <= result.half * (1 + 1e-9) + 1e-15 * abs(result.value)
    }

    @Test("Every forward, loss and update step is arithmetic that gives the value, in full and as printed")
    func arithmetic() throws {
        var told = 0
        for (name, trace, steps) in try SampleTraces.steps(by: .weight) {
            for finding in steps.flatMap(\.findings) where finding.kind != .gradient {
                switch finding.explanation {
                case .arithmetic(let arithmetic):
                    var reader = Reader(rest: arithmetic.leaves.map(\.value)[...])
                    let computed = reader.value(of: arithmetic)
                    #expect(
                        abs(computed - finding.value) <= 1e-12 * max(abs(finding.value), 1),
                        "\(name), \(finding.key): \(computed) for \(finding.value)")
                    #expect(isHonest(arithmetic, finding.value), "\(name), \(finding.key)")
                    for leaf in arithmetic.leaves {
                        guard leaf.role == .value, case .value(let key) = leaf.key else { continue }
                        let scalar = ScalarID(key)
                        #expect(leaf.value == trace.pass.value(scalar.tensor).scalars[scalar.index])
                    }
                    told += 1
                case .stated(let words):
                    #expect(
                        !words.plainText.isEmpty && trace.role(of: finding.scalar.tensor)?.part == .largestSingularValue,
                        "\(name), \(finding.key)")
                case .chain: Issue.record("\(name): \(finding.key) is no gradient")
                }
            }
        }
        #expect(told > 500)
    }

    @Test("Every backward step is a sum of products that gives the gradient, in full and as printed")
    func chains() throws {
        for (name, trace, steps) in try SampleTraces.steps(by: .weight) {
            for finding in steps.flatMap(\.findings) where finding.kind == .gradient {
                if case .arithmetic(let arithmetic) = finding.explanation {
                    // An output's gradient straight from the loss: p − y.
                    var reader = Reader(rest: arithmetic.leaves.map(\.value)[...])
                    let computed = reader.value(of: arithmetic)
                    #expect(
                        abs(computed - finding.value) <= 1e-12 * max(abs(finding.value), 1),
                        "\(name), \(finding.key): \(computed) for \(finding.value)")
                    #expect(isHonest(arithmetic, finding.value), "\(name), \(finding.key)")
                    continue
                }
                guard case .chain(let chain) = finding.explanation else {
                    Issue.record("\(name): \(finding.key) is told without its chain")
                    continue
                }
                let parts = chain.terms.map(\.product) + (chain.rest.map { [$0.sum] } ?? [])
                let scale = parts.reduce(1e-300) { $0 + abs($1) }
                #expect(abs(parts.reduce(0, +) - finding.value) <= 1e-12 * scale, "\(name), \(finding.key)")
                #expect(finding.value == trace.pass.gradient(finding.scalar.tensor).scalars[finding.scalar.index])
                for term in chain.terms {
                    #expect(term.factors.count >= 2 && term.factors[0].kind == .upstream)
                    #expect(term.factors.dropFirst().allSatisfy { $0.kind == .local })
                    let product = Arithmetic.product(term.factors.map { .number($0.value) })
                    #expect(isHonest(product, term.product), "\(name), \(finding.key)")
                    for factor in term.factors {
                        #expect(!factor.meaning.plainText.isEmpty && !factor.symbol.plainText.isEmpty && !factor.caption.plainText.isEmpty)
                        for scalar in factor.key.scalars {
                            #expect(trace.pass.value(ScalarID(scalar).tensor).scalars.indices.contains(scalar.index))
                        }
                    }
                    let upstream = ScalarID(try #require(term.factors[0].key.scalars.first))
                    #expect(term.factors[0].key == .gradient(upstream.key))
                    #expect(term.factors[0].value == trace.pass.gradient(upstream.tensor).scalars[upstream.index])
                    // A factor that is read from one scalar shows that scalar's value.
                    for factor in term.factors.dropFirst() {
                        guard case .value(let key) = factor.key else { continue }
                        let source = ScalarID(key)
                        #expect(abs(factor.value) == abs(trace.pass.value(source.tensor).scalars[source.index]), "\(name): \(factor.key)")
                    }
                }
            }
        }
    }

    @Test("Told by the weight, every differentiable scalar of an unbatched trace has its own step, every parameter of any trace")
    func completeness() throws {
        for (name, trace, steps) in try SampleTraces.steps(by: .weight) {
            let told = Set(steps.flatMap(\.findings).filter { $0.kind == .gradient }.map(\.scalar))
            let isSingle = trace.lowered.map { $0.problem.inputs.shape[0] == 1 } ?? true
            for id in trace.differentiable where isSingle || trace.parameters.contains(id) {
                for index in 0..<trace.pass.value(id).count {
                    #expect(told.contains(ScalarID(id, index)), "\(name): \(trace.address(of: ScalarID(id, index)))")
                }
            }
            // Clipping is told for a whole parameter at once.
            let single = steps.filter { $0.findings.allSatisfy { $0.kind != .clipped } }
            #expect(single.allSatisfy { $0.findings.count == 1 && $0.omitted == 0 })
            let places = steps.flatMap { step in step.findings.map(\.key) }
            #expect(Set(places).count == places.count, "\(name) tells a scalar twice")
        }
    }

    @Test("A gradient is told after the upstream gradients that it uses, a value after those that it is made of")
    func order() throws {
        for granularity in Granularity.allCases {
            for (name, trace, steps) in try SampleTraces.steps(by: granularity) {
                let findings = steps.flatMap(\.findings)
                let gradients = findings.filter { $0.kind == .gradient }
                let places = Dictionary(gradients.enumerated().map { ($1.key, $0) }) { a, _ in a }
                for (at, finding) in gradients.enumerated() {
                    guard case .chain(let chain) = finding.explanation else { continue }
                    for term in chain.terms {
                        let upstream = term.factors[0].key
                        guard upstream != .gradient(ScalarID(trace.pass.result, 0).key), let told = places[upstream] else { continue }
                        #expect(told < at, "\(name): \(finding.key) before \(upstream)")
                    }
                }
                let values = findings.filter { $0.kind == .value }.map(\.scalar)
                #expect(
                    values
                        == values.map { $0 }.sorted { one, other in
                            (one.tensor.index, one.index) < (other.tensor.index, other.index)
                        })
            }
        }
    }

    @Test("No two steps of a tensor ask the same")
    func titles() throws {
        for granularity in Granularity.allCases {
            for (name, _, steps) in try SampleTraces.steps(by: granularity) {
                for (tensor, own) in Dictionary(grouping: steps, by: \.tensor) {
                    let asked = own.map(\.question.plainText)
                    #expect(Set(asked).count == asked.count, "\(name), \(granularity), \(tensor): \(asked)")
                }
            }
        }
    }

    @Test("Phases come in order: forward, loss, backward, update")
    func phases() throws {
        for granularity in Granularity.allCases {
            for (name, trace, steps) in try SampleTraces.steps(by: granularity) {
                let phases = steps.map(\.phase)
                let ranks = phases.compactMap { Step.Phase.allCases.firstIndex(of: $0) }
                #expect(ranks == ranks.sorted(), "\(name)")
                #expect(phases.contains(.loss) == (trace.lowered != nil) && phases.contains(.backward))
                #expect(phases.contains(.update) == (trace.update.updated != nil))
            }
        }
    }

    @Test("Every step asks a question and says what the answer means, without empty words")
    func words() throws {
        for granularity in Granularity.allCases {
            for (name, _, steps) in try SampleTraces.steps(by: granularity) {
                for step in steps {
                    let (question, sentence) = (step.question.plainText, step.sentence.plainText)
                    #expect(question.hasSuffix("?") && question.count > 8, "\(name): \(question)")
                    #expect(sentence.hasSuffix(".") && sentence.count > 8, "\(name): \(question) \(sentence)")
                    for text in [question, sentence] { #expect(!text.contains("  ") && !text.contains("nil"), "\(name): \(text)") }
                }
            }
        }
    }

    @Test("Coarser tellings stand for the same scalars: told and omitted together")
    func granularity() throws {
        let told = try Granularity.allCases.map { try SampleTraces.steps(by: $0) }
        for (index, (name, trace)) in try SampleTraces.all().enumerated() {
            let counts = told.map { $0[index].steps.reduce(0) { $0 + $1.findings.count + $1.omitted } }
            #expect(Set(counts).count == 1, "\(name): \(counts)")
            let steps = told.map { $0[index].steps.count }
            #expect(steps[0] >= steps[1] && steps[1] >= steps[2], "\(name): \(steps)")
            #expect(Granularity.allCases.map { trace.stepCount(by: $0) } == steps, "\(name)")
            let own = trace.steps().count
            #expect(trace.stepCount() == own, "\(name)")
            #expect(own <= 60 ? steps.contains(own) : own == steps[2], "\(name): \(own) of \(steps)")
        }
    }

    @Test("A batch tells one sample's units, chosen by number; a parameter's gradient sums over all samples")
    func samples() throws {
        let trace = try SampleTraces.network(.features(2), [SampleTraces.dense("d", 2)], batch: 3)
        for sample in 0..<3 {
            let findings = trace.steps(by: .weight, sample: sample).flatMap(\.findings)
            let output = try trace.scalar(at: "d[\(sample),0]")
            #expect(findings.filter { $0.scalar.tensor == output.tensor }.allSatisfy { $0.scalar.index / 2 == sample })
            let first = try trace.scalar(at: "d.weight[0,0]")
            let weight = try #require(findings.first { $0.kind == .gradient && $0.scalar == first })
            guard case .chain(let chain) = weight.explanation else {
                Issue.record("the gradient of \(first) is told without its chain")
                return
            }
            #expect(chain.terms.count == 3)
        }
    }

    @Test("Symbols tell all scalars of a trace apart")
    func symbols() throws {
        for (name, _, steps) in try SampleTraces.steps(by: .weight) {
            var seen: [String: NumberKey] = [:]
            for finding in steps.flatMap(\.findings) where finding.kind == .value {
                let symbol = finding.symbol.plainText
                #expect(seen[symbol] == nil, "\(name): \(symbol) is \(String(describing: seen[symbol])) and \(finding.key)")
                seen[symbol] = finding.key
            }
        }
    }
}
