import Foundation
import MatrixKernels
import Testing

@testable import Autodiff

@Suite("σ, tanh and the logarithm, whose bits are ours")
struct PointwiseKernelTests {
    private let places =
        stride(from: -40.0, through: 40, by: 1.0 / 128).map { $0 } + [
            1e-300, -1e-300, .leastNonzeroMagnitude, 0.625, 0.0, -0.0, 708, -708, -745, 1e300, -1e300, .infinity, -.infinity,
        ]

    @Test("σ and tanh are within 3 units in the last place of the system's")
    func accuracy() {
        for x in places {
            let tangent = tanh(x)
            #expect(abs(Pointwise.tanh(x) - tangent) <= 3 * tangent.ulp, "tanh(\(x))")
            let share = x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
            #expect(abs(logistic(x) - share) <= 4 * share.ulp, "σ(\(x))")
        }
        #expect(Pointwise.tanh(.nan).isNaN && logistic(.nan).isNaN)
        #expect(Pointwise.tanh(-0.0).sign == .minus)
    }

    @Test("σ and tanh are the same one by one and several at a time, however many", arguments: [1, 2, 3, 4, 5, 7, 8, 64])
    func several(_ count: Int) {
        for start in stride(from: 0, to: places.count - count, by: count) {
            let x = Tensor(shape: [count], scalars: Array(places[start..<start + count]))
            for function in [Pointwise.sigmoid, .tanh, .swish(beta: 1.3)] {
                let all = function.evaluate([x])
                #expect(zip(all.scalars, x.scalars).allSatisfy { $0 == function($1) || $0.isNaN && function($1).isNaN })
            }
        }
    }

    @Test("The logarithm of a magnitude is within a unit in the last place of the system's")
    func logarithms() {
        for x in places + [1, 2, 0.5.squareRoot(), 2.0.squareRoot(), (1.0).nextUp, (1.0).nextDown, .greatestFiniteMagnitude] where x != 0 {
            let expected = log(abs(x))
            #expect(logarithm(x) == expected || abs(logarithm(x) - expected) <= expected.ulp, "ln|\(x)|")
        }
        #expect(logarithm(0) == -.infinity && logarithm(1).isZero && logarithm(.nan).isNaN)
    }

    @Test("Logarithms are the same one by one and several at a time, however many", arguments: [1, 2, 7, 8, 9, 64, 100])
    func severalLogarithms(_ count: Int) {
        let numbers = Array(places.suffix(count))
        var results = [Double](repeating: .nan, count: count)
        numbers.withUnsafeBufferPointer { numbers in
            results.withUnsafeMutableBufferPointer { findLogarithms(of: numbers, into: $0) }
        }
        #expect(results == numbers.map { logarithm($0) })
    }

    @Test("Numbers are divided by roots as one by one, to the last bit, however many", arguments: [1, 2, 7, 8, 9, 64, 100], [1, 0.001])
    func severalRoots(_ count: Int, share: Double) {
        var numbers = Array(places.suffix(count))
        var squares = places.prefix(count).map { $0 * $0 }
        let expected = zip(numbers, squares).map { $0 / (($1 / share).squareRoot() + 1e-8) }
        numbers.withUnsafeMutableBufferPointer { numbers in
            squares.withUnsafeMutableBufferPointer { divide(numbers, byRootsOf: $0, share: share, plus: 1e-8) }
        }
        #expect(numbers.map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
