import Drawing
import Notation
import Typesetting

/// A circuit on the page: wires with rounded bends, boxes and signs on them, and text next to each wire.
struct CellDrawing {
    /// A wire, in the direction of its value.
    struct Wire {
        /// A path of horizontal and vertical pieces from one shape's edge to the next one's.
        var points: [Point]
        /// Whether it belongs to the line of the headline's gradient.
        var isLine: Bool
        /// Whether its gradient is 0.
        var isIdle: Bool
        /// Whether it ends at a shape rather than in a fork.
        var hasTip = true
        var name: CellWire
    }

    /// A shape that wires lead into.
    struct Shape {
        enum Kind: Hashable { case sign, gate, weights }

        var kind: Kind
        var box: Rect
        var face: Laid
        /// A description for readers who cannot see it.
        var words: String
    }

    /// A text with its box.
    struct Text {
        var laid: Laid
        var box: Rect
        /// The wire that the numbers belong to.
        var wire: CellWire?
    }

    var frame = Rect(0, 0, 0, 0)
    var wires: [Wire] = []
    private(set) var shapes: [Shape] = []
    private(set) var forks: [Point] = []
    private(set) var texts: [Text] = []
    let typesetter: Typesetter

    init(_ typesetter: Typesetter) { self.typesetter = typesetter }

    static let radius = 8.5
    static let bend = 7.0
    static let width = 1.2
    private static let tip = (length: 5.5, width: 4.6)

    // MARK: Building

    mutating func wire(_ points: Point..., of name: CellWire, isLine: Bool = false, hasTip: Bool = true) {
        wires.append(Wire(points: points, isLine: isLine, isIdle: false, hasTip: hasTip, name: name))
    }

    mutating func fork(_ point: Point) { forks.append(point) }

    mutating func sign(_ sign: Formula.Sign, at center: Point) {
        let face = typesetter.layout(.sign(sign), size: 12)
        let box = Rect(center: center, width: 2 * Self.radius, height: 2 * Self.radius)
        shapes.append(Shape(kind: .sign, box: box, face: face, words: sign.rawValue))
    }

    mutating func box(_ kind: Shape.Kind, _ face: Laid, _ size: Size, at center: Point, words: String) {
        shapes.append(Shape(kind: kind, box: Rect(center: center, width: size.width, height: size.height), face: face, words: words))
    }

    mutating func text(_ laid: Laid, at origin: Point, of wire: CellWire? = nil) {
        texts.append(Text(laid: laid.moved(to: origin), box: laid.bounds.offsetBy(origin.x, origin.y), wire: wire))
    }

    // MARK: Drawing

    /// The bounds of everything that is drawn.
    var bounds: Rect {
        let points = wires.flatMap(\.points).map { Rect(center: $0, width: 4, height: 4) }
        return (shapes.map(\.box) + texts.map(\.box) + points).reduce(frame) { $0.union($1) }
    }

    /// - Parameter words: the name of a wire with its numbers.
    func drawn(words: (CellWire) -> String) -> DisplayList {
        var list = DisplayList()
        let ground = Path.rect(frame, radius: 12)
        list.fill(ground, .panel)
        list.stroke(ground, Stroke(.grid, width: 1))
        let lines = wires.filter(\.isLine)
        let told = Set(lines.map(\.name))
        draw(wires.filter { !$0.isLine }, texts: texts.filter { $0.wire.map { !told.contains($0) } ?? false }, words: words, into: &list)
        draw(lines, texts: texts, words: words, into: &list)
        for point in crossings {
            // The wire underneath is interrupted.
            let over = Path.line(from: Point(point.x, point.y - 4), to: Point(point.x, point.y + 4))
            list.stroke(over, Stroke(.panel, width: 7))
            list.stroke(over, Stroke(.restingLine, width: Self.width))
        }
        for point in forks { list.fill(.circle(center: point, radius: 2.6), .restingLine) }
        for shape in shapes {
            var drawn = DisplayList()
            draw(shape, into: &drawn)
            list.group(Group(.gate, shape.words, words: shape.words), drawn)
        }
        let drawn = Set(wires.map(\.name))
        for text in texts where text.wire.map({ !drawn.contains($0) }) ?? true { list.append(text.laid.content) }
        return list
    }

