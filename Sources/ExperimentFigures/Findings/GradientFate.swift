import Experiments
import Foundation

/// What becomes of a gradient on its way from the last layer to the first.
enum GradientFate: Hashable {
    /// Within 10× of what it was.
    case kept
    /// 10× to 10³× smaller, or more than 10³×.
    case faded(Double)
    case vanished(Double)
    /// 10× to 10³× larger, or more than 10³×.
    case grown(Double)
    case exploded(Double)
    /// 0 on the way, by underflow or because nothing arrives at all.
    case underflowed, cutOff
    /// ∞ or NaN on the way.
    case overflowed, undefined

    init(of series: Series) {
        let values = series.median
        let leastPositive = values.filter { $0 > 0 }.min() ?? 1
        // Of a gradient that goes no way, all is kept.
        let (first, last) = (values.first ?? 1, values.last ?? 1)
        if values.contains(where: \.isNaN) {
            self = .undefined
        } else if values.contains(.infinity) {
            self = .overflowed
        } else if first <= 0 || last <= 0 {
            self = leastPositive < 1e-250 ? .underflowed : .cutOff
        } else {
            // Both may be so far apart that only the logarithms can be divided.
            let decades = log10(last) - log10(first)
            let factor = pow(10, abs(decades))
            switch decades {
            case 3...: self = .vanished(factor)
            case 1..<3: self = .faded(factor)
            case -1..<1: self = .kept
            case -3 ..< -1: self = .grown(factor)
            default: self = .exploded(factor)
            }
        }
    }

    /// How many times smaller at the first layer than at the last; nil where it isn't 10× or more.
    var loss: Double? {
        switch self {
        case .faded(let factor), .vanished(let factor): factor
        default: nil
        }
    }

    /// How many times larger at the first layer than at the last; nil where it isn't 10× or more.
    var growth: Double? {
        switch self {
        case .grown(let factor), .exploded(let factor): factor
        default: nil
        }
    }
}
