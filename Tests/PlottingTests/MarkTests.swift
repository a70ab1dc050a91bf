import Drawing
import Testing

@testable import Plotting

@Suite("Marks")
struct MarkTests {
    let plane = Plane(x: LinearScale(0, 4), y: LogScale(exponents: -2, 2), frame: Rect(0, 0, 100, 80))
    let style = SeriesStyle(ofSeries: 0)

    @Test("A line breaks where a number has no place, and says so at the edge")
    func breaks() {
        let line = LineMark(x: [0, 1, 2, 3, 4], y: [1, .nan, 1, 0, .infinity], style: style)
        #expect(line.outlines(in: plane).map(\.count) == [1, 1])
        #expect(
            line.strays(in: plane) == [
                Stray(cause: .undefined, places: [Point(25, 0)], color: style.color),
                Stray(cause: .zero, places: [Point(75, 80)], color: style.color),
                Stray(cause: .infinite, places: [Point(100, 0)], color: style.color),
            ])
    }

    @Test("A bar of less than half a pixel is not drawn, however it is outlined")
    func lowBars() {
        let plane = Plane(x: LinearScale(0, 4), y: LinearScale(-1, 1), frame: Rect(0, 0, 100, 80))
        let bars = BarMark(x: [1, 2, 3], y: [0.5, 1e-7, -1e-7], style: style, width: 0.1)
        #expect(bars.draw(in: plane).groups.filter { $0.kind == .bar }.map(\.name) == ["1"])
    }

    @Test("Neighbours that leave the frame for one reason are told together")
    func runs() {
        let line = LineMark(x: [0, 1, 2, 3, 4], y: [0, 0, 0, 1, 0], style: style)
        #expect(line.strays(in: plane).map(\.places.count) == [3, 1])
    }

    @Test("A single number between two gaps is still seen")
    func single() {
        let line = LineMark(x: [0, 1, 2], y: [.nan, 1, .nan], style: style, hasMarkers: false)
        #expect(!line.draw(in: plane).ungrouped.items.isEmpty)
    }

    @Test("Nothing that a mark draws lies outside the frame by more than a marker's size")
    func inside() {
        let y: [Double] = [0, 1e-9, 3, .nan, .infinity]
        let marks: [any Mark] = [
            LineMark(x: [0, 1, 2, 3, 4], y: y, style: style),
            BandMark(x: [0, 1, 2, 3, 4], low: y, high: y.map { $0 * 3 }, color: style.color),
            PointMark(x: [0, 1, 2, 3, 4], y: y, style: style),
            BarMark(x: [1, 2, 3], y: [5, .infinity, 1e-5], style: style, base: nil, width: 0.1),
            ReferenceMark(x: [0, 2, 4], y: [1e-9, 1, 1e9]),
            StripesMark(
                x: [0, 1, 2, 3, 4], rows: [[true, true, false, true, true], [false, true, true, true, true]], color: style.color),
        ]
        for mark in marks {
            for point in mark.draw(in: plane).points {
                #expect(plane.frame.insetBy(-5, -5).contains(point), "\(mark)")
            }
        }
    }

    @Test(
        "Stripes have a bar for each run of yes, from halfway after what is before to halfway before what follows, within the frame",
        arguments: [
            ([true, true, true, true, true], [0...100]), ([false, false, false, false, false], []),
            ([true, false, true, true, false], [0...12.5, 37.5...87.5]), ([false, false, false, false, true], [87.5...100]),
        ] as [([Bool], [ClosedRange<Double>])])
    func stripes(row: [Bool], bars: [ClosedRange<Double>]) {
        let mark = StripesMark(x: [0, 1, 2, 3, 4], rows: [row, row], color: style.color)
        let drawn = mark.draw(in: plane)
        // Behind the bars there is the ground.
        #expect(drawn.ungrouped.items.count == 1 + 2 * bars.count)
        let edges = drawn.ungrouped.items.dropFirst().map { DisplayList(items: [$0]).points.map(\.x) }
        #expect(edges.prefix(bars.count).map { ($0.min() ?? .nan)...($0.max() ?? .nan) } == bars)
    }

    @Test("A reference line is followed to the edge of the frame")
    func referenceToEdge() {
        let reference = ReferenceMark(x: [0, 2, 4], y: [1e-6, 1, 1e6])
        let line = reference.outlines(in: plane)
        let expected = [Point(100.0 / 3, 80), Point(50, 40), Point(200.0 / 3, 0)]
        #expect(line.map(\.count) == [3])
        for (point, expected) in zip(line.joined(), expected) { #expect((point - expected).length < 1e-9) }
    }

    @Test("Series differ in dash and marker beside colour")
    func distinct() {
        let styles = (0..<24).map { SeriesStyle(ofSeries: $0) }
        #expect(Set(styles).count == 24)
        for (a, b) in zip(styles, styles.dropFirst().prefix(5)) {
            #expect(a.dash != b.dash)
            #expect(a.marker != b.marker)
        }
    }

    @Test("The colour of a series' name is readable on every theme's page", arguments: [Theme.light, .dark, .print])
    func readable(_ theme: Theme) {
        for index in 0..<6 {
            #expect(theme.color(of: SeriesStyle(ofSeries: index).textColor).contrast(with: theme.page) >= 4.5)
            #expect(theme.color(of: SeriesStyle(ofSeries: index).color).contrast(with: theme.page) >= 3)
        }
    }

    @Test("A negative bar is hatched")
    func hatched() {
        let plane = Plane(x: LinearScale(0, 1), y: LinearScale(-1, 1), frame: Rect(0, 0, 100, 80))
        func hatching(of y: Double) -> Bool {
            BarMark(x: [0.5], y: [y], style: style, width: 0.2).draw(in: plane).ungrouped.items.contains {
                if case .clipped = $0 { true } else { false }
            }
        }
        #expect(hatching(of: -0.5))
        #expect(!hatching(of: 0.5))
    }
}

extension DisplayList {
    /// Every point of every path outside clips, control points too.
    var points: [Point] {
        items.flatMap { item -> [Point] in
            switch item {
            case .fill(let path, _), .stroke(let path, _):
                path.elements.flatMap { element -> [Point] in
                    switch element {
                    case .move(let point), .line(let point): [point]
                    case .curve(let a, let b, let end): [a, b, end]
                    case .close: []
                    }
                }
            case .text, .clipped: []
            case .group(_, let inside): DisplayList(items: inside).points
            }
        }
    }
}
