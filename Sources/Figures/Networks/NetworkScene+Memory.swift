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

        /// How a scalar is called.
        struct Names: Sendable {
            let symbol: Formula
            let address: String
            /// By which a precision knows the value and the gradient.
            let key, gradientKey: String
        }

        let numbers = Memo<Number, Numeral>()
        let names = Memo<ScalarID, Names>()
    }

    func names(of scalar: ScalarID) -> Memory.Names {
        memory.names.value(of: scalar) {
            Memory.Names(
                symbol: symbols(scalar), address: trace.address(of: scalar), key: SceneState.key(symbols(scalar)),
                gradientKey: SceneState.key(symbols.inlineGradient(of: scalar)))
        }
    }

    func numeral(_ value: Double, digits: Int) -> Numeral {
        memory.numbers.value(of: Memory.Number(bits: value.bitPattern, digits: digits)) { Numeral(value, digits: digits) }
    }
}
