import Autodiff
import Testing

@Suite("The gradient check")
struct GradientCheckTests {
    /// ½Σ(tanh(x·Wᵀ + b)·s − t)², for weights around `size`.
    private func pass(size: Double = 1, lossScale: Double = 1) -> (pass: Pass, sources: [Tape.ID]) {
        var numbers = SeededNumbers(3)
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [2, 3])
        let w = tape.source(.parameter, name: "w", shape: [2, 3])
        let b = tape.source(.parameter, name: "b", shape: [2])
        let z = tape.record(.dense(Dense()), [x, w, b], name: "z")
        let h = tape.record(.pointwise(.tanh), [z], name: "h")
        let scale = tape.source(.constant, name: "s", shape: [2, 2])
        let scaled = tape.record(.pairwise(.multiply), [h, scale], name: "scaled")
        let t = tape.source(.constant, name: "t", shape: [2, 2])
        let loss = tape.record(.loss(.halfSquaredError), [scaled, t], name: "loss")
        let sources = [
            x: numbers.tensor([2, 3], in: -1 / size...1 / size), w: numbers.tensor([2, 3], in: -size...size),
            b: numbers.tensor([2]), scale: Tensor(repeating: lossScale, shape: [2, 2]),
            t: numbers.tensor([2, 2], in: -lossScale...lossScale),
        ]
        return (Pass(tape, sources: sources, result: loss), [x, w, b])
    }

    @Test(
        "passes right gradients at every scale of weights and of the loss",
        arguments: [
            (1.0, 1.0), (1e-6, 1), (1e6, 1), (1, 1e-9), (1, 1e9), (1e-4, 1e-12), (1e4, 1e12),
        ])
    func right(_ size: Double, _ lossScale: Double) {
        let (pass, sources) = pass(size: size, lossScale: lossScale)
        let check = GradientCheck(pass, of: sources)
        #expect(check.passed && check.kinks.isEmpty, "\(check.failures)")
        #expect(check.compared == 14)
        #expect(check.worst.map { $0.excess <= 1 } ?? false)
    }

    @Test("names the worst place of wrong gradients, at every scale of the loss", arguments: [1e-12, 1e-6, 1, 1e6])
    func wrong(_ lossScale: Double) {
        let (pass, sources) = pass(lossScale: lossScale)
        for (source, entry, factor) in [(0, 4, 1.001), (1, 5, -1), (2, 1, 0), (1, 0, 0.999)] {
            let check = GradientCheck(pass, of: sources) { id in
                var gradient = pass.gradient(id)
                if id == sources[source] { gradient.scalars[entry] *= factor }
                return gradient
            }
            #expect(!check.passed)
            #expect(check.failures.count == 1)
            #expect(check.worst?.tensor == pass.tape[sources[source]].name)
            #expect(check.worst?.index == pass.tape[sources[source]].shape.index(ofFlat: entry))
            #expect(check.worst.map { $0.excess > 1 } ?? false)
        }
    }

    @Test("finds a wrong gradient that is tiny beside another")
    func tinyBesideLarge() {
        var tape = Tape()
        let (a, b) = (tape.source(.input, name: "a", shape: []), tape.source(.input, name: "b", shape: []))
        let small = tape.source(.constant, name: "small", shape: [])
        let scaled = tape.record(.pairwise(.multiply), [b, small], name: "scaled")
        let f = tape.record(.pairwise(.add), [a, scaled], name: "f")
        let pass = Pass(tape, sources: [a: Tensor(1), b: Tensor(1), small: Tensor(1e-9)], result: f)
        #expect(GradientCheck(pass, of: [a, b]).passed)
        let wrong = GradientCheck(pass, of: [a, b]) { id in id == b ? Tensor(-1e-9) : pass.gradient(id) }
        #expect(wrong.failures.map(\.tensor) == ["b"])
    }

    @Test("reports a kink, unless the gradient lies outside the slopes on both sides")
    func kinks() {
        for (gradient, isKink) in [(0.0, true), (1, true), (0.5, true), (1.2, false), (-0.2, false)] {
            let pass = unary(.relu, at: 0)
            let check = GradientCheck(pass, of: pass.tape.allIDs.dropLast()) { _ in Tensor(gradient) }
            #expect(check.kinks.count == (isKink ? 1 : 0) && check.passed == isKink, "∂f/∂x = \(gradient)")
            #expect(check.kinks.first.map { $0.tensor == "x" && $0.index == [] } ?? !isKink)
        }
    }

    @Test(
        "sees no kink in a smooth function, its lowest point and steep bends included",
        arguments: [
            (Pointwise.cos, 0.0), (.cos, 3.1), (.sin, 1e-7), (.exp, 20), (.softplus, 0), (.ln, 1e-5), (.sqrt, 1e-7),
            (.tan, 1.57), (.swish(beta: 50), 0.01), (.gelu, -0.7517915),
        ])
    func smooth(_ function: Pointwise, _ x: Double) {
        let pass = unary(function, at: x)
        let check = GradientCheck(pass, of: pass.tape.allIDs.dropLast())
        #expect(check.passed && check.kinks.isEmpty, "\(check)")
        let wrong = GradientCheck(pass, of: pass.tape.allIDs.dropLast()) { _ in
            Tensor(pass.gradient(pass.tape.allIDs[0])[] * 1.01 + 1e-4)
        }
        #expect(!wrong.passed, "\(wrong)")
    }

    @Test("looks between kinks that lie near by", arguments: [1e-2, 1e-3, 1e-4, 3e-6, 0.9e-6, -1e-3, -3e-6])
    func nearKink(_ x: Double) {
        let pass = unary(.relu, at: x)
        let check = GradientCheck(pass, of: pass.tape.allIDs.dropLast())
        #expect(check.passed && check.compared == 1)
        let wrong = GradientCheck(pass, of: pass.tape.allIDs.dropLast()) { _ in Tensor(x > 0 ? 0 : 1) }
        // Nearer than a millionth it cannot be told from the kink itself.
        #expect(abs(x) < 1e-6 ? wrong.kinks.count == 1 || !wrong.passed : !wrong.passed)
    }

    /// f = g(a·x) + b·y.
    private func pass(_ function: Pointwise, factor: Double, at x: Double, plus y: Double = 0) -> (pass: Pass, sources: [Tape.ID]) {
        var tape = Tape()
        let (source, other) = (tape.source(.input, name: "x", shape: []), tape.source(.input, name: "y", shape: []))
        let constant = tape.source(.constant, name: "a", shape: [])
        let scaled = tape.record(.pairwise(.multiply), [constant, source], name: "scaled")
        let bent = tape.record(.pointwise(function), [scaled], name: "bent")
        let f = tape.record(.pairwise(.add), [bent, other], name: "f")
        return (Pass(tape, sources: [source: Tensor(x), other: Tensor(y), constant: Tensor(factor)], result: f), [source, other])
    }

    @Test("does not count as agreement what the result's rounding hides, whatever the gradient says", arguments: [1, 0, 1e-3, -1, 1000])
    func unseen(_ gradient: Double) {
        let (pass, sources) = pass(.identity, factor: 1, at: 1e20, plus: 1)
        let check = GradientCheck(pass, of: sources) { $0 == sources[1] ? Tensor(gradient) : pass.gradient($0) }
        #expect(check.passed && check.compared == 2 && check.agreed == 1)
        #expect(check.unseen.map(\.tensor) == ["y"] && check.steep.isEmpty, "\(check)")
        #expect(check.worst?.tensor == "x")
    }

    @Test("still counts a gradient that is 0 where nothing moves")
    func still() {
        let pass = unary(.relu, at: -1)
        let check = GradientCheck(pass, of: [pass.tape.allIDs[0]])
        #expect(check.passed && check.agreed == 1 && check.unseen.isEmpty)
        #expect(!GradientCheck(pass, of: [pass.tape.allIDs[0]]) { _ in Tensor(1) }.passed)
    }

    @Test("finds no fault near a pole, and finds a wrong gradient there", arguments: [1e-100, -1e-100, 1e-30, 1e-12, 1e-6, 1e-3, 1])
    func pole(_ x: Double) {
        var tape = Tape()
        let (source, one) = (tape.source(.input, name: "x", shape: []), tape.source(.constant, name: "one", shape: []))
        let f = tape.record(.pairwise(.divide), [one, source], name: "f")
        let pass = Pass(tape, sources: [source: Tensor(x), one: Tensor(1)], result: f)
        let check = GradientCheck(pass, of: [source])
        #expect(check.passed && check.agreed == 1, "\(check)")
        for factor in [0, -1, 0.99, 1.01, 1e-20] {
            let wrong = GradientCheck(pass, of: [source]) { _ in Tensor(pass.gradient(source)[] * factor) }
            #expect(!wrong.passed, "times \(factor): \(wrong)")
        }
    }

    @Test(
        "says where a wave is too steep for any step, and accuses no gradient there", arguments: [1e15, 1e16, 1e18], [0.3, 1, 2.7, 1000])
    func steep(_ frequency: Double, _ x: Double) {
        let (pass, sources) = pass(.sin, factor: frequency, at: x)
        let check = GradientCheck(pass, of: [sources[0]])
        #expect(check.passed && check.agreed == 0 && check.steep.map(\.tensor) == ["x"], "\(check)")
    }

    @Test(
        "never accuses a right gradient of a steep wave; where a step can follow the wave, a wrong one is found",
        arguments: [1, 1e3, 1e6, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14], [0.3, 1, 2.7, 3.14159, -0.4, 0.001])
    func waves(_ frequency: Double, _ x: Double) {
        for function in [Pointwise.sin, .cos] {
            let (pass, sources) = pass(function, factor: frequency, at: x)
            let check = GradientCheck(pass, of: [sources[0]])
            #expect(check.passed, "\(function): \(check)")
            guard frequency <= 1e8 else { continue }
            #expect(check.agreed == 1)
            for factor in [0, -1, 0.99] {
                let wrong = GradientCheck(pass, of: [sources[0]]) { _ in Tensor(pass.gradient(sources[0])[] * factor) }
                #expect(!wrong.passed, "\(function) times \(factor): \(wrong)")
            }
        }
    }

    @Test("fails where the gradient is no number")
    func notANumber() {
        let pass = unary(.exp, at: 1)
        let check = GradientCheck(pass, of: pass.tape.allIDs.dropLast()) { _ in Tensor(.nan) }
        #expect(!check.passed && check.worst?.excess == .infinity)
    }

    private func unary(_ function: Pointwise, at x: Double) -> Pass {
        var tape = Tape()
        let source = tape.source(.input, name: "x", shape: [])
        let f = tape.record(.pointwise(function), [source], name: "f")
        return Pass(tape, sources: [source: Tensor(x)], result: f)
    }

    @Test(
        "compares a sample of every tensor where all would take too long, says how many, and never none",
        arguments: [
            (0, 1...1), (2_500_000, 3...13), (1_000_000_000, 14...14),
        ])
    func sample(_ budget: Int, _ expected: ClosedRange<Int>) {
        let (pass, sources) = pass()
        let check = GradientCheck(pass, of: sources, budget: budget)
        #expect(check.scalars == 14)
        #expect(expected.contains(check.compared))
        #expect(check.passed)
    }
}
