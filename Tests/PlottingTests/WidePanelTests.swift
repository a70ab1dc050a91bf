import Drawing
import Notation
import Testing

@testable import Plotting

@Suite("Panels that take a row, and ways through the plane")
struct WidePanelTests {
    let measurer = PlainMeasurer()
    let style = SeriesStyle(ofSeries: 0)

    @Test(
        "Panels of several rows, wide ones among them, keep their texts apart",
        arguments: [[false, false, true], [true, false, false, true], [false, true, false]])
    func layout(_ wide: [Bool]) {
        for columns in 1...3 {
            for shares in [false, true] {
                let page = PlotPage(headline: .words("Found"), panels: wide.map(panel), columns: columns, sharesAxes: shares)
                let (size, list) = page.draw(measurer: measurer)
                expectCleanLayout(list, on: size, measurer: measurer)
            }
        }
    }

    @Test("Above a wide panel shared axes are written, for there is none below that shows them")
    func sharedAxes() {
        let page = PlotPage(
            headline: .words("Found"), panels: [panel(isWide: false), panel(isWide: false), panel(isWide: true)], columns: 2,
            sharesAxes: true)
        let titles = page.draw(measurer: measurer).1.textRuns.filter { $0.run.text == "across" }
        #expect(titles.count == 3)
    }

    @Test("A way leaves the frame and comes back, cut at its edges; its ends are marked where they are inside")
    func way() {
        let plane = Plane(x: LinearScale(0, 1), y: LinearScale(0, 1), frame: Rect(10, 10, 100, 100))
        let mark = PathMark(x: [0.5, 0.5, 3, 0.9], y: [0.5, 40, .infinity, 0.9], style: style)
        let items = mark.draw(in: plane).ungrouped.items
        guard case .clipped(let rect, _) = items.first else {
            Issue.record("nothing is clipped")
            return
        }
        #expect(rect == plane.frame)
        // A ring is a filling and a stroke, a disc a filling.
        #expect(items.count == 4)
        #expect(mark.outlines(in: plane).flatMap(\.self).allSatisfy { plane.frame.contains($0) })
    }

    @Test("A place that is no number parts the way")
    func parted() {
        let plane = Plane(x: LinearScale(0, 1), y: LinearScale(0, 1), frame: Rect(0, 0, 100, 100))
        let mark = PathMark(x: [0.1, 0.2, .nan, 0.4, 0.5], y: [0.1, 0.2, 0.3, 0.4, 0.5], style: style)
        #expect(mark.outlines(in: plane).map(\.count) == [2, 2])
    }

    private func panel(isWide: Bool) -> Panel {
        Panel(
            title: .words("panel"), x: Axis(LinearScale(0, 1), title: .words("across")),
            y: Axis(LinearScale(0, 1), title: .words("up"), hasGrid: true),
            marks: [LineMark(x: [0, 1], y: [0, 1], style: style)],
            names: isWide ? [EndLabel(.words("a long name"), style: style, x: 1, y: 1)] : [], isWide: isWide)
    }
}
