import MatrixKernels

/// Divides each number by √(its square/share) + epsilon.
/// - Precondition: there are as many squares as numbers.
package func divide(
    _ numbers: UnsafeMutableBufferPointer<Double>, byRootsOf squares: UnsafeMutableBufferPointer<Double>, share: Double = 1,
    plus epsilon: Double
) {
    precondition(numbers.count == squares.count, "\(squares.count) squares for \(numbers.count) numbers")
    divide_by_roots(numbers.baseAddress, squares.baseAddress, share, epsilon, numbers.count)
}
