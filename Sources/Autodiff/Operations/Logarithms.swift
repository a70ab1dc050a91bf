import MatrixKernels

/// ln|x|, −∞ for 0, with the same rounding on every machine, which a system's own log does not promise.
package func logarithm(_ x: Double) -> Double { logarithm_of(x) }

/// `logarithm` of each number, several at a time.
/// - Precondition: `results` is as long as `numbers`.
package func findLogarithms(of numbers: UnsafeBufferPointer<Double>, into results: UnsafeMutableBufferPointer<Double>) {
    precondition(numbers.count == results.count, "\(results.count) places for \(numbers.count) logarithms")
    logarithm_of_each(numbers.baseAddress, results.baseAddress, numbers.count)
}
