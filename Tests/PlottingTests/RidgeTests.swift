import Drawing
import Testing

@testable import Plotting

@Suite("Ridges and solids")
struct RidgeTests {
    let plane = Plane(x: LinearScale(0, 10), y: LinearScale(0, 4), frame: Rect(0, 0, 100, 40))

    private func curve(_ x: [Double], _ heights: [Double]) -> [[Point]] {
        RidgeMark([.init(y: 1, x: x, heights: heights)], color: Paint(literal: Color(0)), reach: 2).outlines(in: plane)
    }

    @Test("A ridge comes up from its base and goes down to it; a height of 1 is as high as its reach")
    func shape() {
        #expect(curve([2, 4, 6], [0, 1, 0]) == [[Point(20, 30), Point(40, 10), Point(60, 30)]])
    }

    @Test("Numbers that all fall into one bin are a peak, and what a gap parts are two ridges")
    func pieces() {
        #expect(curve([1, 2, 3, 4, 5, 6], [0, 1, 0, 0, 0.5, 0]).map(\.count) == [3, 3])
        #expect(curve([2, 4], [0, 0]).isEmpty)
        #expect(curve([4], [1]) == [[Point(40, 10)]])
    }

    @Test("What leaves the frame sideways is cut, and a height that is no place is none")
    func cut() {
        #expect(curve([-1, 1, 11], [1, 1, 1]) == [[Point(10, 10)]])
        #expect(RidgeMark([.init(y: .nan, x: [1], heights: [1])], color: Paint(literal: Color(0)), reach: 1).outlines(in: plane).isEmpty)
    }

    @Test("The lower of two ridges is painted over the upper")
    func order() throws {
        let mark = RidgeMark(
            [.init(y: 1, x: [2, 4, 6], heights: [0, 1, 0]), .init(y: 2, x: [2, 4, 6], heights: [0, 1, 0])], color: Paint(literal: Color(0)),
            reach: 1)
        let strokes = mark.draw(in: plane).ungrouped.items.compactMap { item -> Double? in
            guard case .stroke(let path, let stroke) = item, stroke.width == 1, case .move(let point) = path.elements.first else {
                return nil
            }
            return point.y
        }
        #expect(strokes == [20, 30])
    }

    @Test("On a solid a line runs between groups and around the whole, a hairline between cubes of one group")
    func solid() {
        func borders(_ groups: [Int]) -> (lines: Int, hairlines: Int) {
            let items = SolidMark(samples: 2, rows: 2, columns: 2, groups: groups).draw(in: plane).ungrouped.items
            let widths = items.compactMap { item -> Double? in if case .stroke(_, let stroke) = item { stroke.width } else { nil } }
            return (widths.count { $0 > 0.5 }, widths.count { $0 <= 0.5 })
        }
        // Three sides of four faces: eight rims each; eight edges inside, each counted from both of its faces.
        #expect(borders(Array(repeating: 0, count: 8)) == (24, 24))
        #expect(borders(Array(0..<8)) == (48, 0))
        // Samples apart: seams remain within each sample's faces.
        #expect(borders([0, 0, 0, 0, 1, 1, 1, 1]) == (32, 16))
    }
}
