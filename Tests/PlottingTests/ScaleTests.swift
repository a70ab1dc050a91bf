import Notation
import Testing

@testable import Plotting

@Suite("Scales")
struct ScaleTests {
    @Test("A linear scale puts its ends at 0 and 1 and its middle at one half")
    func linearEnds() {
        let scale = LinearScale(-2, 6)
        #expect(scale.fraction(of: -2) == 0)
        #expect(scale.fraction(of: 6) == 1)
        #expect(scale.fraction(of: 2) == 0.5)
    }

    @Test(
        "A linear scale gives every finite number a finite place, however far its ends lie apart",
        arguments: [
            (-1.7e308, 1.7e308), (0, .leastNonzeroMagnitude), (0, 0), (1e16, 1e16), (-1e-300, 1e-300), (.nan, 1), (.infinity, -.infinity),
        ])
    func linearExtremes(_ lower: Double, _ upper: Double) throws {
        let scale = LinearScale(lower, upper)
        #expect(scale.lower < scale.upper)
        let middle = try #require(scale.fraction(of: scale.lower / 2 + scale.upper / 2))
        #expect(middle.isFinite)
        for tick in scale.ticks(about: 5) { #expect(tick.fraction > -1e-6 && tick.fraction < 1 + 1e-6) }
    }

    @Test("A scale that covers data ends on ticks, and looks away from NaN and infinities")
    func covering() {
        let scale = LinearScale(covering: [0.13, .nan, 0.87, .infinity])
        #expect(scale.lower == 0)
        #expect(scale.upper == 1)
        #expect(LinearScale(covering: []).lower < LinearScale(covering: []).upper)
        #expect(LinearScale(covering: [3, 4], includingZero: true).lower == 0)
    }

    @Test("NaN has no place on any scale")
    func noPlace() {
        let scales: [any Scale] = [
            LinearScale(0, 1), LogScale(exponents: 0, 1), OrdinalScale(1, through: 5), BandScale([.words("a")]),
        ]
        for scale in scales { #expect(scale.fraction(of: .nan) == nil) }
    }

    @Test("A logarithmic scale makes equal ratios equal lengths")
    func logRatios() throws {
        let scale = LogScale(exponents: -12, 2)
        let one = try #require(scale.fraction(of: 3e-4)) - #require(scale.fraction(of: 3e-7))
        let other = try #require(scale.fraction(of: 50)) - #require(scale.fraction(of: 0.05))
        #expect(abs(one - other) < 1e-12)
    }

    @Test("On a logarithmic scale zero lies infinitely far below, and negative numbers have no place")
    func logZero() {
        let scale = LogScale(exponents: -2, 2)
        #expect(scale.fraction(of: 0) == -.infinity)
        #expect(scale.fraction(of: -1) == nil)
        #expect(scale.fraction(of: .infinity) == .infinity)
    }

    @Test(
        "A logarithmic scale covers data with whole decades",
        arguments: [
            ([0.1, 10], -1, 1), ([0.09, 11], -2, 2), ([3, 4], 0, 1), ([1, 1], 0, 1), ([.leastNonzeroMagnitude], -324, -323),
            ([1e308, 1.7e308], 308, 309),
            ([], -1, 1), ([0, -3, .nan, .infinity], -1, 1),
        ] as [([Double], Int, Int)])
    func logCovering(_ values: [Double], _ lower: Int, _ upper: Int) {
        let scale = LogScale(covering: values)
        #expect(scale.lower == lower)
        #expect(scale.upper == upper)
    }

    @Test("Ticks of a logarithmic scale are powers of ten, no more than asked for, with real superscripts")
    func logTicks() {
        let ticks = LogScale(exponents: -12, 2).ticks(about: 5)
        #expect(ticks.map(\.label) == [-12, -9, -6, -3, 0].map { Formula.powerOfTen($0) })
        #expect(ticks[0].label == .sup(.words("10"), .words("−12")))
        #expect(LogScale(exponents: -324, 309).ticks(about: 6).count <= 7)
    }

    @Test(
        "Ticks of a linear scale are 1, 2 or 5 times a power of ten apart",
        arguments: [
            (0, 1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (-1, 1, 4, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
            (0, 100, 5, ["0", "20", "40", "60", "80", "100"]), (0, 20_000, 2, ["0", "10\u{2009}000", "20\u{2009}000"]),
        ] as [(Double, Double, Int, [String])])
    func linearTicks(_ lower: Double, _ upper: Double, _ count: Int, _ labels: [String]) {
        #expect(LinearScale(lower, upper).ticks(about: count).map(\.label) == labels.map { .words($0) })
    }

    @Test("Large and small ticks have a power of ten")
    func tickPowers() {
        let ticks = LinearScale(0, 2e9).ticks(about: 2)
        #expect(ticks.last?.label == .sup(.words("2·10"), .words("9")))
    }

    @Test(
        "A ratio scale ends at 1, 2 or 5 times a power of ten, and has two ticks or more, all within",
        arguments: [
            ([0.027, 0.44], 0.02, 0.5), ([3e-5, 0.9], 2e-5, 1), ([1], 0.5, 2), ([], 0.1, 10), ([.nan, -1, 0, .infinity, 7], 5, 10),
            ([5e-324, 1e308], 5e-324, 1e308),
        ] as [([Double], Double, Double)])
    func ratio(_ values: [Double], _ lower: Double, _ upper: Double) {
        let scale = RatioScale(covering: values)
        #expect(abs(scale.lower / lower - 1) < 1e-9 && abs(scale.upper / upper - 1) < 1e-9)
        for count in [1, 2, 3, 5, 9] {
            let ticks = scale.ticks(about: count)
            #expect(ticks.count >= 2 && ticks.count <= count + 2, "\(scale) has \(ticks.count) ticks for \(count)")
            #expect(ticks.allSatisfy { $0.fraction > -1e-6 && $0.fraction < 1 + 1e-6 })
        }
        #expect(scale.fraction(of: scale.lower) == 0 && scale.fraction(of: -1) == nil && scale.fraction(of: .nan) == nil)
    }

    @Test(
        "Between equal ends lies room, however small or large they are", arguments: [5e-324, 1e-310, 1, 1.7e308, .greatestFiniteMagnitude])
    func equalEnds(_ end: Double) throws {
        let scale = RatioScale(end, end)
        let fraction = try #require(scale.fraction(of: end))
        #expect(scale.lower > 0 && scale.lower < scale.upper && scale.upper.isFinite && (0...1).contains(fraction))
    }

    @Test("A reversed scale runs the other way, ticks and all")
    func reversed() throws {
        let scale = ReversedScale(LinearScale(0, 4))
        #expect(scale.fraction(of: 1) == 0.75)
        #expect(scale.ticks(about: 4).map(\.fraction) == [0, 0.25, 0.5, 0.75, 1])
        #expect(scale.ticks(about: 4).first?.label == .words("4"))
    }

    @Test("Zero stands by itself left of the break, and a scale without zero has none")
    func broken() throws {
        let scale = BrokenScale([0, 0.01, 1])
        let places = try [0, 0.01, 0.1, 1].map { try #require(scale.fraction(of: $0)) }
        #expect(places == places.sorted() && places[0] < BrokenScale.middleOfBreak && places[1] > BrokenScale.middleOfBreak)
        #expect(abs(places[2] - (places[1] + places[3]) / 2) < 1e-9)
        #expect(scale.ticks(about: 3).count == 3)
        #expect(BrokenScale([0.01, 1]).fraction(of: 1) == ChosenScale([0.01, 1]).fraction(of: 1))
    }

    @Test("A linear scale has two ticks or more", arguments: [(-1.9, 1.9), (-4, 4), (0, 1), (-2.9, 4.6)])
    func twoTicks(_ lower: Double, _ upper: Double) {
        for count in 1...6 { #expect(LinearScale(lower, upper).ticks(about: count).count >= 2) }
    }

    @Test("An ordinal scale always shows its first and last number", arguments: [(1, 1), (1, 2), (1, 20), (1, 200), (0, 49), (-3, 3)])
    func ordinalEnds(_ first: Int, _ last: Int) {
        let ticks = OrdinalScale(first, through: last).ticks(about: 5)
        #expect(ticks.first?.label == .tickLabel(Numeral(Double(first), decimals: 0)))
        #expect(ticks.last?.label == .tickLabel(Numeral(Double(last), decimals: 0)))
        #expect(ticks.count <= 8)
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.fraction < $1.fraction })
    }

    @Test("An ordinal scale of one number puts it in the middle")
    func ordinalSingle() {
        #expect(OrdinalScale(1, through: 1).fraction(of: 1) == 0.5)
    }

    @Test("The bands of a band scale fill the axis side by side")
    func bands() throws {
        let scale = BandScale([.words("a"), .words("b"), .words("c"), .words("d")])
        #expect(scale.bandwidth == 0.25)
        #expect(scale.fraction(of: 0) == 0.125)
        #expect(scale.fraction(of: 3) == 0.875)
    }

    @Test("Numbers that a page speaks of are ticks beside the round ones, and those too near give way")
    func chosenTicks() {
        let ticks = TickedScale(LinearScale(-1, 2), at: [0.25, 0.97, 7]).ticks(about: 4)
        #expect(ticks.map(\.label.plainText) == ["−1", "0", "0.25", "0.97", "2"])
    }
}
