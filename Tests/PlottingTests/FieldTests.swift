import Drawing
import Testing

@testable import Plotting

@Suite("Fields, contours, regions and arrows")
struct FieldTests {
    let plane = Plane(x: LinearScale(-2, 2), y: LinearScale(-2, 2), frame: Rect(0, 0, 200, 200))
    let style = SeriesStyle(ofSeries: 0)

    @Test("The contour of a cone is one closed ring of the level's radius", arguments: [0.3, 1.0, 1.7])
    func ring(_ radius: Double) {
        let lines = field { ($0 * $0 + $1 * $1).squareRoot() }.contours(at: radius)
        #expect(lines.count == 1)
        #expect(lines[0].first == lines[0].last)
        for place in lines[0] { #expect(abs((place.x * place.x + place.y * place.y).squareRoot() - radius) < 0.02) }
    }

    @Test("The contour of a plane is the straight line that it is, open at the grid's edges")
    func line() {
        let lines = field { 2 * $0 + $1 }.contours(at: 0.37)
        #expect(lines.count == 1)
        #expect(lines[0].first != lines[0].last)
        for place in lines[0] { #expect(abs(2 * place.x + place.y - 0.37) < 1e-12) }
    }

    @Test("Through a saddle go two lines below its height and two above, none of them closed", arguments: [-0.5, 0.5])
    func saddle(_ level: Double) {
        let lines = field { $0 * $0 - $1 * $1 }.contours(at: level)
        #expect(lines.count == 2)
        for line in lines { #expect(line.first != line.last) }
    }

    @Test("Every contour between the least and the largest value is there; outside there is none")
    func levels() {
        let field = field { $0 * $0 + 3 * $1 * $1 }
        for level in [0.1, 1, 4, 9, 15] { #expect(!field.contours(at: level).isEmpty) }
        #expect(field.contours(at: -1).isEmpty)
        #expect(field.contours(at: 1e6).isEmpty)
    }

    @Test("A cell whose corners lie crosswise is cut by the mean of its corners", arguments: [(0.9, 2), (0.4, 2)])
    func crosswise(_ level: Double, _ count: Int) {
        let field = ScalarField(x: [0, 1], y: [0, 1], values: [1, 0, 0, 1])
        #expect(field.contours(at: level).count == count)
    }

    @Test("Values that are no numbers leave a gap and nothing else", arguments: [Double.nan, .infinity])
    func gaps(_ value: Double) {
        var values = field { x, _ in x }.values
        values[20 * 41 + 20] = value
        let axis = ScalarField.places(from: -2, to: 2, count: 41)
        let lines = ScalarField(x: axis, y: axis, values: values).contours(at: 0.04)
        #expect(lines.count == 2)
        for place in lines.flatMap(\.self) { #expect(place.x.isFinite && place.y.isFinite) }
    }

    @Test("A region's washed area is the share of the plane at the level or above", arguments: [-1.5, -0.2, 0, 1.1])
    func area(_ level: Double) {
        let list = RegionMark(field { x, y in x + 0.5 * y }, from: level, color: style.color).draw(in: plane)
        guard case .fill(let path, _) = list.items.first else {
            Issue.record("nothing is filled")
            return
        }
        // Counted on a finer grid: x + y/2 ≥ level.
        let places = ScalarField.places(from: -2, to: 2, count: 801)
        let share = Double(places.flatMap { y in places.filter { $0 + 0.5 * y >= level } }.count) / Double(801 * 801)
        #expect(abs(path.area / 40_000 - share) < 0.01)
    }

    @Test("An arrow ends where it points to, and its head is never longer than it is")
    func arrow() {
        for length in [1.9, 0.5, 0.05] {
            let mark = ArrowMark([.init(from: (0, 0), to: (length, 0))], color: style.color)
            let points = mark.draw(in: plane).points
            let end = 100 + 50 * length
            #expect(points.map(\.x).max().map { abs($0 - end) < 1e-9 } == true)
            #expect(points.allSatisfy { $0.x >= 100 - 1e-9 })
        }
        #expect(ArrowMark([.init(from: (1, 1), to: (1, 1))], color: style.color).draw(in: plane).ungrouped.items.isEmpty)
        #expect(ArrowMark([.init(from: (.nan, 1), to: (1, 1))], color: style.color).outlines(in: plane).isEmpty)
    }

    @Test("A block without a place is not drawn")
    func block() {
        func items(_ left: Double) -> [DisplayList.Item] {
            BlockMark(samples: 1, rows: 1, columns: 1, groups: [0], left: left).draw(in: plane).ungrouped.items
        }
        #expect(!items(0).isEmpty && items(.nan).isEmpty)
    }

    private func field(_ value: (Double, Double) -> Double) -> ScalarField {
        let axis = ScalarField.places(from: -2, to: 2, count: 41)
        return ScalarField(x: axis, y: axis, values: axis.flatMap { y in axis.map { value($0, y) } })
    }
}

extension Path {
    /// Of closed polygons that turn the same way.
    fileprivate var area: Double {
        var sum = 0.0
        var polygon: [Point] = []
        for element in elements {
            switch element {
            case .move(let point): polygon = [point]
            case .line(let point): polygon.append(point)
            case .curve: break
            case .close:
                for (a, b) in zip(polygon, polygon.dropFirst() + polygon.prefix(1)) { sum += a.x * b.y - b.x * a.y }
            }
        }
        return abs(sum) / 2
    }
}
