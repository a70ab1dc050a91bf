package import Notation

extension Formula {
    /// The label of a tick: a number in the font of words, with its power of ten as a superscript.
    package static func tickLabel(_ numeral: Numeral) -> Formula {
        let sign = numeral.isNegative ? "−" : ""
        guard let exponent = numeral.exponent else { return .words(sign + (numeral.magnitude ?? "")) }
        let power = Formula.powerOfTen(exponent, written: sign + (numeral.magnitude.map { $0 + "·10" } ?? "10"))
        return power
    }

    /// 10ⁿ in the font of words; 1 and 10 are written without an exponent.
    package static func powerOfTen(_ exponent: Int) -> Formula {
        switch exponent {
        case 0: .words("1")
        case 1: .words("10")
        default: powerOfTen(exponent, written: "10")
        }
    }

    private static func powerOfTen(_ exponent: Int, written base: String) -> Formula {
        .sup(.words(base), .words(exponent < 0 ? "−\(exponent.magnitude)" : "\(exponent)"))
    }
}
