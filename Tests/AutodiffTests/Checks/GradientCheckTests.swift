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

    @Test("sees the slope beside a kink, however near", arguments: [1e-9, 5e-9, 1e-8, 1e-7, 2.4e-5])
    func besideKink(_ x: Double) {
        // Far from 0, so that rounding hides the slope from the smallest steps: ½(2·relu(x) + 3)².
        var tape = Tape()
        let input = tape.source(.input, name: "x", shape: [])
        let (two, three) = (tape.source(.constant, name: "two", shape: []), tape.source(.constant, name: "three", shape: []))
        let h = tape.record(.pointwise(.relu), [input], name: "h")
        let z = tape.record(.pairwise(.add), [tape.record(.pairwise(.multiply), [h, two], name: "p"), three], name: "z")
        let loss = tape.record(.loss(.halfSquaredError), [z, tape.source(.constant, name: "t", shape: [])], name: "loss")
        let constants = tape.allIDs.filter { tape[$0].name == "t" }.map { ($0, Tensor(0)) }
        let sources = [input: Tensor(x), two: Tensor(2), three: Tensor(3)].merging(constants) { $1 }
        let pass = Pass(tape, sources: sources, result: loss)
        let check = GradientCheck(pass, of: [input])
        #expect(check.passed, "\(check.failures)")
        for factor in [0.25, 2] {
            let wrong = GradientCheck(pass, of: [input]) { _ in Tensor(factor * pass.gradient(input).scalars[0]) }
            #expect(!wrong.passed, "\(factor)")
        }
    }

    @Test("takes what is left of terms that cancel for no gradient, where a difference sees none")
    func cancelled() {
        // relu(x) + c·y, with x < 0: the gradient of y is large, that of x is 0.
        var tape = Tape()
        let (x, y) = (tape.source(.input, name: "x", shape: []), tape.source(.input, name: "y", shape: []))
        let c = tape.source(.constant, name: "c", shape: [])
        let terms = [tape.record(.pointwise(.relu), [x], name: "h"), tape.record(.pairwise(.multiply), [y, c], name: "large")]
        let sum = tape.record(.pairwise(.add), terms, name: "sum")
        let pass = Pass(tape, sources: [x: Tensor(-1), c: Tensor(1e4), y: Tensor(1)], result: sum)
        let left = GradientCheck(pass, of: [x]) { _ in Tensor(5e-10) }
        #expect(left.passed && left.unseen.count == 1, "\(left)")
        #expect(!GradientCheck(pass, of: [x]) { _ in Tensor(1e-6) }.passed)
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
        "where kinks meet, the product of their conventions counts as one of them, though it may lie beyond both slopes",
        arguments: [1, 2])
    func meetingKinks(_ count: Int) {
        // ReLU(max(x, y) − 2) − max(x, y) does not change to either side of x = y = 2, but by the conventions its slope is 0 · 1 − 1.
        var tape = Tape()
        let (x, y) = (tape.source(.input, name: "x", shape: []), tape.source(.input, name: "y", shape: []))
        let two = tape.source(.constant, name: "two", shape: [])
        let largest = tape.record(.pairwise(.max), [x, y], name: "largest")
        let shifted = tape.record(.pairwise(.subtract), [largest, two], name: "shifted")
        let rectified = tape.record(.pointwise(.relu), [shifted], name: "rectified")
        let result = tape.record(.pairwise(.subtract), count == 1 ? [largest, two] : [rectified, largest], name: "f")
        let pass = Pass(tape, sources: [x: Tensor(2), y: Tensor(2), two: Tensor(2)], result: result)
        let names = pass.ambiguous.map { (pass.tape[$0.scalar.tensor].name, $0.reasons) }
        let expected: [(String, [Ambiguity])] = Array([("largest", [.tie]), ("rectified", [.kink])].prefix(count))
        #expect(names.map(\.0) == expected.map(\.0) && names.map(\.1) == expected.map(\.1))
        let check = GradientCheck(pass, of: [x, y])
        #expect(check.passed && check.kinks.map(\.tensor) == ["x", "y"], "\(check)")
        let wrong = GradientCheck(pass, of: [x, y]) { _ in Tensor(count == 1 ? 1.5 : .nan) }
        #expect(!wrong.passed)
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

    /// A function of x and y, where the check sees some of the gradients, and which of the others rounding hides.
    struct Hidden: CustomTestStringConvertible {
        let testDescription: String
        let x: Double
        let y: Double
        let hidden: [String]
        let build: @Sendable (inout Recorder) -> Tape.ID

        init(_ text: String, x: Double, y: Double = 0, hides hidden: [String], _ build: @escaping @Sendable (inout Recorder) -> Tape.ID) {
            (testDescription, self.x, self.y, self.hidden, self.build) = ("f = \(text) at \(x), \(y)", x, y, hidden, build)
        }
    }

    /// Records a function of x and y.
    struct Recorder {
        private(set) var tape = Tape()
        private(set) var values: [Tape.ID: Tensor] = [:]
        let x: Tape.ID
        let y: Tape.ID

        init(x: Double, y: Double) {
            (self.x, self.y) = (tape.source(.input, name: "x", shape: []), tape.source(.input, name: "y", shape: []))
            values = [self.x: Tensor(x), self.y: Tensor(y)]
        }

        mutating func constant(_ value: Double) -> Tape.ID {
            let id = tape.source(.constant, name: "c\(values.count)", shape: [])
            values[id] = Tensor(value)
            return id
        }

        mutating func of(_ function: Pointwise, _ a: Tape.ID) -> Tape.ID {
            tape.record(.pointwise(function), [a], name: "t\(tape.entries.count)")
        }

        mutating func of(_ a: Tape.ID, _ operation: Pairwise, _ b: Tape.ID) -> Tape.ID {
            tape.record(.pairwise(operation), [a, b], name: "t\(tape.entries.count)")
        }

        mutating func of(_ a: Tape.ID, _ operation: Pairwise, _ b: Double) -> Tape.ID { of(a, operation, constant(b)) }

        func pass(_ f: Tape.ID) -> Pass { Pass(tape, sources: values, result: f) }
    }

    private static let hidden =
        [37, 1e8].map { x in
            Hidden("x − 1e20 + 1e20·y", x: x, y: 2, hides: ["x"]) {
                $0.of($0.of($0.x, .subtract, 1e20), .add, $0.of($0.y, .multiply, 1e20))
            }
        } + [
            Hidden("σ(x) + y", x: 36, y: 5, hides: ["x"]) { $0.of($0.of(.sigmoid, $0.x), .add, $0.y) },
            Hidden("exp(x) + y", x: -40, y: 1e3, hides: ["x"]) { $0.of($0.of(.exp, $0.x), .add, $0.y) },
            Hidden("tanh(x) + y", x: 30, y: 1, hides: ["x"]) { $0.of($0.of(.tanh, $0.x), .add, $0.y) },
            Hidden("tanh(x) + y", x: 37, y: 1, hides: ["x"]) { $0.of($0.of(.tanh, $0.x), .add, $0.y) },
            Hidden("(x + 1e15) − 1e15 + y", x: 37, hides: ["x"]) { $0.of($0.of($0.of($0.x, .add, 1e15), .subtract, 1e15), .add, $0.y) },
            Hidden("(x + 1e14) − 1e14 + y", x: 3, hides: ["x"]) { $0.of($0.of($0.of($0.x, .add, 1e14), .subtract, 1e14), .add, $0.y) },
            Hidden("relu(x) + 1e10 + 1e10·y", x: 1e-5, y: 1, hides: ["x"]) {
                $0.of($0.of($0.of(.relu, $0.x), .add, 1e10), .add, $0.of($0.y, .multiply, 1e10))
            },
            // Large on the way, and no rounding hides it: what is multiplied again by as little.
            Hidden("1e-20·(1e20·x) + y", x: 37, hides: []) { $0.of($0.of($0.of($0.x, .multiply, 1e20), .multiply, 1e-20), .add, $0.y) },
            // Squares of these are no numbers any more.
            Hidden("1e200·x + y", x: 1, y: 1, hides: ["y"]) { $0.of($0.of($0.x, .multiply, 1e200), .add, $0.y) },
            Hidden("exp(x) + y", x: -40, hides: []) { $0.of($0.of(.exp, $0.x), .add, $0.y) },
        ]

    @Test("judges every gradient by what its own difference resolves, whatever the size of the others", arguments: hidden)
    func ownResolution(_ function: Hidden) {
        var recorder = Recorder(x: function.x, y: function.y)
        let f = function.build(&recorder)
        let pass = recorder.pass(f)
        let sources = [recorder.x, recorder.y]
        let check = GradientCheck(pass, of: sources)
        #expect(check.passed && check.unseen.map(\.tensor) == function.hidden && check.kinks.isEmpty && check.steep.isEmpty, "\(check)")
        #expect(check.agreed == 2 - function.hidden.count)
        // What is seen is held to it: to a thousandth, a sign, and whether it is there at all.
        for source in sources where !function.hidden.contains(pass.tape[source].name) {
            for factor in [1.001, 0.999, -1, 0] {
                let wrong = GradientCheck(pass, of: sources) { id in
                    id == source ? Tensor(pass.gradient(id)[] * factor) : pass.gradient(id)
                }
                #expect(wrong.failures.map(\.tensor) == [pass.tape[source].name], "times \(factor): \(wrong)")
            }
        }
    }

    @Test("leaves open the weights of a sigmoid so certain that its answer does not move")
    func certainNetwork() {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [1, 1])
        let (w, v) = (tape.source(.parameter, name: "w", shape: [1, 1]), tape.source(.parameter, name: "v", shape: [1, 1]))
        let (b, c) = (tape.source(.parameter, name: "b", shape: [1]), tape.source(.parameter, name: "c", shape: [1]))
        let t = tape.source(.constant, name: "t", shape: [1, 1])
        let z = tape.record(.dense(Dense()), [x, w, b], name: "z")
        let h = tape.record(.pointwise(.sigmoid), [z], name: "h")
        let y = tape.record(.dense(Dense()), [h, v, c], name: "y")
        let loss = tape.record(.loss(.halfSquaredError), [y, t], name: "loss")
        func number(_ value: Double, _ shape: [Int] = [1, 1]) -> Tensor { Tensor(repeating: value, shape: shape) }
        let pass = Pass(
            tape, sources: [x: number(1), w: number(37), b: number(0, [1]), v: number(1), c: number(0, [1]), t: number(0)], result: loss)
        let check = GradientCheck(pass, of: [x, w, b, v, c])
        #expect(check.passed && check.unseen.map(\.tensor) == ["x", "w", "b"] && check.agreed == 2, "\(check)")
    }

    @Test("counts units that are switched off, and the lowest point, beside numbers of any size", arguments: [1, 1e3, 1e8])
    func zeros(_ size: Double) {
        for (function, x) in [(Pointwise.relu, -1.0), (.relu, -0.001), (.cos, 0)] {
            var recorder = Recorder(x: x, y: size)
            let f = recorder.of(recorder.of(function, recorder.x), .add, recorder.y)
            let check = GradientCheck(recorder.pass(f), of: [recorder.x, recorder.y])
            #expect(check.passed && (check.agreed == 2 || size > 1e3), "\(function): \(check)")
            let wrong = GradientCheck(recorder.pass(f), of: [recorder.x]) { _ in Tensor(0.1) }
            #expect(!wrong.passed, "\(function): \(wrong)")
        }
    }

    @Test("finds a wrong gradient of random expressions, and none in right ones", arguments: 1...30)
    func randomExpressions(_ seed: UInt64) {
        var numbers = SeededNumbers(seed)
        func number(_ range: ClosedRange<Double>) -> Double { numbers.tensor([1], in: range).scalars[0] }
        var recorder = Recorder(x: number(-2...2), y: number(0.3...2))
        var nodes = [recorder.x, recorder.y]
        let functions: [Pointwise] = [.sigmoid, .tanh, .softplus, .sin, .cos, .gelu, .swish(beta: 1), .identity, .negate, .complement]
        for _ in 0..<8 {
            let a = nodes[Int(number(0...Double(nodes.count) - 0.01))]
            let b = nodes[Int(number(0...Double(nodes.count) - 0.01))]
            switch Int(number(0...3.99)) {
            case 0: nodes.append(recorder.of(a, .add, b))
            case 1: nodes.append(recorder.of(a, .multiply, b))
            default: nodes.append(recorder.of(functions[Int(number(0...Double(functions.count) - 0.01))], a))
            }
        }
        let sum = nodes.dropFirst().reduce(nodes[0]) { recorder.of($0, .add, $1) }
        let pass = recorder.pass(sum)
        let sources = [recorder.x, recorder.y]
        let check = GradientCheck(pass, of: sources)
        #expect(check.passed && check.agreed == 2, "\(check)")
        for source in sources {
            let right = pass.gradient(source)[]
            // Where all that a move does cancels, a factor changes nothing.
            for wrong in [right * 1.001, right * 0.999, -right, right + 1, 0] where wrong != right {
                let check = GradientCheck(pass, of: sources) { id in id == source ? Tensor(wrong) : pass.gradient(id) }
                #expect(check.failures.map(\.tensor) == [pass.tape[source].name], "\(wrong) for \(right): \(check)")
            }
        }
    }

    @Test("finds a wrong gradient of random networks, and none in right ones", arguments: 1...12)
    func randomNetworks(_ seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let (rows, inputs, units) = (numbers.extent(), numbers.extent(), numbers.extent(2...4))
        let activation = [Pointwise.sigmoid, .tanh, .relu, .gelu][Int(seed % 4)]
        let loss = [BatchLoss.halfSquaredError, .binaryCrossEntropy][Int(seed % 2)]
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [rows, inputs])
        let (w, b) = (tape.source(.parameter, name: "w", shape: [units, inputs]), tape.source(.parameter, name: "b", shape: [units]))
        let (v, c) = (tape.source(.parameter, name: "v", shape: [2, units]), tape.source(.parameter, name: "c", shape: [2]))
        let t = tape.source(.constant, name: "t", shape: [rows, 2])
        let h = tape.record(.pointwise(activation), [tape.record(.dense(Dense()), [x, w, b], name: "z")], name: "h")
        let result = tape.record(.loss(loss), [tape.record(.dense(Dense()), [h, v, c], name: "y"), t], name: "loss")
        let sources = [x, w, b, v, c]
        var values = [t: numbers.tensor([rows, 2], in: 0...1)]
        for source in sources { values[source] = numbers.tensor(tape[source].shape) }
        let pass = Pass(tape, sources: values, result: result)
        let check = GradientCheck(pass, of: sources)
        #expect(check.passed && check.agreed == check.compared && check.kinks.isEmpty, "\(check)")
        for source in sources {
            let right = pass.gradient(source)
            guard let entry = right.scalars.lastIndex(where: { $0 != 0 }) else { continue }
            for factor in [1.001, -1, 0] {
                let wrong = GradientCheck(pass, of: [source]) { _ in
                    var wrong = right
                    wrong.scalars[entry] *= factor
                    return wrong
                }
                #expect(wrong.failures.map(\.index) == [tape[source].shape.index(ofFlat: entry)], "times \(factor): \(wrong)")
            }
        }
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
