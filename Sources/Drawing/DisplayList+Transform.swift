extension DisplayList {
    /// The same picture, moved by `offset` points.
    package func translated(by offset: Point) -> DisplayList { mapped(scale: 1, offset: offset) }

    /// The same picture scaled about (0, 0), including line widths, dashes and type sizes.
    package func scaled(by factor: Double) -> DisplayList { mapped(scale: factor, offset: .zero) }

    private func mapped(scale: Double, offset: Point) -> DisplayList {
        DisplayList(items: items.map { $0.mapped(scale: scale, offset: offset) })
    }
}

extension DisplayList.Item {
    fileprivate func mapped(scale: Double, offset: Point) -> DisplayList.Item {
        func map(_ point: Point) -> Point { point * scale + offset }
        switch self {
        case .fill(let path, let paint):
            return .fill(path.mapPoints(map), paint)
        case .stroke(let path, var stroke):
            stroke.width *= scale
            stroke.dash = stroke.dash.map { $0 * scale }
            return .stroke(path.mapPoints(map), stroke)
        case .text(var run):
            run.origin = map(run.origin)
            run.font.size *= scale
            return .text(run)
        case .clipped(let rect, let items):
            let corner = map(Point(rect.x, rect.y))
            return .clipped(
                Rect(corner.x, corner.y, rect.width * scale, rect.height * scale),
                items.map { $0.mapped(scale: scale, offset: offset) })
        case .group(let group, let items): return .group(group, items.map { $0.mapped(scale: scale, offset: offset) })
        }
    }
}

extension Path {
    /// The same path with `transform` applied to every point, including control points.
    package func mapPoints(_ transform: (Point) -> Point) -> Path {
        Path(
            elements: elements.map {
                switch $0 {
                case .move(let point): .move(transform(point))
                case .line(let point): .line(transform(point))
                case .curve(let a, let b, let end): .curve(transform(a), transform(b), transform(end))
                case .close: .close
                }
            })
    }
}
