#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A text run of a picture with the clip around it.
package struct PlacedText: Hashable, Sendable {
    package var run: TextRun
    /// The intersection of all clips around it, in points; nil if there is none.
    package var clip: Rect?

    /// The box of the ink on the page, in points, as if nothing were clipped.
    package func box(measuredBy measurer: some TextMeasuring) -> Rect { run.box(measuredBy: measurer) }
}

extension DisplayList {
    /// Every text run in drawing order, including those inside clips and groups.
    package var textRuns: [PlacedText] {
        var found: [PlacedText] = []
        Self.collect(items, clip: nil, into: &found)
        return found
    }

    private static func collect(_ items: [Item], clip: Rect?, into found: inout [PlacedText]) {
        for item in items {
            switch item {
            case .fill, .stroke: break
            case .text(let run): found.append(PlacedText(run: run, clip: clip))
            case .clipped(let rect, let inside):
                collect(inside, clip: clip.map { $0.intersection(rect) } ?? rect, into: &found)
            case .group(_, let inside): collect(inside, clip: clip, into: &found)
            }
        }
    }
}

extension TextRun {
    /// The axis-aligned box around the rotated ink on the page, in points.
    package func box(measuredBy measurer: some TextMeasuring) -> Rect {
        let ink = measurer.ink(of: text, in: font)
        guard rotation != 0 else { return ink.offsetBy(origin.x, origin.y) }
        return ink.corners
            .map { $0.rotated(by: rotation) + origin }
            .map { Rect($0.x, $0.y, 0, 0) }
            .reduce(nil) { (box: Rect?, corner) in box?.union(corner) ?? corner } ?? ink
    }
}

extension Point {
    /// Rotated about (0, 0) by `angle` radians, clockwise on the page.
    package func rotated(by angle: Double) -> Point {
        // Figures use multiples of 90°, for which sine and cosine would add rounding errors.
        let quarter = angle / (Double.pi / 2)
        if quarter == quarter.rounded(), abs(quarter) < 1e6 {
            switch (Int(quarter) % 4 + 4) % 4 {
            case 1: return Point(-y, x)
            case 2: return Point(-x, -y)
            case 3: return Point(y, -x)
            default: return self
            }
        }
        let (sine, cosine) = (sin(angle), cos(angle))
        return Point(x * cosine - y * sine, x * sine + y * cosine)
    }
}

extension Rect {
    package var corners: [Point] {
        [Point(minX, minY), Point(maxX, minY), Point(maxX, maxY), Point(minX, maxY)]
    }

    /// The intersection; its width or height is 0 if the two don't overlap.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(minX, other.minX)
        let top = max(minY, other.minY)
        return Rect(left, top, max(0, min(maxX, other.maxX) - left), max(0, min(maxY, other.maxY) - top))
    }
}
