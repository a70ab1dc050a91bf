/// A row-major array of Doubles with a shape; a scalar has the shape `[]`.
package struct Tensor: Hashable, Sendable {
    package let shape: [Int]
    package var scalars: [Double]

    /// - Precondition: as many scalars as the shape holds. Shapes from outside are validated where they are read.
    package init(shape: [Int], scalars: [Double]) {
        precondition(scalars.count == shape.reduce(1, *), "\(scalars.count) scalars for the shape \(shape)")
        self.shape = shape
        self.scalars = scalars
    }

    package init(_ scalar: Double) { self.init(shape: [], scalars: [scalar]) }

    package init(repeating value: Double, shape: [Int]) {
        self.init(shape: shape, scalars: Array(repeating: value, count: shape.reduce(1, *)))
    }

    package static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

    package var count: Int { scalars.count }
}

extension Tensor {
    package subscript(index: Int...) -> Double { scalars[shape.flatIndex(of: index)] }

    /// The square root of the sum of squares, scaled so that it neither overflows nor underflows.
    package var norm: Double { scalars.norm }
}

extension [Double] {
    /// The Euclidean norm, scaled so that it neither overflows nor underflows on the way.
    package var norm: Double { span.norm }
}

extension Span<Double> {
    /// The Euclidean norm, scaled so that it neither overflows nor underflows on the way.
    package var norm: Double {
        var plain = 0.0
        for index in indices { plain += self[index] * self[index] }
        // No square that matters has overflowed or underflowed; scaling by a power of two would give the same bits.
        if plain > 1e-200, plain < 1e200 { return plain.squareRoot() }
        var largest = 0.0
        for index in indices {
            if self[index].isNaN { return .nan }
            largest = Swift.max(largest, abs(self[index]))
        }
        guard largest > 0, largest.isFinite else { return largest }
        // At most 2¹⁰⁰⁰, since the scale itself must be finite even if the largest entry is subnormal.
        let scale = Double(sign: .plus, exponent: Swift.min(-largest.exponent, 1000), significand: 1)
        var sum = 0.0
        for index in indices { sum += (self[index] * scale) * (self[index] * scale) }
        return sum.squareRoot() / scale
    }
}

extension [Int] {
    /// The row-major offset of an index in a tensor of this shape.
    package func flatIndex(of index: [Int]) -> Int {
        precondition(index.count == count, "an index of \(index.count) axes into the shape \(self)")
        var flat = 0
        for (axis, at) in index.enumerated() {
            precondition(at >= 0 && at < self[axis], "index \(index) outside the shape \(self)")
            flat = flat * self[axis] + at
        }
        return flat
    }

    /// The index at a row-major offset in a tensor of this shape.
    package func index(ofFlat flat: Int) -> [Int] {
        var rest = flat
        var index = [Int](repeating: 0, count: count)
        for axis in indices.reversed() {
            index[axis] = rest % self[axis]
            rest /= self[axis]
        }
        return index
    }
}
