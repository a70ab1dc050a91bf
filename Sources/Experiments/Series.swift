/// One line of a plot over several seeds: median and quartiles at each x.
package struct Series: Hashable, Sendable {
    package var name: String
    package var x: [Double]
    package var median: [Double]
    /// The lower quartile.
    package var low: [Double]
    /// The upper quartile.
    package var high: [Double]

    package init(name: String, x: [Double], median: [Double], low: [Double], high: [Double]) {
        self.name = name
        self.x = x
        self.median = median
        self.low = low
        self.high = high
    }
}
