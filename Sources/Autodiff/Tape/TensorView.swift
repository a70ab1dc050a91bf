/// A view of a tensor in memory, valid as long as its owner lives: the input of an operation's rules.
package struct TensorView {
    package let shape: [Int]
    package let scalars: UnsafeBufferPointer<Double>

    package var count: Int { scalars.count }

    @inline(__always)
    package subscript(index: Int) -> Double { scalars[index] }

    /// An independent copy.
    package var tensor: Tensor { Tensor(shape: shape, scalars: Array(scalars)) }
}

/// Where an operation writes its part of an operand's gradient.
package struct GradientView {
    package let scalars: UnsafeMutableBufferPointer<Double>
    /// Whether an earlier use of the tensor has written already: then parts are added; otherwise the memory is uninitialized.
    package let adds: Bool

    /// Writes or adds a part for every entry.
    @inline(__always)
    package func put(_ share: (_ index: Int) -> Double) {
        if adds {
            for index in 0..<scalars.count { scalars[index] += share(index) }
        } else {
            for index in 0..<scalars.count { scalars[index] = share(index) }
        }
    }

    @inline(__always)
    package func put(at index: Int, _ share: Double) { scalars[index] = adds ? scalars[index] + share : share }

    /// Writes or adds parts that are accumulated, starting from zeros.
    @inline(__always)
    package func gather(_ gather: (UnsafeMutableBufferPointer<Double>) -> Void) {
        guard adds else {
            scalars.update(repeating: 0)
            return gather(scalars)
        }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: scalars.count) { sums in
            sums.initialize(repeating: 0)
            gather(sums)
            for index in 0..<sums.count { scalars[index] += sums[index] }
        }
    }
}

extension [Tensor] {
    /// Calls `body` with a view of each.
    func withViews<Result>(_ body: ([TensorView]) -> Result) -> Result {
        var views: [TensorView] = []
        views.reserveCapacity(count)
        func open(_ index: Int) -> Result {
            guard index < count else { return body(views) }
            let tensor = self[index]
            return tensor.scalars.withUnsafeBufferPointer {
                views.append(TensorView(shape: tensor.shape, scalars: $0))
                return open(index + 1)
            }
        }
        return open(0)
    }
}

extension DifferentiationRules {
    package func evaluate(_ operands: [Tensor]) -> Tensor {
        let shape = shape(of: operands.map(\.shape))
        let scalars = [Double](unwrittenCount: shape.reduce(1, *)) { result in
            operands.withViews { evaluate($0, into: result) }
        }
        return Tensor(shape: shape, scalars: scalars)
    }

    /// The gradients of the operands: for each, the sum over the result's scalars of upstream gradient times local derivative; nil for an
    /// operand without a gradient (a target).
    package func pullback(_ upstream: Tensor, operands: [Tensor], output: Tensor) -> [Tensor?] {
        (operands + [output, upstream]).withViews { views in
            let inputs = Array(views[..<operands.count])
            var gradients: [GradientView?] = []
            gradients.reserveCapacity(inputs.count)
            var found = [Tensor?](repeating: nil, count: inputs.count)
            func open() {
                let operand = gradients.count
                guard operand < inputs.count else {
                    return pullback(views[operand + 1].scalars, operands: inputs, output: views[operand], into: gradients)
                }
                guard flows(to: operand) else {
                    gradients.append(nil)
                    return open()
                }
                let scalars = [Double](unwrittenCount: inputs[operand].count) {
                    gradients.append(GradientView(scalars: $0, adds: false))
                    open()
                }
                found[operand] = Tensor(shape: inputs[operand].shape, scalars: scalars)
            }
            open()
            return found
        }
    }
}

extension [Double] {
    /// - Parameter write: must set every entry.
    init(unwrittenCount count: Int, _ write: (UnsafeMutableBufferPointer<Double>) -> Void) {
        self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            write(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }
}
