/// One line of a plot over several seeds: median and quartiles at each x.
package struct Series: Hashable, Sendable {
    package var name: String
    /// The quantity, if a measurement has several: "∂L/∂c".
    package var quantity: String?
    /// The panel of the variant.
    package var panel: String?
    package var x: [Double]
    package var median: [Double]
    /// The lower quartile.
    package var low: [Double]
    /// The upper quartile.
    package var high: [Double]

    package init(
        name: String, quantity: String? = nil, panel: String? = nil, x: [Double], median: [Double], low: [Double], high: [Double]
    ) {
        self.name = name
        self.quantity = quantity
        self.panel = panel
        self.x = x
        self.median = median
        self.low = low
        self.high = high
    }
}
