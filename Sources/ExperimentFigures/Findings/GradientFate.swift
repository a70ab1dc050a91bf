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

    /// Whether the gradient is lost by so little, less than 30×, that a few more seeds might have it kept.
    var isClose: Bool { factor.map { $0.decades < log10(30) } ?? false }

    /// Whether the first place has the gradient within 10× of the last.
    var arrives: Bool {
        switch self {
        case .exact, .kept, .returned: true
        case .shrunk, .grown, .underflowed, .cutOff, .overflowed, .undefined: false
        }
    }

    /// "about 40× smaller at layer 1", "within 10×".
    /// - Parameter first: the first place: "layer 1".
    func account(at first: String) -> String {
        switch self {
        case .exact: "the same everywhere"
        case .kept: "within 10× of it at \(first)"
        case .returned: "within 10× of it at \(first), farther off on the way"
        case .shrunk(let factor): "\(factor.roughly) smaller at \(first)"
        case .grown(let factor): "\(factor.roughly) larger at \(first)"
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

    /// What lies farther apart is said to lie farther apart.
    private static let most = 300.0

    /// The same in a headline and in its picture: two digits, so that it is where the line is, "about 44×"; of large ones one, "3·10⁴×",
    /// since other seeds would have others.
    var roughly: String {
        guard decades <= Self.most else { return "more than \(Numeral.orderOfMagnitude(pow(10, Self.most)).text)×" }
        if decades < 2.9978 { return "about \(Numeral.factor(pow(10, decades)).text)×" }
        var power = Int(decades.rounded(.down))
        var digit = Int(pow(10, decades - Double(power)).rounded())
        if digit == 10 { (digit, power) = (1, power + 1) }
        let base = Numeral.orderOfMagnitude(pow(10, Double(power))).text
        return digit == 1 ? "\(base)×" : "\(digit)·\(base)×"
    }
}

extension Numeral {
    /// How many times larger or smaller, to two digits: 1.3, 840, 2500; from a million on the order of magnitude.
    static func factor(_ ratio: Double) -> Numeral {
        guard ratio > 0, ratio < 1e6 else { return .orderOfMagnitude(ratio) }
        let unit = pow(10, log10(ratio).rounded(.down) - 1)
        let rounded = (ratio / unit).rounded() * unit
        return Numeral(rounded, decimals: rounded < 10 ? 1 : 0)
    }
}
