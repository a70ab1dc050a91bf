#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Arithmetic {
    /// The value of the printed numbers, with a bound on the rounding errors of computing it.
    func interval(of numerals: [Numeral]) -> Interval { interval(of: numerals.map { Interval($0) }) }

    /// Every result that numbers between bounds can have.
    /// - Parameter leaves: from left to right, each with how far it may be off.
    /// - Returns: nil where the result has no bounds: next to a pole, or after an overflow.
    package func range(of leaves: [(value: Double, radius: Double)]) -> ClosedRange<Double>? {
        let interval = interval(
            of: leaves.map { Interval($0.value, radius: $0.radius == 0 ? 0 : $0.radius + Interval.error(of: $0.value)) })
        guard interval.middle.isFinite, interval.radius.isFinite else { return nil }
        return (interval.middle - interval.radius)...(interval.middle + interval.radius)
    }

    private func interval(of leaves: [Interval]) -> Interval {
        var rest = leaves[...]
        return interval(taking: &rest)
    }

    private func interval(taking numerals: inout ArraySlice<Interval>) -> Interval {
        switch self {
        case .leaf: return numerals.popFirst() ?? Interval(.nan, radius: .infinity)
        case .sum(let parts):
            return parts.reduce(into: .zero) { $0 = $0 + $1.interval(taking: &numerals) }
        case .product(let parts):
            return parts.reduce(into: Interval(1, radius: 0, exact: ScaledInteger(coefficient: 1, power: 0))) {
                $0 = $0 * $1.interval(taking: &numerals)
            }
        case .quotient(let a, let b):
            let dividend = a.interval(taking: &numerals)
            return dividend / b.interval(taking: &numerals)
        case .negation(let a): return -a.interval(taking: &numerals)
        case .power(let a, let b):
            let base = a.interval(taking: &numerals)
            return base.raised(to: b.interval(taking: &numerals))
        case .function(let function, let parts):
            return function.applied(to: parts.map { $0.interval(taking: &numerals) })
        }
    }
}

extension Interval {
    fileprivate func raised(to exponent: Interval) -> Interval {
        if exponent.exact == ScaledInteger(coefficient: 2, power: 0) { return self * self }
        let value = pow(middle, exponent.middle)
        guard isKnown, exponent.isKnown else { return Interval(value, radius: .infinity) }
        if isExactlyZero, exponent.middle > 0 { return .zero }
        if !value.isFinite {
            let isOverflow = middle.isFinite && exponent.middle.isFinite && middle != 0 && !value.isNaN
            return isOverflow ? Interval(value, radius: .infinity) : Interval(trulyNonFinite: value)
        }
        let ofBase = exponent.middle == 0 ? 0 : Swift.abs(exponent.middle * value / middle) * radius
        let ofExponent = middle > 0 && middle.isFinite ? Swift.abs(log(middle) * value) * exponent.radius : 0
        // The two bounds are of first order; doubling covers the higher orders.
        return Interval(value, radius: 2 * (ofBase + ofExponent) + 4 * Self.error(of: value))
    }
}

extension Arithmetic.Function {
    fileprivate func applied(to arguments: [Interval]) -> Interval {
        switch self {
        case .max: extreme(of: arguments, by: Swift.max)
        case .min: extreme(of: arguments, by: Swift.min)
        case .exp, .ln, .log10, .sqrt, .sin, .cos, .tan, .tanh, .sigmoid, .relu, .softplus, .gelu, .swish, .abs:
            arguments.first.map(applied) ?? Interval(.nan, radius: .infinity)
        }
    }

