import Drawing
import Notation
import Testing

@testable import Plotting

@Suite("A page of plots")
struct PlotPageTests {
    let measurer = PlainMeasurer()

    @Test("Texts stay on the page, never overlap and are 7 pt or larger, at any width", arguments: [200.0, 252, 340, 480, 720])
    func layout(_ width: Double) {
        for panels in [1, 2, 3, 4, 6] {
            let page = page(panels: panels, columns: min(panels, 3), width: width)
            let (size, list) = page.draw(measurer: measurer)
            expectCleanLayout(list, on: size, measurer: measurer)
        }
    }

    @Test("Text is never wider than the page, whatever is written")
    func wrapping() {
        var page = page(panels: 1, columns: 1, width: 240)
        page.headline = .words(Array(repeating: "gradients", count: 30).joined(separator: " "))
        let (size, list) = page.draw(measurer: measurer)
        expectCleanLayout(list, on: size, measurer: measurer)
    }

    @Test("The frame grows until the names of all series stand one above the other")
    func manyNames() {
        let few = page(panels: 1, columns: 1, width: 480, series: 3).draw(measurer: measurer)
        let many = page(panels: 1, columns: 1, width: 480, series: 40).draw(measurer: measurer)
        #expect(many.0.height > few.0.height)
        expectCleanLayout(many.1, on: many.0, measurer: measurer)
    }

    @Test("Panels that share axes write them once")
    func shared() {
        var page = page(panels: 4, columns: 2, width: 480)
        let apart = page.draw(measurer: measurer).1.textRuns.filter { $0.run.text == "layer" }.count
        page.sharesAxes = true
        let together = page.draw(measurer: measurer).1.textRuns.filter { $0.run.text == "layer" }.count
        #expect(apart == 4)
        #expect(together == 2)
    }

    @Test("A remark for which there is no room goes to the foot with its subject")
    func foot() {
        var page = page(panels: 1, columns: 1, width: 200)
        page.panels[0].remarks = [
            Remark(.words(Array(repeating: "word", count: 90).joined(separator: " ")), of: "Sigmoid", color: .ink, x: 1, y: 1)
        ]
        let texts = page.draw(measurer: measurer).1.textRuns.map(\.run.text).joined(separator: " ")
        #expect(texts.contains("Sigmoid:"))
    }

    @Test(
        "What an axis cannot show is named",
        arguments: [
            (0.0, "s: 0"), (.infinity, "s: overflow to ∞"), (.nan, "s: NaN"),
        ])
    func strays(_ value: Double, _ word: String) {
        let style = SeriesStyle(ofSeries: 0)
        let panel = Panel(
            x: Axis(OrdinalScale(1, through: 3)), y: Axis(LogScale(exponents: 0, 2)),
            marks: [LineMark(x: [1, 2, 3], y: [1, value, 10], style: style, name: "s")])
        let list = PlotPage(headline: .words("h"), panels: [panel]).draw(measurer: measurer).1
        #expect(list.textRuns.map(\.run.text).joined(separator: " ").contains(word))
    }

    @Test(
        "Panels that share an axis have it at the same height, even if only one has numbers that it cannot show", arguments: [true, false])
    func strips(sharesAxes: Bool) {
        let panels = [0.0, 1].map { first in
            Panel(
                x: Axis(OrdinalScale(1, through: 3)), y: Axis(LogScale(exponents: 0, 2), hasGrid: true),
                marks: [LineMark(x: [1, 2, 3], y: [first, 1, 10], style: SeriesStyle(ofSeries: 0))])
        }
        let list = PlotPage(headline: .words("h"), panels: panels, columns: 2, sharesAxes: sharesAxes).draw(measurer: measurer).1
        let grid = list.ungrouped.items.compactMap { item in
            guard case .stroke(let path, let stroke) = item, stroke.color == .grid, case .move(let start) = path.elements[0] else {
                return nil as Point?
            }
            return start
        }
        let heights = Dictionary(grouping: grid, by: \.x).values.map { $0.map(\.y) }
        #expect(heights.map(\.count) == [3, 3])
        #expect((heights.first == heights.last) == sharesAxes, "\(heights)")
    }

    @Test(
        "Names may stand at the lines' starts; a narrow page keeps its width where some panels have them there and others don't",
        arguments: [252.0, 600])
    func leftNames(width: Double) {
        var page = page(panels: 2, columns: 1, width: width)
        page.panels[0].namesStandLeft = true
        for index in page.panels[0].names.indices { page.panels[0].names[index].x = 1 }
        let (size, list) = page.draw(measurer: measurer)
        #expect(abs(size.width - width) < 0.01)
        expectCleanLayout(list, on: size, measurer: measurer)
        let isLeft = list.textRuns.filter { $0.run.text == "series 0" }.map { $0.run.origin.x < width / 2 }
        #expect(isLeft == (width > 300 ? [true, false] : [false, false]))
    }

