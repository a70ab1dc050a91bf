import Drawing

/// One item of a display list as it is seen: its lines straightened, cut by the clips around it.
struct PaintedMark {
    enum Kind {
        case fill(Paint)
        case stroke(Stroke)
        case text(PaintedText)
    }

    let paint: Kind
    /// The straightened outline of each piece; of a text none.
    let lines: [[Point]]
    let clip: Rect?
    /// What is seen of it; of a negative width where a clip leaves nothing.
    let bounds: Rect
    /// Whether it is there to cross out a text.
    var crossesOut = false

    /// In the order in which they are painted.
    static func all(of list: DisplayList, _ measurer: some TextMeasuring) -> [PaintedMark] {
        var found: [PaintedMark] = []
        collect(list.items, clip: nil, measurer, into: &found)
        return found
    }

    private static func collect(_ items: [DisplayList.Item], clip: Rect?, _ measurer: some TextMeasuring, into found: inout [PaintedMark]) {
        for item in items {
            switch item {
            case .fill(let path, let paint): found.append(PaintedMark(.fill(paint), path, clip))
            case .stroke(let path, let stroke): found.append(PaintedMark(.stroke(stroke), path, clip))
            case .text(let run):
                let text = PaintedText(run, measurer)
                if text.ink.width > 0, text.ink.height > 0 { found.append(PaintedMark(text)) }
            case .clipped(let rect, let inside):
                collect(inside, clip: clip.map { $0.intersection(rect) } ?? rect, measurer, into: &found)
            case .group(let group, let inside):
                let before = found.count
                collect(inside, clip: clip, measurer, into: &found)
                if group.kind == .mark, group.words.hasSuffix("crossed out") {
                    for index in found.indices.dropFirst(before) { found[index].crossesOut = true }
                }
            }
        }
    }

    private init(_ text: PaintedText) {
        paint = .text(text)
        lines = []
        clip = nil
        bounds = text.bounds
    }

    private init(_ paint: Kind, _ path: Path, _ clip: Rect?) {
        self.paint = paint
        self.clip = clip
        lines = path.straightened
        let box = lines.joined().reduce(nil) { (box: Rect?, point) in
            let place = Rect(point.x, point.y, 0, 0)
            return box?.union(place) ?? place
        }
        bounds = box.map { box in clip.map { box.cut(to: $0) } ?? box } ?? Rect(0, 0, -1, -1)
    }

    /// Whether it is no larger than a marker of a point.
    var isSmall: Bool { bounds.width < 8 && bounds.height < 8 }

    var word: String {
        switch paint {
        case .fill: "mark"
        case .stroke(let stroke): stroke.width <= 0.5 ? "hairline" : "line"
        case .text: "text"
        }
    }

    /// Whether the inside holds the point, by the even-odd rule.
    func covers(_ point: Point) -> Bool {
        guard bounds.contains(point) else { return false }
        var isInside = false
        for line in lines where line.count > 2 {
            var last = line[line.count - 1]
            for corner in line {
                if (corner.y > point.y) != (last.y > point.y),
                    point.x < (last.x - corner.x) * (point.y - corner.y) / (last.y - corner.y) + corner.x
                {
                    isInside.toggle()
                }
                last = corner
            }
        }
        return isInside
    }

    /// Whether the line, or the outline of the area, passes through the text's ink.
    func meets(_ text: PaintedText) -> Bool {
        let inner = text.ink.insetBy(min(0.4, text.ink.width / 4), min(0.4, text.ink.height / 4))
        return lines.contains { line in
            zip(line, line.dropFirst()).contains { start, end in
                var (start, end) = (start, end)
                if let clip {
                    guard let part = clip.part(ofLineFrom: start, to: end) else { return false }
                    (start, end) = (start + (end - start) * part.0, start + (end - start) * part.1)
                }
                return inner.part(ofLineFrom: text.local(start), to: text.local(end)) != nil
            }
        }
    }
}

/// A text with the box of its ink, in a frame of its own: turned back, its baseline's left end at (0, 0).
struct PaintedText {
    let run: TextRun
    let ink: Rect
    private let corners: [Point]
    let bounds: Rect

    init(_ run: TextRun, _ measurer: some TextMeasuring) {
        self.run = run
        ink = measurer.ink(of: run.text, in: run.font)
        corners = ink.corners.map { $0.rotated(by: run.rotation) + run.origin }
        bounds = run.box(measuredBy: measurer)
    }

    func local(_ point: Point) -> Point { (point - run.origin).rotated(by: -run.rotation) }

    /// Over the ink's box, near enough to each other that no cell of a table lies between.
    var places: [Point] {
        let columns = max(2, Int(ink.width / 4))
        return (0...columns).flatMap { column in
            [0.1, 0.5, 0.9].map { row in
                let x = ink.minX + ink.width * (0.04 + 0.92 * Double(column) / Double(columns))
                return Point(x, ink.minY + ink.height * row).rotated(by: run.rotation) + run.origin
            }
        }
    }

    /// How far one of the two would have to move so that they no longer overlap; negative where they don't (theorem of separating axes).
    func depth(of other: PaintedText) -> Double {
        [run.rotation, other.run.rotation].flatMap { angle in
            [Point(1, 0).rotated(by: angle), Point(0, 1).rotated(by: angle)]
        }.map { axis in
            let own = corners.map { $0.x * axis.x + $0.y * axis.y }
            let its = other.corners.map { $0.x * axis.x + $0.y * axis.y }
            return min((own.max() ?? 0) - (its.min() ?? 0), (its.max() ?? 0) - (own.min() ?? 0))
        }.min() ?? 0
    }
}

extension Path {
    /// Its pieces as polylines, each curve in ten parts.
    fileprivate var straightened: [[Point]] {
        var lines: [[Point]] = []
        func extend(_ point: Point) {
            if lines.isEmpty { lines.append([]) }
            lines[lines.count - 1].append(point)
        }
        for element in elements {
            switch element {
            case .move(let point): lines.append([point])
            case .line(let point): extend(point)
            case .curve(let a, let b, let end):
                let start = lines.last?.last ?? a
                for step in 1...10 {
                    let t = Double(step) / 10
                    let (u, uu, tt) = (1 - t, (1 - t) * (1 - t), t * t)
                    extend(start * (uu * u) + a * (3 * uu * t) + b * (3 * u * tt) + end * (tt * t))
                }
            case .close: if let first = lines.last?.first { extend(first) }
            }
        }
        return lines
    }
}

extension Rect {
    /// What is left of it in a clip; of a negative width where that is nothing. A line has no height, and is still there.
    fileprivate func cut(to clip: Rect) -> Rect {
        let (left, top) = (max(minX, clip.minX), max(minY, clip.minY))
        let (right, bottom) = (min(maxX, clip.maxX), min(maxY, clip.maxY))
        return right < left || bottom < top ? Rect(0, 0, -1, -1) : Rect(left, top, right - left, bottom - top)
    }
}
