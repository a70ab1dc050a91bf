/// Values of a function of two variables over a rectangular grid.
package struct ScalarField: Hashable, Sendable {
    /// Increasing.
    package let x, y: [Double]
    /// One row for each y: the value at (x[column], y[row]) is `values[row * x.count + column]`.
    package let values: [Double]

    /// - Precondition: there are `x.count * y.count` values.
    package init(x: [Double], y: [Double], values: [Double]) {
        precondition(values.count == x.count * y.count, "\(values.count) values for \(x.count) × \(y.count) places")
        self.x = x
        self.y = y
        self.values = values
    }

    /// `count` evenly spaced numbers from one end to the other, both included.
    package static func places(from lower: Double, to upper: Double, count: Int) -> [Double] {
        (0..<max(count, 2)).map { lower + (upper - lower) * Double($0) / Double(max(count, 2) - 1) }
    }
}
