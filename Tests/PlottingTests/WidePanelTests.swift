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

    @Test("Wide panels stand beside each other, with the vertical axis once, where the page has room for both")
    func joined() {
        func page(_ width: Double, joins: Bool) -> (rows: Int, axes: Int, size: Size) {
            var second = panel(isWide: true)
            second.joinsRow = joins
            let page = PlotPage(
                headline: .words("Found"), panels: [panel(isWide: true), second], columns: 2, sharesAxes: true, width: width)
            let (size, list) = page.draw(measurer: measurer)
            expectCleanLayout(list, on: size, measurer: measurer)
            let titles = list.textRuns.filter { $0.run.text == "panel" }.map(\.run.origin.y)
            return (Set(titles).count, list.textRuns.count { $0.run.text == "up" }, size)
        }
        let (apart, together, narrow) = (page(480, joins: false), page(480, joins: true), page(260, joins: true))
        #expect([apart.rows, together.rows, narrow.rows] == [2, 1, 2])
        #expect([apart.axes, together.axes, narrow.axes] == [2, 1, 2])
        #expect(together.size.height < 0.7 * apart.size.height && together.size.width == 480 && narrow.size.width == 260)
    }

    @Test("Where height is saved, titles of axes stand in lines that are there anyway, if they have room", arguments: [260.0, 340, 480])
    func dense(_ width: Double) throws {
        func page(isDense: Bool) -> PlotPage {
            PlotPage(headline: .words("Found"), panels: [panel(isWide: true), panel(isWide: true)], width: width, isDense: isDense)
        }
        let (plain, dense) = (page(isDense: false).draw(measurer: measurer), page(isDense: true).draw(measurer: measurer))
        expectCleanLayout(dense.1, on: dense.0, measurer: measurer)
        #expect(dense.0.height < plain.0.height - 60)
        let titles = ["across", "up"]
        let others = dense.1.textRuns.filter { !titles.contains($0.run.text) }.map(\.run.origin.y)
        for title in dense.1.textRuns where titles.contains(title.run.text) {
            #expect(others.contains { abs($0 - title.run.origin.y) < 0.5 }, "\(title.run.text)")
        }
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
