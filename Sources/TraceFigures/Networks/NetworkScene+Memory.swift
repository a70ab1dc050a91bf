import Autodiff
import Drawing
import Notation
import Traces

extension NetworkScene {
    /// What texts are made from: most is the same from one drawing of a scene to the next.
    struct Memory: Sendable {
        struct Number: Hashable, Sendable {
            /// So that a NaN is found again.
            let bits: UInt64
            let digits: Int
        }

        let numbers = Memo<Number, Numeral>()
        let symbols = Memo<ScalarID, Formula>()
    }

    func fullSymbol(_ scalar: ScalarID) -> Formula { memory.symbols.value(of: scalar) { symbols(scalar) } }

    func numeral(_ value: Double, digits: Int) -> Numeral {
        memory.numbers.value(of: Memory.Number(bits: value.bitPattern, digits: digits)) { Numeral(value, digits: digits) }
    }
}
