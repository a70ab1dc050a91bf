import Autodiff
import NeuralNetworks
import Testing
import TraceSamples

@testable import Traces

@Suite("The diagnosis of a number") struct DiagnosisTests {
    /// A network with an activation, a fork and an optimizer, in its third step.
    private static func problem(steps: Int = 3) throws -> TrainingProblem {
        let layers = [
            SampleTraces.dense("d", 2), SampleTraces.layer("a", .activation(.sigmoid)), SampleTraces.dense("e", 2),
            SampleTraces.layer("b", .activation(.sigmoid)),
        ]
        let trace = try SampleTraces.network(
            .features(2), layers, loss: .halfSquaredError, optimizer: Optimizer(kind: .sgd, learningRate: 0.5), steps: steps)
        return try #require(trace.lowered).problem
    }

    private static let place = KnownNumbers.Place(trainable: 0, index: 1)
    private static let other = KnownNumbers.Place(trainable: 0, index: 2)

    private static func answer(_ value: Double, _ place: KnownNumbers.Place = place, within tolerance: Double = 1e-9) -> Diagnosis.Answer {
        Diagnosis.Answer(address: "d.weight[0,1]", place: place, value: value, tolerance: tolerance)
    }

    private static func gradients(_ mistakes: Set<Mistake>, _ problem: TrainingProblem) throws -> [Tensor] {
        try #require(MistakenRun(try problem.lowered(), mistakes)).gradients
    }

    @Test("An answer is right within its tolerance; what a mistake gives has the names of all mistakes that give it") func single() throws {
        let problem = try Self.problem()
        let known = try KnownNumbers(problem, of: [Self.place])
        let right = try Self.gradients([], problem)[0].scalars[1]
        for (off, isRight) in [(0.0, true), (0.9e-6, true), (-0.9e-6, true), (1.1e-6, false), (-1.1e-6, false)] {
            let found = Diagnosis([Self.answer(right + off, within: 1e-6)], known)
            #expect(found.isAllRight == isRight && found.verdicts[0].mistakes.isEmpty, "\(off)")
        }
        var named = 0
        for mistake in Mistake.allCases {
            guard let run = MistakenRun(try problem.lowered(), [mistake]) else { continue }
            let value = run.gradients[0].scalars[1]
            let found = Diagnosis([Self.answer(value)], known)
            let same = Mistake.allCases.filter { other in
                MistakenRun(try! problem.lowered(), [other]).map { abs($0.gradients[0].scalars[1] - value) <= 1e-9 } ?? false
            }
            #expect(found.verdicts[0].mistakes == (abs(value - right) <= 1e-9 ? [] : same), "\(mistake)")
            named += found.verdicts[0].mistakes.count
        }
        #expect(named >= 4)
    }

    @Test("Two mistakes at once are named where none alone gives all answers, and only where they don't fit by accident")
    func pairs() throws {
        let problem = try Self.problem()
        let known = try KnownNumbers(problem, of: [Self.place, Self.other])
        let both: [Mistake] = [.derivativeAtOutput, .accumulatedGradients]
        let wrong = try Self.gradients(Set(both), problem)[0].scalars
        let found = Diagnosis([Self.answer(wrong[1]), Self.answer(wrong[2], Self.other)], known)
        #expect(found.together.contains { Set($0) == Set(both) } && found.verdicts.allSatisfy { !$0.isRight && $0.mistakes.isEmpty })
        // One digit fits too much.
        #expect(Diagnosis([Self.answer(wrong[1], within: abs(wrong[1]) / 20)], known).together.allSatisfy { $0.count == 1 })
        // Where one mistake says all, no second one is sought.
        let single = try Self.gradients([.derivativeAtOutput], problem)[0].scalars
        let alone = Diagnosis([Self.answer(single[1]), Self.answer(single[2], Self.other)], known)
        #expect(alone.together == [[.derivativeAtOutput]])
        // It says all only with the right answers that go with it.
        let right = try Self.gradients([], problem)[0].scalars
        #expect(!Diagnosis([Self.answer(single[1]), Self.answer(right[2], Self.other)], known).together.contains([.derivativeAtOutput]))
        #expect(Diagnosis([Self.answer(right[1]), Self.answer(right[2], Self.other)], known).together.isEmpty)
    }

    @Test("The numbers of an earlier step are known as such, those of the last as right") func steps() throws {
        let known = try KnownNumbers(try Self.problem(), of: [Self.place])
        for step in 1...3 {
            let value = try Self.gradients([], Self.problem(steps: step))[0].scalars[1]
            let found = Diagnosis([Self.answer(value)], known)
            #expect(found.steps == (step < 3 ? [step] : []) && found.isAllRight == (step == 3), "\(step)")
        }
    }

    @Test("Where every gradient of a parameter is 0 but for rounding, an answer of that size is right and no mistake")
    func noise() throws {
        let layers = [
            Layer(name: "hidden", kind: .dense(DenseLayer(units: 3))), Layer(name: "sigmoid", kind: .activation(.sigmoid)),
            Layer(name: "output", kind: .dense(DenseLayer(units: 3))), Layer(name: "softmax", kind: .softmax),
        ]
        let problem = TrainingProblem(
            network: Network(input: .features(2), seed: 3, layers: layers), inputs: Tensor(shape: [2, 2], scalars: [0.5, 0.1, 0.3, -1]),
            targets: .absent, loss: Loss(.outputSum), optimizer: Optimizer(kind: .sgd, learningRate: 0.5))
        let report = try MistakeReport(problem)
        #expect(report.entries.map(\.mistake) == [.softmaxElementwise])
        let known = try KnownNumbers(problem, of: [Self.place])
        #expect(Diagnosis([Self.answer(-2.82e-17, within: 1e-20)], known).isAllRight)
    }

    @Test(
        "A number by hand is off by half a unit of its last digit",
        arguments: [
            ("0.0018", 0.0018, 0.00005), ("0.00180", 0.0018, 0.000005), ("-1.80e-3", -0.0018, 0.000005), ("−1.8×10⁻³", -0.0018, 0.00005),
            ("12 345", 12345, 0.5), ("1.8*10^{-3}", 0.0018, 0.00005), ("3", 3, 0.5), (".5", 0.5, 0.05), ("+2.", 2, 0.5),
            ("0,0018", 0.0018, 0.00005), ("−1,80·10⁻³", -0.0018, 0.000005), ("1/4", 0.25, 2.5e-10), ("-3/2", -1.5, 1.5e-9),
            ("0.5/2", 0.25, 0.025), ("1/0,5", 2, 0.2),
        ])
    func given(_ text: String, value: Double, tolerance: Double) throws {
        let number = try #require(GivenNumber(text), "\(text)")
        #expect(number.value == value && abs(number.tolerance - tolerance) < 1e-12)
    }

    @Test(
        "What is no number is refused",
        arguments: [
            "", "-", "1e", "1e400", "0x1", "1⁻³", "--1", "1.2.3", "1e5e5", "nan", "inf", "²", "1.234,5", "1/2/3", "1/", "/2", "1/0", "0/0",
        ])
    func notGiven(_ text: String) { #expect(GivenNumber(text) == nil) }
}
