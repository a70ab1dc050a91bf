package import Drawing

extension Picture {
    /// Checks all numbers of the picture, because Cairo reports no error: it draws nothing for a coordinate that is not finite, and wraps
    /// around beyond 2²³ device units.
    func validate() throws(EncodingError) {
        guard size.width > 0, size.height > 0, size.width <= Self.longestSide, size.height <= Self.longestSide else {
            throw .size(width: size.width, height: size.height, limit: Self.longestSide)
        }
        let theme = Theme.named(look.theme)
        try check(theme.color(of: background), "the background")
        try check(content.items, theme)
    }

    /// The longest side of a page, in points, that every PDF reader must accept.
    package static let longestSide = 14_400.0
    /// The largest coordinate that is drawn, in points.
    private static let reach = 1_000_000.0

    private func check(_ items: [DisplayList.Item], _ theme: Theme) throws(EncodingError) {
        for item in items {
            switch item {
            case .fill(let path, let paint):
                try check(path)
                try check(theme.color(of: paint), "the colour of a filled path")
            case .stroke(let path, let stroke):
                try check(path)
                try check(theme.color(of: stroke.color), "the colour of a line")
                try check(stroke.width, in: 0...Self.reach, "the width of a line")
                for length in stroke.dash { try check(length, in: 0...Self.reach, "a dash") }
                if !stroke.dash.isEmpty { try check(stroke.dash.reduce(0, +), in: 1e-3...Self.reach, "a dash's length in all") }
            case .text(let run):
                let place = "the text “\(run.text.prefix(40))”"
                try check(run.origin, place)
                try check(run.rotation, in: -100...100, "the rotation of \(place)")
                try check(run.font.size, in: 0.01...10_000, "the size of \(place)")
                try check(theme.color(of: run.color), "the colour of \(place)")
                if let halo = run.halo { try check(theme.color(of: halo), "the halo of \(place)") }
            case .clipped(let rect, let inside):
                try check(Point(rect.x, rect.y), "a clip")
                try check(rect.width, in: 0...Self.reach, "a clip's width")
                try check(rect.height, in: 0...Self.reach, "a clip's height")
                try check(inside, theme)
            case .group(_, let inside): try check(inside, theme)
            }
        }
    }

    private func check(_ path: Path) throws(EncodingError) {
        for element in path.elements {
            switch element {
            case .move(let point), .line(let point): try check(point, "a path's point")
            case .curve(let a, let b, let end):
                try check(a, "a curve's control point")
                try check(b, "a curve's control point")
                try check(end, "a curve's end")
            case .close: break
            }
        }
    }

    private func check(_ color: Color, _ place: String) throws(EncodingError) {
        for part in [color.red, color.green, color.blue, color.alpha] { try check(part, in: 0...1, place) }
    }

    private func check(_ point: Point, _ place: String) throws(EncodingError) {
        try check(point.x, in: -Self.reach...Self.reach, place)
        try check(point.y, in: -Self.reach...Self.reach, place)
    }

    private func check(_ number: Double, in range: ClosedRange<Double>, _ place: String) throws(EncodingError) {
        guard range.contains(number) else { throw .number(number, place: place) }
    }
}