    private func applied(to x: Interval) -> Interval {
        let value = callAsFunction([x.middle])
        guard x.isKnown else { return Interval(value, radius: .infinity) }
        if !value.isFinite {
            let isOverflow = x.middle.isFinite && !value.isNaN && !((self == .ln || self == .log10) && x.isExactlyZero)
            return isOverflow ? Interval(value, radius: .infinity) : Interval(trulyNonFinite: value)
        }
        if isTrulyZero(at: x) { return .zero }
        if !x.middle.isFinite { return Interval(value, radius: 0) }
        let spread: Double =
            switch self {
            case .exp, .ln, .log10, .sqrt, .tanh, .sigmoid, .softplus, .relu:
                Swift.abs(callAsFunction([x.middle + x.radius]) - callAsFunction([x.middle - x.radius]))
            // |f′| is at most 1.13 for gelu, 1.1 for swish, and 1 for the others.
            case .sin, .cos, .abs, .max, .min, .gelu, .swish: 1.2 * x.radius
            // tan′ = 1 + tan², which does not double within the radius of a printed number.
            case .tan: 2 * (1 + value * value) * x.radius
            }
        return Interval(value, radius: spread.isNaN ? .infinity : spread + 8 * Interval.error(of: value))
    }

    private func isTrulyZero(at x: Interval) -> Bool {
        switch self {
        case .relu: x.isExactlyZero || x.middle + x.radius < 0 || x.middle == -.infinity
        case .sqrt, .sin, .tan, .tanh, .gelu, .swish, .abs: x.isExactlyZero
        case .ln, .log10: x.middle == 1 && x.exact == ScaledInteger(coefficient: 1, power: 0)
        case .exp, .sigmoid, .softplus: x.middle == -.infinity
        case .cos, .max, .min: false
        }
    }

    private func extreme(of arguments: [Interval], by choose: (Double, Double) -> Double) -> Interval {
        guard let first = arguments.first else { return Interval(.nan, radius: .infinity) }
        return arguments.dropFirst().reduce(first) { a, b in
            if !a.middle.isFinite || !b.middle.isFinite {
                if a.middle.isNaN || b.middle.isNaN { return Interval(trulyNonFinite: .nan) }
                return choose(a.middle, b.middle) == a.middle ? a : b
            }
            // If the two can't be confused, the result is one of them, with its exact value if it has one.
            if Swift.abs(a.middle - b.middle) > a.radius + b.radius || a == b {
                return choose(a.middle, b.middle) == a.middle ? a : b
            }
            return Interval(choose(a.middle, b.middle), radius: a.radius + b.radius)
        }
    }

    /// The function's value, rounded as a Double. `max` and `min` take all arguments, the others only the first; NaN if there is none.
    package func callAsFunction(_ arguments: [Double]) -> Double {
        guard let x = arguments.first else { return .nan }
        switch self {
        case .exp: return _exp(x)
        case .ln: return log(x)
        case .log10: return _log10(x)
        case .sqrt: return x.squareRoot()
        case .sin: return _sin(x)
        case .cos: return _cos(x)
        case .tan: return _tan(x)
        case .tanh: return _tanh(x)
        case .sigmoid: return 1 / (1 + _exp(-x))
        case .relu: return x.isNaN ? x : Swift.max(x, 0)
        case .softplus: return Swift.max(x, 0) + log1p(_exp(-Swift.abs(x)))
        // For negative x, 1 + erf would lose digits to cancellation; erfc does not.
        case .gelu: return x == -.infinity ? 0 : 0.5 * x * erfc(-x * 0.5.squareRoot())
        case .swish: return x == -.infinity ? 0 : x / (1 + _exp(-x))
        case .abs: return Swift.abs(x)
        case .max: return arguments.dropFirst().reduce(x) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) }
        case .min: return arguments.dropFirst().reduce(x) { $0.isNaN || $1.isNaN ? .nan : Swift.min($0, $1) }
        }
    }
}

// Inside the enumeration these names mean its cases, not the functions of C.
private func _exp(_ x: Double) -> Double { exp(x) }
private func _log10(_ x: Double) -> Double { log10(x) }
private func _sin(_ x: Double) -> Double { sin(x) }
private func _cos(_ x: Double) -> Double { cos(x) }
private func _tan(_ x: Double) -> Double { tan(x) }
private func _tanh(_ x: Double) -> Double { tanh(x) }
