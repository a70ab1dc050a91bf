import Testing

@testable import Notation

@Suite("Lines of arithmetic")
struct ArithmeticTests {
    @Test("print numbers that a reader can recompute: Mazur's ∂L/∂w₅")
    func mazur() {
        let factors = [0.7413650695523157, 0.18681560180895948, 0.5932699921071872]
        let line = Arithmetic.product(factors.map { .number($0) }).line(factors.reduce(1, *))
        #expect(line.relation == .equals)
        #expect(line.formula.plainText == "0.7414 × 0.1868 × 0.5933 = 0.08217")
        let weight = Arithmetic.leaf(.init(0.4, .sub("w", "5")))
        let gradient = Arithmetic.leaf(.init(0.08216704056423078, .inlinePartial("L", over: .sub("w", "5"))))
        let updated = (weight - .leaf(.init(0.5, "η")) * gradient).line(0.4 - 0.5 * 0.08216704056423078)
        #expect(updated.symbolic.plainText == "w₅ − η · ∂L/∂w₅")
        #expect(updated.formula.plainText == "0.4 − 0.5 × 0.08217 = 0.3589")
    }

    @Test("the larger and the smaller of two numbers that rounding leaves alike are either")
    func alike() {
        let two = Arithmetic.function(.exp, [.function(.ln, [.number(2)])])
        for name in [Arithmetic.Function.max, .min] {
            let line = Arithmetic.function(name, [two, .number(2)]).line(2)
            #expect(line.formula.plainText == "\(name)(e^{ln(2)}, 2) = 2")
        }
    }

    @Test("show exact short decimals as they are, negative ones in parentheses where a sign stands before them")
    func short() {
        let sum = Arithmetic.weightedSum([(.init(0.15), .init(-2)), (.init(-0.5), .init(0.1))], bias: .init(-0.35))
        #expect(sum.line(0.15 * -2 + -0.5 * 0.1 - 0.35).formula.plainText == "0.15 × (−2) + (−0.5) × 0.1 + (−0.35) = −0.7")
        #expect(Arithmetic.product([.number(-3), .number(5)]).line(-15).formula.plainText == "−3 × 5 = −15")
        #expect((Arithmetic.number(-3) / .number(4)).line(-0.75).formula.plainText == "−3/4 = −0.75")
        #expect(Arithmetic.power(.number(-3), .number(2)).line(9).formula.plainText == "(−3)² = 9")
        #expect((Arithmetic.number(2) * (.number(1) - .number(0.25))).line(1.5).formula.plainText == "2 × (1 − 0.25) = 1.5")
        #expect((Arithmetic.number(2) - (.number(1) - .number(0.25))).line(1.25).formula.plainText == "2 − (1 − 0.25) = 1.25")
        #expect(Arithmetic.negation(.number(0.25)).line(-0.25).formula.plainText == "−0.25 = −0.25")
        #expect(Arithmetic.function(.sigmoid, [.number(0)]).line(0.5).formula.plainText == "σ(0) = 0.5")
        #expect(Arithmetic.function(.max, [.number(2), .number(-1)]).line(2).formula.plainText == "max(2, −1) = 2")
    }

    @Test("give more digits where cancellation eats them")
    func cancellation() {
        let a = 0.50004321
        let b = 0.49991234
        let line = (Arithmetic.number(a) - .number(b)).line(a - b)
        #expect(line.relation == .equals)
        #expect(line.digits.allSatisfy { $0 > 4 })
        #expect(line.formula.plainText == "0.5000432 − 0.4999123 = 0.0001309")
    }

    @Test("say ≈ where eight digits don't do it")
    func approximately() {
        let a = 0.500000000123
        let b = 0.499999999987
        #expect((Arithmetic.number(a) - .number(b)).line(a - b).relation == .approximately)
        #expect((Arithmetic.number(1e-200) * .number(1e-200)).line(0).formula.plainText == "10⁻²⁰⁰ × 10⁻²⁰⁰ ≈ 0")
        #expect(Arithmetic.function(.exp, [.number(1000)]).line(.infinity).formula.plainText == "e¹⁰⁰⁰ ≈ ∞")
        #expect((Arithmetic.number(0.1) + .number(0.2) - .number(0.3)).line(0.1 + 0.2 - 0.3).relation == .approximately)
        #expect(Arithmetic.function(.sigmoid, [.number(-1000)]).line(0).relation == .approximately)
    }

