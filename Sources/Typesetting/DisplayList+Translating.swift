package import Drawing

extension DisplayList {
    /// Everything moved by the same distance.
    package func translated(by distance: Point) -> DisplayList {
        guard distance != .zero else { return self }
        var moved = DisplayList()
        for item in items {
            switch item {
            case .fill(let path, let color): moved.fill(path.translated(by: distance), color)
            case .stroke(let path, let stroke): moved.stroke(path.translated(by: distance), stroke)
            case .text(var run):
                run.origin = run.origin + distance
                moved.text(run)
            case .clipped(let rect, let inside):
                var list = DisplayList()
                for item in inside { list.append(item) }
                moved.clip(to: rect.offsetBy(distance.x, distance.y), list.translated(by: distance))
            }
        }
        return moved
    }

    private mutating func append(_ item: Item) {
        switch item {
        case .fill(let path, let color): fill(path, color)
        case .stroke(let path, let stroke): self.stroke(path, stroke)
        case .text(let run): text(run)
        case .clipped(let rect, let inside):
            var list = DisplayList()
            for item in inside { list.append(item) }
            clip(to: rect, list)
        }
    }
}

extension Path {
    package func translated(by distance: Point) -> Path {
        var moved = Path()
        for element in elements {
            switch element {
            case .move(let point): moved.move(to: point + distance)
            case .line(let point): moved.line(to: point + distance)
            case .curve(let a, let b, let end):
                moved.curve(to: end + distance, control1: a + distance, control2: b + distance)
            case .close: moved.close()
            }
        }
        return moved
    }
}
