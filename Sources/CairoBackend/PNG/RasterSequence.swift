import Drawing

/// Rasterizes the pictures of a sequence, drawing only the parts that change.
struct RasterSequence {
    private let encoder: PictureEncoder
    private let measurer: CairoTextMeasurer
    private var last: (picture: Picture, boxes: [Rect])?
    private(set) var raster = Raster(width: 0, height: 0, isOpaque: true)
    /// A raster of the same size, on which the changed parts are drawn before they are copied; its other pixels are meaningless.
    private var sketch = Raster(width: 0, height: 0, isOpaque: true)

    init(_ encoder: PictureEncoder) {
        self.encoder = encoder
        measurer = CairoTextMeasurer(encoder.book)
    }

    /// Updates `raster` to the next picture.
    /// - Returns: the rows of pixels that were redrawn; nil if all were.
    mutating func draw(_ picture: Picture) throws(EncodingError) -> [Range<Int>]? {
        var picture = picture
        picture.content = picture.content.ungrouped
        // Without an opaque background, redrawn pixels could differ: Cairo rounds differently on an empty surface.
        guard let last, last.picture.size == picture.size, last.picture.background == picture.background,
            last.picture.look.theme == picture.look.theme, picture.background.opacity == 1
        else {
            raster = try encoder.raster(of: picture)
            sketch = Raster(width: 0, height: 0, isOpaque: true)
            last = (picture, picture.content.items.map { $0.box(measuredBy: measurer) })
            return nil
        }
        try picture.validate()
        let repeats = picture.content.repeats(of: last.picture.content)
        let boxes = zip(picture.content.items, repeats).map { item, place in
            place.map { last.boxes[$0] } ?? item.box(measuredBy: measurer)
        }
        let kept = Set(repeats.compactMap(\.self))
        let gone = last.boxes.indices.filter { !kept.contains($0) }.map { last.boxes[$0] }
        let new = boxes.indices.filter { repeats[$0] == nil }.map { boxes[$0] }
        let places = Self.merged((gone + new).map { self.pixels(around: $0, of: picture.size) })
        self.last = (picture, boxes)
        if !places.isEmpty { try draw(picture, boxes, in: places) }
        return places.map { self.pixels($0.minY..<$0.maxY, of: picture.size, count: raster.height) }
    }

    private mutating func draw(_ picture: Picture, _ boxes: [Rect], in places: [Rect]) throws(EncodingError) {
        if sketch.isEmpty { sketch = Raster(width: raster.width, height: raster.height, isOpaque: raster.isOpaque) }
        try sketch.withSurface { (surface) throws(EncodingError) in
            try encoder.draw(on: surface, scale: PictureEncoder.pixelsPerPoint(of: picture.size), theme: .named(picture.look.theme)) {
                (canvas) throws(EncodingError) in
                try canvas.draw(picture, for: places, boxes: boxes)
            }
        }
        for place in places {
            raster.copy(
                columns: pixels(place.minX..<place.maxX, of: picture.size, count: raster.width),
                rows: pixels(place.minY..<place.maxY, of: picture.size, count: raster.height), from: sketch)
        }
    }

    /// The rectangle, in points, of all pixels that a box touches and one more on each side.
    private func pixels(around box: Rect, of size: Size) -> Rect {
        let scale = PictureEncoder.pixelsPerPoint(of: size)
        func low(_ edge: Double) -> Double { ((max(edge, -1) * scale).rounded(.down) - 1) / scale }
        func high(_ edge: Double, _ most: Double) -> Double { ((min(edge, most + 1) * scale).rounded(.up) + 1) / scale }
        let (x, y) = (low(box.minX), low(box.minY))
        return Rect(x, y, max(0, high(box.maxX, size.width) - x), max(0, high(box.maxY, size.height) - y))
    }

    /// The range of pixels between two edges in points.
    private func pixels(_ edges: Range<Double>, of size: Size, count: Int) -> Range<Int> {
        let scale = PictureEncoder.pixelsPerPoint(of: size)
        func pixel(_ edge: Double) -> Int { min(count, max(0, Int((edge * scale).rounded()))) }
        return pixel(edges.lowerBound)..<pixel(edges.upperBound)
    }

    /// The same rectangles with overlapping ones merged.
    private static func merged(_ places: [Rect]) -> [Rect] {
        var merged: [Rect] = []
        for place in places where place.width > 0 && place.height > 0 {
            var place = place
            while let other = merged.firstIndex(where: { $0.overlaps(place) }) { place = place.union(merged.remove(at: other)) }
            merged.append(place)
        }
        return merged
    }
}

extension DisplayList.Item {
    /// A box that contains everything the item draws and one more point on each side, in points.
    func box(measuredBy measurer: CairoTextMeasurer) -> Rect { reach(measuredBy: measurer).insetBy(-1, -1) }

    private func reach(measuredBy measurer: CairoTextMeasurer) -> Rect {
        switch self {
        case .fill(let path, _): return path.box
        case .stroke(let path, let stroke):
            // Cairo's miter limit is 10; a square cap extends √2 times as far as the line.
            let reach = stroke.width / 2 * (stroke.join == .miter ? 10 : 1.5)
            return path.box.insetBy(-reach, -reach)
        case .text(let run):
            // A halo extends beyond the ink.
            let reach = run.font.size * 0.25
            return run.box(measuredBy: measurer).insetBy(-reach, -reach)
        case .clipped(let rect, _): return rect
        case .group(_, let inside):
            return inside.map { $0.reach(measuredBy: measurer) }.reduce(nil) { $0?.union($1) ?? $1 } ?? Rect(0, 0, 0, 0)
        }
    }
}

extension Path {
    /// The bounding box of all its points, including control points.
    fileprivate var box: Rect {
        var (low, high) = (Point(.infinity, .infinity), Point(-.infinity, -.infinity))
        func add(_ point: Point) {
            low = Point(min(low.x, point.x), min(low.y, point.y))
            high = Point(max(high.x, point.x), max(high.y, point.y))
        }
        for element in elements {
            switch element {
            case .move(let point), .line(let point): add(point)
            case .curve(let a, let b, let end):
                add(a)
                add(b)
                add(end)
            case .close: break
            }
        }
        return low.x <= high.x ? Rect(low.x, low.y, high.x - low.x, high.y - low.y) : Rect(0, 0, 0, 0)
    }
}