    @Test(
        "are exact about zero, infinity and NaN",
        arguments: [
            (Arithmetic.number(0.1) - .number(0.1), 0, "0.1 − 0.1 = 0"), (.number(0) * .number(0.1868), 0, "0 × 0.1868 = 0"),
            (.number(1) / .number(0), .infinity, "1/0 = ∞"), (.number(.infinity) - .number(.infinity), .nan, "∞ − ∞ = NaN"),
            (.number(1) / .number(.infinity), 0, "1/∞ = 0"), (.number(.nan) * .number(0), .nan, "NaN × 0 = NaN"),
            (.function(.ln, [.number(0)]), -.infinity, "ln(0) = −∞"), (.function(.relu, [.number(-0.3)]), 0, "ReLU(−0.3) = 0"),
            (.function(.sqrt, [.number(-1)]), .nan, "√(−1) = NaN"), (.function(.tanh, [.number(0)]), 0, "tanh(0) = 0"),
            (.power(.number(0), .number(-1)), .infinity, "0⁻¹ = ∞"),
            (.function(.max, [.number(.nan), .number(1)]), .nan, "max(NaN, 1) = NaN"),
        ] as [(Arithmetic, Double, String)])
    func special(arithmetic: Arithmetic, result: Double, text: String) {
        #expect(arithmetic.line(result).formula.plainText == text)
    }

    @Test(
        "know what each function gives",
        arguments: [
            (.exp, 1, 2.718281828459045), (.ln, 2, 0.6931471805599453), (.sqrt, 2, 1.4142135623730951), (.sin, 1, 0.8414709848078965),
            (.cos, 1, 0.5403023058681398), (.tan, 1, 1.5574077246549023), (.tanh, 1, 0.7615941559557649), (.sigmoid, 1, 0.7310585786300049),
            (.relu, 1.5, 1.5), (.softplus, 1, 1.3132616875182228), (.gelu, 1, 0.8413447460685429), (.swish, 1, 0.7310585786300049),
            (.abs, -1.5, 1.5), (.max, 1.5, 1.5), (.min, 1.5, 1.5),
        ] as [(Arithmetic.Function, Double, Double)])
    func functions(function: Arithmetic.Function, at x: Double, value: Double) {
        #expect(abs(function([x]) - value) <= 1e-15 * value)
        #expect(Arithmetic.function(function, [.number(x)]).line(value).relation == .equals)
        #expect(Arithmetic.function(function, [.number(x)]).line(1.001 * value).relation == .approximately)
    }

    @Test("bound what rounding does: the true sums, products and quotients of printed decimals lie within")
    func bounds() {
        func printed(_ value: Double) -> Interval { Interval(Numeral(value, digits: 4)) }
        func holds(_ interval: Interval, _ truth: Double) -> Bool {
            interval.middle != truth && abs(interval.middle - truth) <= interval.radius && interval.radius < 1e-14
        }
        #expect(holds((0..<10).reduce(.zero) { sum, _ in sum + printed(0.1) }, 1))
        #expect(holds(printed(0.1) * printed(3), 0.3))
        #expect(holds(printed(0.1) / printed(0.3), 1.0 / 3))
    }

    @Test("never claim = for a result that isn't theirs")
    func wrong() {
        #expect((Arithmetic.number(2) * .number(3)).line(7).relation == .approximately)
        #expect((Arithmetic.number(2) * .number(3)).line(.nan).relation == .approximately)
    }

    @Test("hold when a reader types the printed numbers into a calculator, for thousands of random lines")
    func property() {
        var generator = SplitMix(state: 11)
        var equal = 0
        for _ in 0..<3000 {
            let arithmetic = Arithmetic.random(depth: 3, using: &generator)
            let result = arithmetic.evaluated(with: arithmetic.leaves.map(\.value))
            let line = arithmetic.line(result)
            #expect(line.numerals.count == arithmetic.leaves.count)
            guard line.relation == .equals else { continue }
            equal += 1
            let again = arithmetic.evaluated(with: line.numerals.map { parsed($0.text) })
            let text = line.formula.plainText
            if line.result.kind != .finite {
                #expect(line.result.text == Numeral(again).text, "\(text)")
                continue
            }
            let rounded = DecimalExpansion(again)?.rounded(toPlace: line.result.lastPlace).trimmed
            // Printed decimals that cancel exactly may leave the calculator's last bit.
            if line.result.isZero {
                #expect(abs(again) < 1e-12, "\(text)")
            } else {
                #expect(rounded == line.result.decimal.trimmed && (again < 0) == line.result.isNegative, "\(text): \(again)")
            }
        }
        #expect(equal > 2500, "\(equal)")
    }

    @Test("of many terms hold too, their numbers with equally many digits")
    func long() {
        var generator = SplitMix(state: 3)
        let terms = (0..<500).map { _ in (Double.random(in: -1...1, using: &generator), Double.random(in: -1...1, using: &generator)) }
        let line = Arithmetic.weightedSum(terms.map { (.init($0), .init($1)) }).line(terms.reduce(0) { $0 + $1.0 * $1.1 })
        #expect(line.relation == .equals && line.numerals.count == 1000 && Set(line.digits).count == 1)
    }