    /// The pieces of a wire, which forks may split, with its numbers.
    private func draw(_ wires: [Wire], texts: [Text], words: (CellWire) -> String, into list: inout DisplayList) {
        var names: [CellWire] = []
        for wire in wires where !names.contains(wire.name) { names.append(wire.name) }
        for name in names {
            var whole = DisplayList()
            for wire in wires where wire.name == name { draw(wire, into: &whole) }
            for text in texts where text.wire == name { whole.append(text.laid.content) }
            list.group(Group(.wire, name.words, words: words(name), isHighlighted: wires.contains { $0.name == name && $0.isLine }), whole)
        }
    }

    /// The points where a horizontal wire passes under a vertical one.
    var crossings: [Point] {
        let pieces = wires.flatMap { zip($0.points, $0.points.dropFirst()).map { (from: $0, to: $1) } }
        var found: [Point] = []
        for level in pieces where level.from.y == level.to.y {
            for upright in pieces where upright.from.x == upright.to.x {
                let (x, y) = (upright.from.x, level.from.y)
                if min(level.from.x, level.to.x) < x, x < max(level.from.x, level.to.x),
                    min(upright.from.y, upright.to.y) < y, y < max(upright.from.y, upright.to.y)
                {
                    found.append(Point(x, y))
                }
            }
        }
        return found
    }

    /// The offset of the gradient's arrow, which is below a level wire and to the right of an upright one.
    static let backOffset = 4.8

    /// Draws a wire in the direction of its value; a wire on the line also has an arrow for the gradient in the other direction.
    private func draw(_ wire: Wire, into list: inout DisplayList) {
        let ends = wire.hasTip && !forks.contains(wire.points.last ?? .zero)
        draw(
            wire.points, wire.isLine ? .ink : .restingLine, width: Self.width, dash: wire.isIdle ? [3, 2.5] : [], hasTip: ends, into: &list)
        guard wire.isLine, let start = wire.points.first, let end = wire.points.last else { return }
        let offset = start.y == end.y ? Point(0, Self.backOffset) : Point(Self.backOffset, 0)
        let inset = (end - start) * (2 / max((end - start).length, 1e-9))
        let back = [end - inset + offset, start + inset + offset]
        draw(back, .gradientLine, width: 2.2, hasTip: true, into: &list)
    }

    private func draw(
        _ points: [Point], _ color: Paint, width: Double, dash: [Double] = [], hasTip: Bool, into list: inout DisplayList
    ) {
        let stroke = Stroke(color, width: width, dash: dash)
        guard let end = points.last, points.count > 1, hasTip else {
            list.stroke(Self.path(points), stroke)
            return
        }
        let back = points[points.count - 2] - end
        let unit = back * (1 / max(back.length, 1e-9))
        let scale = width > Self.width ? 1.2 : 1
        let base = end + unit * (Self.tip.length * scale)
        let side = Point(-unit.y, unit.x) * (Self.tip.width * scale / 2)
        var body = Array(points)
        body[body.count - 1] = end + unit * (Self.tip.length * scale * 0.8)
        list.stroke(Self.path(body), stroke)
        list.fill(.polyline([end, base + side, base - side], closed: true), color)
    }

    private func draw(_ shape: Shape, into list: inout DisplayList) {
        let radius: Double =
            switch shape.kind {
            case .sign: Self.radius
            case .gate: 5
            case .weights: 2.5
            }
        let outline = Path.rect(shape.box, radius: radius)
        list.fill(outline, .page)
        list.stroke(outline, Stroke(shape.kind == .gate ? .ink : .restingLine, width: 1.2))
        let ink = shape.face.bounds
        list.append(shape.face.moved(to: Point(shape.box.center.x - ink.center.x, shape.box.center.y - ink.center.y)).content)
    }

    /// A polyline with quarter circles for bends.
    static func path(_ points: [Point]) -> Path {
        var path = Path()
        guard let first = points.first else { return path }
        path.move(to: first)
        for index in points.indices.dropFirst().dropLast() {
            let (a, corner, b) = (points[index - 1], points[index], points[index + 1])
            let radius = min(bend, (a - corner).length / 2, (b - corner).length / 2)
            let start = corner + (a - corner) * (radius / max((a - corner).length, 1e-9))
            let end = corner + (b - corner) * (radius / max((b - corner).length, 1e-9))
            path.line(to: start)
            path.curve(to: end, control1: start + (corner - start) * 0.5523, control2: end + (corner - end) * 0.5523)
        }
        if let last = points.last, points.count > 1 { path.line(to: last) }
        return path
    }
}