    @Test("A remark stands nearest to its own line, or at the foot with the line's name; a dashed line's label is at that line")
    func nearest() throws {
        let x = [0.0, 1, 2, 3]
        func panel(_ gap: Double) -> Panel {
            let (high, low) = ([0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.9].map { $0 - gap })
            return Panel(
                x: Axis(LinearScale(0, 3)), y: Axis(LinearScale(0, 1)),
                marks: [
                    LineMark(x: x, y: high, style: SeriesStyle(ofSeries: 0), name: "high"),
                    LineMark(x: x, y: low, style: SeriesStyle(ofSeries: 1), name: "low"),
                    ReferenceMark(x: x.reversed(), y: [0.5, 0.4, 0.3, 0.2], label: .words("theory")),
                ],
                names: [("high", high), ("low", low)].enumerated().map { index, line in
                    EndLabel(.words(line.0), style: SeriesStyle(ofSeries: index), x: 3, y: line.1[3], hasMarkers: false)
                },
                remarks: [Remark(.words("grows"), of: "high", color: .ink, x: 0, y: 0.9, line: "high")])
        }
        func find(_ text: String, _ gap: Double) throws -> Rect {
            let page = PlotPage(headline: .words("h"), panels: [panel(gap)], width: 480)
            let (size, list) = page.draw(measurer: measurer)
            expectCleanLayout(list, on: size, measurer: measurer)
            return try #require(list.textRuns.first { $0.run.text.contains(text) }).box(measuredBy: measurer)
        }
        let frame = try find("theory", 0.6)
        #expect(try find("grows", 0.6).maxY < frame.minY)
        // If the lines coincide, no place is nearer to the first.
        #expect(try find("high: grows", 0).minY > frame.maxY + 60)
    }

    @Test(
        "The name of a line stands at that line also where it has no place that is nearer to it than to others",
        arguments: [40.0, 60, 80, 120, 200])
    func nameAtItsLine(_ height: Double) throws {
        let x = [0.0, 1, 2, 3, 4]
        let lines = [[0.5, 0.4, 0.02, 0.9, 0.95], [0.3, 0.3, 0.2, 0.2, 0.2], [0.9, 0.6, 0.1, 0, 0]]
        let panel = Panel(
            x: Axis(LinearScale(0, 4)), y: Axis(LinearScale(0, 1)),
            marks: lines.enumerated().map {
                LineMark(x: x, y: $1, style: SeriesStyle(ofSeries: $0), hasMarkers: false, name: "line \($0)")
            },
            remarks: [Remark(.words("name"), of: "Line", color: .ink, x: 2, y: 0.02, line: "line 0")])
        let (size, list) = PlotPage(headline: .words("h"), panels: [panel], frameHeight: height).draw(measurer: measurer)
        expectCleanLayout(list, on: size, measurer: measurer)
        let line = list.ungrouped.items.compactMap { item -> [Point]? in
            guard case .stroke(let path, let stroke) = item, stroke.color == SeriesStyle(ofSeries: 0).color else { return nil }
            return path.elements.compactMap {
                if case .move(let point) = $0 { point } else if case .line(let point) = $0 { point } else { nil }
            }
        }
        let box = try #require(list.textRuns.first { $0.run.text == "name" }).box(measuredBy: measurer)
        #expect(line.count == 1 && line.allSatisfy { box.insetBy(-16, -16).isCrossed(by: $0) }, "\(box), \(line)")
    }

    @Test("The key beside a name has a marker only where its line has some")
    func keys() {
        func count(_ items: [DisplayList.Item]) -> Int {
            items.reduce(0) { sum, item in
                switch item {
                case .fill, .stroke, .text: sum + 1
                case .clipped(_, let inside), .group(_, let inside): sum + count(inside)
                }
            }
        }
        func drawn(_ hasMarkers: Bool) -> Int {
            var page = page(panels: 1, columns: 1, width: 480, series: 1)
            page.panels[0].names[0].hasMarkers = hasMarkers
            return count(page.draw(measurer: measurer).1.items)
        }
        #expect(drawn(true) == drawn(false) + 1)
    }

    private func page(panels: Int, columns: Int, width: Double, series: Int = 3) -> PlotPage {
        let panel = Panel(
            title: .words("panel"), x: Axis(OrdinalScale(1, through: 20), title: .words("layer")),
            y: Axis(LogScale(exponents: -12, 1), title: .words("norm"), hasGrid: true),
            marks: (0..<series).map { index in
                LineMark(
                    x: (1...20).map(Double.init), y: (1...20).map { 1 / Double($0 * (index + 1)) },
                    style: SeriesStyle(ofSeries: index), name: "series \(index)")
            },
            names: (0..<series).map { index in
                EndLabel(
                    .words("series \(index)"), style: SeriesStyle(ofSeries: index), x: 20,
                    y: 1 / Double(20 * (index + 1)))
            })
        return PlotPage(
            topic: "A topic", headline: .words("What was found"), subtitle: .words("What was measured and how it was done"),
            panels: Array(repeating: panel, count: panels), columns: columns, width: width)
    }
}

func expectCleanLayout(
    _ list: DisplayList, on size: Size, measurer: some TextMeasuring, sourceLocation: SourceLocation = #_sourceLocation
) {
    let runs = list.textRuns.map { (run: $0.run, box: $0.box(measuredBy: measurer)) }
    let page = Rect(0, 0, size.width, size.height)
    for (index, (run, box)) in runs.enumerated() {
        #expect(page.contains(box), "“\(run.text)” leaves the page", sourceLocation: sourceLocation)
        #expect(run.font.size >= 7, "“\(run.text)” has \(run.font.size) pt", sourceLocation: sourceLocation)
        for (other, otherBox) in runs[(index + 1)...] where box.insetBy(0.6, 0.6).overlaps(otherBox.insetBy(0.6, 0.6)) {
            Issue.record("“\(run.text)” and “\(other.text)” overlap", sourceLocation: sourceLocation)
        }
    }
}
