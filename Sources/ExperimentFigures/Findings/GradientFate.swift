import Experiments
import Foundation
import Notation

/// What happens to a gradient on its way back, from the last layer or time step to the first.
enum GradientFate: Hashable {
    /// The same everywhere, up to rounding.
    case exact
    /// Within 10× of the last position at the first one, and within 30× in between.
    case kept
    /// Within 10× at the first position, but farther off in between.
    case returned
    /// Smaller or larger by 10× or more at the first position.
    case shrunk(Fold)
    case grown(Fold)
    /// 0 somewhere, by underflow or because no gradient arrives at all.
    case underflowed, cutOff
    /// ∞ or NaN somewhere.
    case overflowed, undefined

    init(of series: Series) { self.init(of: series.median) }

    /// - Parameter values: norms, from the first position to the last.
    init(of values: [Double]) {
        // An empty or single-valued path keeps the gradient.
        let (first, last) = (values.first ?? 1, values.last ?? 1)
        // The ratio may exceed the range of Doubles, but its logarithm does not.
        let decades = values.map { log10(last) - log10($0) }
        if values.contains(where: \.isNaN) {
            self = .undefined
        } else if values.contains(.infinity) {
            self = .overflowed
        } else if values.contains(where: { $0 <= 0 }) {
            self = (values.filter { $0 > 0 }.min() ?? 1) < 1e-250 ? .underflowed : .cutOff
        } else if values.count > 1, decades.allSatisfy({ abs($0) < 1e-9 }) {
            self = .exact
        } else if log10(last) - log10(first) >= 1 {
            self = .shrunk(Fold(decades: log10(last) - log10(first)))
        } else if log10(first) - log10(last) >= 1 {
            self = .grown(Fold(decades: log10(first) - log10(last)))
        } else {
            self = decades.allSatisfy { abs($0) < log10(30) } ? .kept : .returned
        }
    }

    /// How many times smaller or larger it is at the first position than at the last; nil below 10×.
    var factor: Fold? {
        switch self {
        case .shrunk(let factor), .grown(let factor): factor
        case .exact, .kept, .returned, .underflowed, .cutOff, .overflowed, .undefined: nil
        }
    }

    /// Whether the gradient at the first position is within 10× of that at the last.
    var arrives: Bool {
        switch self {
        case .exact, .kept, .returned: true
        case .shrunk, .grown, .underflowed, .cutOff, .overflowed, .undefined: false
        }
    }

    /// "44× smaller at layer 1", "within 10×".
    /// - Parameter first: the first position: "layer 1".
    func account(at first: String) -> String {
        switch self {
        case .exact: "the same everywhere"
        case .kept: "within 10× of it at \(first)"
        case .returned: "within 10× of it at \(first), farther off on the way"
        case .shrunk(let factor): "\(factor.numeral.text)× smaller at \(first)"
        case .grown(let factor): "\(factor.numeral.text)× larger at \(first)"
        case .underflowed: "underflow on the way"
        case .cutOff: "no gradient arrives at some place"
        case .overflowed: "overflow on the way"
        case .undefined: "no number on the way"
        }
    }
}

/// A ratio of two norms, which may exceed the range of Doubles.
struct Fold: Hashable {
    /// log₁₀ of the ratio, 0 or more.
    let decades: Double

    /// Two digits below a thousand, from there on only the power of ten.
    var numeral: Numeral { .orderOfMagnitude(pow(10, min(decades, Self.most))) }

    /// Larger ratios are printed as “more than 10³⁰⁰×”.
    private static let most = 300.0

    /// In a headline, with no more digits than other seeds would confirm: "about 40×", "3·10⁴×", "10¹²×".
    var roughly: String {
        var power = Int(decades.rounded(.down))
        var digit = Int(pow(10, decades - Double(power)).rounded())
        if digit == 10 { (digit, power) = (1, power + 1) }
        if power < 3 { return "about \(Numeral(Double(digit) * pow(10, Double(power)), decimals: 0).text)×" }
        guard decades <= Self.most else { return "more than \(numeral.text)×" }
        let base = Numeral.orderOfMagnitude(pow(10, Double(power))).text
        return digit == 1 ? "\(base)×" : "\(digit)·\(base)×"
    }
}
