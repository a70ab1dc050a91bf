import Drawing
import Testing

@testable import Plotting

@Suite("Labels keep apart")
struct LabelLayoutTests {
    @Test("Labels that do not collide stay where they wish to be")
    func unmoved() {
        let spreading = LabelSpreading(gap: 1, range: 0...100)
        #expect(spreading.centers(wishes: [80, 20, 50], sizes: [10, 10, 10]) == [80, 20, 50])
    }

    @Test("Two that collide give way equally")
    func fair() {
        let spreading = LabelSpreading(gap: 2, range: 0...100)
        #expect(spreading.centers(wishes: [50, 50], sizes: [10, 10]) == [44, 56])
    }

    @Test("Labels never overlap, keep their order and stay in range while they fit", arguments: 0..<40)
    func apart(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let count = 1 + Int(generator.next() % 9)
        let wishes = (0..<count).map { _ in Double(generator.next() % 1000) / 10 }
        let sizes = (0..<count).map { _ in 4 + Double(generator.next() % 60) / 10 }
        let spreading = LabelSpreading(gap: 1, range: 0...100)
        let centers = spreading.centers(wishes: wishes, sizes: sizes)
        let order = wishes.indices.sorted { centers[$0] < centers[$1] }
        for (a, b) in zip(order, order.dropFirst()) {
            #expect(centers[b] - centers[a] >= (sizes[a] + sizes[b]) / 2 + 1 - 1e-9)
            #expect(wishes[a] <= wishes[b])
        }
        for index in wishes.indices {
            #expect(centers[index] - sizes[index] / 2 >= -1e-9)
            #expect(centers[index] + sizes[index] / 2 <= 100 + 1e-9)
        }
    }

    @Test("A text goes to its first wish that is free of lines")
    func firstFree() {
        var placement = LabelPlacement(bounds: Rect(0, 0, 100, 100), avoiding: [[Point(0, 20), Point(100, 20)]])
        let rect = placement.place(width: 20, height: 8, wishes: [Point(10, 16), Point(10, 40)])
        #expect(rect == Rect(10, 40, 20, 8))
    }

    @Test("A text whose wishes are all taken goes to the nearest free place")
    func nearestFree() throws {
        var placement = LabelPlacement(bounds: Rect(0, 0, 100, 100), avoiding: [])
        let places = (0..<2).map { _ in placement.place(width: 30, height: 10, wishes: [Point(30, 30)]) }
        let first = try #require(places[0])
        let second = try #require(places[1])
        #expect(!first.overlaps(second))
        #expect((second.center - first.center).length < 25)
    }

    @Test("A text for which there is no room is not placed on another one")
    func noRoom() {
        var placement = LabelPlacement(bounds: Rect(0, 0, 40, 12), avoiding: [])
        let places = (0..<2).map { _ in placement.place(width: 36, height: 10, wishes: [Point(1, 1)]) }
        #expect(places[0] != nil)
        #expect(places[1] == nil)
    }

    @Test(
        "A segment crosses a rectangle also where both its ends lie outside",
        arguments: [
            (Point(-10, 5), Point(20, 5), true), (Point(-10, -10), Point(20, 20), true), (Point(-10, 12), Point(20, 12), false),
            (Point(5, 5), Point(5, 5), true), (Point(-10, 8), Point(8, 26), false),
        ])
    func crossing(_ start: Point, _ end: Point, _ isCrossed: Bool) {
        #expect(Rect(0, 0, 10, 10).isCrossed(by: [start, end]) == isCrossed)
    }
}

/// Steele, Lea & Flood (2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
