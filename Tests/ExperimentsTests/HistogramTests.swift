import Testing

@testable import Experiments

@Suite("A histogram")
struct HistogramTests {
    @Test("Every number is in a bin, or among the zeros of a logarithm or what is lost")
    func counts() {
        let values = [0, 1, -1, 10, 1e-300, .infinity, .nan, 0]
        let decades = Histogram(of: values, on: .decades)
        #expect(decades.total == 8 && decades.zeros == 2 && decades.lost == 2)
        #expect(decades.counts.reduce(0, +) == 4)
        #expect(zip(decades.centers, decades.counts).filter { $1 > 0 }.map(\.0) == [-300, 0, 1])
        let unit = Histogram(of: [0, 0.02, 1, -1, 1, 0.99], on: .unit)
        #expect(zip(unit.centers, unit.counts).filter { $1 > 0 }.map(\.1) == [1, 2, 3])
        #expect(Histogram(of: [], on: .unit).counts.isEmpty)
    }

    @Test("The largest and the smallest numbers have their bins")
    func extremes() {
        let magnitudes = [Double.greatestFiniteMagnitude, .leastNonzeroMagnitude]
        let decades = Histogram(of: magnitudes + magnitudes.map { -$0 }, on: .decades)
        #expect(zip(decades.centers, decades.counts).filter { $1 > 0 }.map(\.0) == [-323.25, 308.25])
        let unit = Histogram(of: [(1.0).nextDown, -1, (1.0).nextUp, .leastNonzeroMagnitude], on: .unit)
        #expect(zip(unit.centers, unit.counts).filter { $1 > 0 }.map(\.0) == [-1, 0, 1])
    }

    @Test("The sum of two is the histogram of both, in either order, and nothing is added by none")
    func sum() {
        let (a, b) = ([0.001, 5, 0, -3e7], [1e-12, .infinity, 2])
        for axis in [Histogram.Axis.decades, .unit] {
            let both = Histogram(of: a + b, on: axis)
            #expect(Histogram(of: a, on: axis) + Histogram(of: b, on: axis) == both)
            #expect(Histogram(of: b, on: axis) + Histogram(of: a, on: axis) == both)
            #expect(Histogram(of: [], on: axis) + both == both)
        }
    }
}