    @Test("print a value alike wherever it stands, and still hold")
    func precision() throws {
        let a = 0.50004321
        let b = 0.49991234
        func key(_ index: Int) -> NumberKey { .value(.init(tensor: 0, index: index)) }
        let lines: [(key: NumberKey?, arithmetic: Arithmetic, result: Double)] = [
            (key(2), .number(2) * .leaf(.init(a, key: key(0))), 2 * a),
            (key(3), .leaf(.init(a, key: key(0))) - .leaf(.init(b, key: key(1))), a - b),
            (key(4), .power(.leaf(.init(a - b, key: key(3))), .number(2)), (a - b) * (a - b)),
        ]
        var precision = Precision()
        precision.settle(lines)
        #expect(precision.digits(of: key(0)) == 7)
        for entry in lines {
            let line = precision.line(entry.arithmetic, result: entry.result, key: entry.key)
            #expect(line.relation == .equals)
            for (leaf, numeral) in zip(entry.arithmetic.leaves, line.numerals) {
                if let key = leaf.key { #expect(numeral == precision.numeral(leaf.value, key: key)) }
            }
            #expect(line.result == precision.numeral(entry.result, key: try #require(entry.key)))
        }
    }

    @Test("are tagged with roles and places, numbers and symbols alike")
    func tags() {
        let leaf = Arithmetic.Leaf(0.74, "g", role: .gradient, key: .norm)
        let line = (Arithmetic.leaf(leaf) * .number(2)).line(1.48)
        #expect(line.symbolic.parts.first == .role(.gradient, .place(.norm, "g")))
        #expect(line.numeric.parts.first == .role(.gradient, .place(.norm, .number(0.74))))
    }

    /// Reads the printed text as a person would, knowing nothing of how it came about.
    private func parsed(_ text: String) -> Double {
        if text == "NaN" { return .nan }
        var plain = text.replacing("−", with: "-").replacing("\u{2009}", with: "").replacing("∞", with: "inf")
        let digits: [Character: Character] = [
            "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-",
        ]
        if let power = plain.firstIndex(where: { digits[$0] != nil }) {
            var front = String(plain[..<power])
            front = front.hasSuffix("×10") ? String(front.dropLast(3)) : front.hasPrefix("-") ? "-1" : "1"
            plain = front + "e" + String(plain[power...].map { digits[$0] ?? $0 })
        }
        return Double(plain) ?? .nan
    }
}

extension Arithmetic {
    fileprivate static func random(depth: Int, using generator: inout SplitMix) -> Arithmetic {
        func part() -> Arithmetic { random(depth: depth - 1, using: &generator) }
        if depth == 0 || Int.random(in: 0..<4, using: &generator) == 0 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: return .number(Double(Int.random(in: -5...5, using: &generator)))
            case 1: return .number(Double(Int.random(in: -99...99, using: &generator)) / 100)
            case 2: return .number(Double.random(in: -1...1, using: &generator) * 1e-7)
            case 3: return .number(Double.random(in: -1...1, using: &generator) * 1e5)
            default: return .number(Double.random(in: -3...3, using: &generator))
            }
        }
        switch Int.random(in: 0..<9, using: &generator) {
        case 0, 1: return .sum([part(), part(), part()])
        case 2, 3: return .product([part(), part(), part()])
        case 4: return .quotient(part(), part())
        case 5: return part() - part()
        case 6: return .power(part(), .number(2))
        case 7:
            return .function(
                [.sigmoid, .tanh, .relu, .sin, .cos, .swish, .gelu, .softplus, .abs, .exp].randomElement(using: &generator) ?? .exp,
                [part()])
        default: return .function(.max, [part(), part()])
        }
    }

    /// In plain Doubles, in an order of its own.
    fileprivate func evaluated(with leaves: [Double]) -> Double {
        var rest = leaves[...]
        func value(_ arithmetic: Arithmetic) -> Double {
            switch arithmetic {
            case .leaf: return rest.popFirst() ?? .nan
            case .sum(let parts): return parts.reduce(0) { $0 + value($1) }
            case .product(let parts): return parts.reduce(1) { $0 * value($1) }
            case .quotient(let a, let b):
                let dividend = value(a)
                return dividend / value(b)
            case .negation(let a): return -value(a)
            case .power(let a, let b):
                let base = value(a)
                return value(b) == 2 ? base * base : .nan
            case .function(let function, let parts): return function(parts.map(value))
            }
        }
        return value(self)
    }
}
