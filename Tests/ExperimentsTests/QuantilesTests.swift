import Autodiff
import NeuralNetworks
import Testing

@testable import Experiments

@Suite("Quantiles")
struct QuantilesTests {
    @Test(
        "Median and quartiles interpolate linearly between ranks",
        arguments: [
            ([3.0], 3.0, 3.0, 3.0), ([1, 2], 1.25, 1.5, 1.75), ([4, 1, 3, 2], 1.75, 2.5, 3.25), ([5, 1, 2, 4, 3], 2, 3, 4),
        ])
    func interpolated(_ values: [Double], _ low: Double, _ median: Double, _ high: Double) {
        let quantiles = Quantiles(of: values)
        #expect(quantiles.at(0.25) == low)
        #expect(quantiles.at(0.5) == median)
        #expect(quantiles.at(0.75) == high)
    }

    @Test("Infinities and NaN rank last, and are not dropped")
    func kept() {
        let quantiles = Quantiles(of: [.nan, 1, .infinity, 2, .infinity])
        #expect(quantiles.at(0) == 1)
        #expect(quantiles.at(0.5) == .infinity)
        #expect(quantiles.at(0.75) == .infinity)
        #expect(quantiles.at(1).isNaN)
    }

    @Test("Found without sorting all, they are those of the sorted numbers", arguments: [1, 2, 24, 25, 100, 1000])
    func found(_ count: Int) {
        var generator = Xoshiro(seed: UInt64(count), stream: "quantiles")
        let parts = [0.05, 0.25, 0.5, 0.75, 0.95, 1]
        // Rounded, so that many are equal.
        let rounded = (0..<count).map { _ in (generator.normal() * 8).rounded() }
        for values in [generator.normals([count]).scalars, rounded, rounded.map { $0 > 8 ? .nan : $0 }, rounded.map { _ in .nan }] {
            let (all, few) = (Quantiles(of: values), Quantiles(of: values, at: parts))
            for part in parts { #expect(all.at(part) == few.at(part) || all.at(part).isNaN && few.at(part).isNaN) }
        }
    }

    @Test("A line has at each x the median and the quartiles of its column")
    func columns() {
        let series = Series(name: "s", x: [1, 2], rows: [[1, 50], [2, 40], [3, 30], [4, 20], [5, 10]])
        #expect(series.low == [2, 20])
        #expect(series.median == [3, 30])
        #expect(series.high == [4, 40])
    }

    @Test("No numbers have no median")
    func empty() {
        #expect(Quantiles(of: []).at(0.5).isNaN)
        #expect(Quantiles(of: [], at: [0.5]).at(0.5).isNaN)
    }
}
