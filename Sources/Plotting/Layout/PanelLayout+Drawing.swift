import Drawing
import Notation
import Typesetting

extension PanelLayout {
    /// The panel around and in its frame, and the texts for which no place was free.
    func draw(in frame: Rect) -> (DisplayList, unplaced: [Formula]) {
        let plane = Plane(x: panel.x.scale, y: panel.y.scale, frame: frame)
        var list = DisplayList()
        drawAxes(of: plane, on: &list)

        for mark in panel.marks { list.append(mark.draw(in: plane, theme: theme)) }
        drawNames(of: plane, on: &list)

        let lines = panel.marks.flatMap { $0.outlines(in: plane) }
        var placement = LabelPlacement(bounds: frame.insetBy(3, 2), avoiding: lines)
        var unplaced: [Formula] = []
        func write(_ text: Formula, color: Color, near wishes: (Laid) -> [Point]) {
            let laid = typesetter.layoutText(text, font: type.annotation, color: color)
            guard let rect = placement.place(width: laid.width, height: laid.height, wishes: wishes(laid)) else {
                unplaced.append(text)
                return
            }
            list.append(laid.moved(to: Point(rect.minX, rect.minY + laid.ascent)).content.haloed(theme.page))
        }

        let strays = panel.marks.flatMap { $0.strays(in: plane) }
        for stray in strays {
            for place in stray.places { draw(stray, at: place, in: frame, on: &list) }
            for place in stray.places { placement.block(Rect(center: place, width: 9, height: 18)) }
        }
        for stray in strays {
            write(.words(stray.word), color: theme.legible(stray.color)) { wishes(beside: stray, $0, in: frame) }
        }
        for remark in panel.remarks {
            guard let point = plane.clamped(remark.x, remark.y) else { continue }
            write(remark.text, color: remark.color) { Self.wishes(beside: point, $0) }
        }
        for case let reference as ReferenceMark in panel.marks {
            guard let label = reference.label else { continue }
            let line = reference.outlines(in: plane).max { $0.count < $1.count } ?? []
            guard line.count > 1 else { continue }
            let laid = typesetter.layoutText(label, font: type.axis, color: theme.quietInk)
            guard let rect = placement.place(width: laid.width, height: laid.height, wishes: Self.wishes(along: line, laid)) else {
                unplaced.append(label)
                continue
            }
            list.append(laid.moved(to: Point(rect.minX, rect.minY + laid.ascent)).content.haloed(theme.page))
        }
        return (list, unplaced)
    }

    private func drawAxes(of plane: Plane, on list: inout DisplayList) {
        let frame = plane.frame
        let hairline = Stroke(theme.grid, width: 0.5)
        for tick in yTicks(height: frame.height) {
            let y = frame.maxY - tick.fraction * frame.height
            if panel.y.hasGrid { list.stroke(.line(from: Point(frame.minX, y), to: Point(frame.maxX, y)), hairline) }
            guard writesY else { continue }
            let left = frame.minX - Self.tickGap - tick.laid.width
            let middle = y + typesetter.measurer.xHeight(of: type.axis) * 0.68
            list.append(tick.laid.moved(to: Point(left, middle)).content)
        }
        let baseline = Stroke(theme.ink, width: 0.8)
        list.stroke(.line(from: Point(frame.minX, frame.maxY), to: Point(frame.maxX, frame.maxY)), baseline)
        for tick in xTicks(width: frame.width) {
            let x = frame.minX + tick.fraction * frame.width
            if panel.x.hasGrid { list.stroke(.line(from: Point(x, frame.minY), to: Point(x, frame.maxY)), hairline) }
            list.stroke(.line(from: Point(x, frame.maxY), to: Point(x, frame.maxY + 3)), Stroke(theme.ink, width: 0.6))
            guard writesX else { continue }
            list.append(
                tick.laid.moved(to: Point(x - tick.laid.width / 2, frame.maxY + Self.tickGap + tick.laid.ascent)).content)
        }
        if let xTitle {
            let left = frame.minX + (frame.width - xTitle.width) / 2
            list.append(xTitle.moved(to: Point(left, frame.maxY + bottom - xTitle.descent)).content)
        }
        var above = frame.minY - 5
        if let yTitle {
            // Flush right with the ticks, unless it is wider than they are.
            let left = max(frame.minX - Self.tickGap - yTitle.width, frame.minX - self.left)
            list.append(yTitle.moved(to: Point(left, above - 3 - yTitle.descent)).content)
            above -= yTitle.height + 5
        }
        if let title {
            list.append(title.moved(to: Point(frame.minX, above - title.descent)).content)
        }
    }

    /// The names right of the frame, pushed apart, each led to its line's end and beginning with a piece of the line.
    private func drawNames(of plane: Plane, on list: inout DisplayList) {
        let frame = plane.frame
        let ends = panel.names.map { plane.clamped($0.x, $0.y) ?? Point(frame.maxX, frame.maxY) }
        let range = frame.minY - 3...max(frame.maxY + 3, frame.minY + neededHeight)
        let centers = spreading(in: range).centers(wishes: ends.map(\.y), sizes: names.map(\.height))
        for (index, name) in panel.names.enumerated() {
            let end = ends[index]
            let start = Point(max(end.x, frame.maxX) + Self.leader, centers[index])
            list.stroke(
                .polyline([Point(max(end.x + 3, frame.maxX + 3), end.y), start]),
                Stroke(theme.restingLine, width: 0.6))
            let keyEnd = Point(start.x + Self.key, start.y)
            list.stroke(.line(from: start, to: keyEnd), Stroke(name.style.color, width: 1.6, dash: name.style.dash))
            list.append(
                name.style.marker.draw(
                    at: Point(start.x + Self.key / 2, start.y), size: LineMark.markerSize, color: name.style.color,
                    page: theme.page))
            let baseline = start.y + typesetter.measurer.xHeight(of: type.series) * 0.62
            list.append(names[index].moved(to: Point(keyEnd.x + Self.nameGap, baseline)).content)
        }
    }

    /// A wedge that points out of the frame, or a cross for what is no number.
    private func draw(_ stray: Stray, at place: Point, in frame: Rect, on list: inout DisplayList) {
        func wedge(_ inwards: Double) -> Path {
            .polyline(
                [
                    Point(place.x, place.y + 1.5 * inwards), Point(place.x - 2.6, place.y + 6 * inwards),
                    Point(place.x + 2.6, place.y + 6 * inwards),
                ], closed: true)
        }
        switch stray.cause {
        case .below: list.fill(wedge(-1), stray.color)
        case .above: list.fill(wedge(1), stray.color)
        case .undefined:
            let r = 2.2
            let center = Point(place.x, place.y + 4)
            for side in [1.0, -1.0] {
                list.stroke(
                    .line(from: Point(center.x - r, center.y - side * r), to: Point(center.x + r, center.y + side * r)),
                    Stroke(stray.color, width: 1.3))
            }
        }
    }
}
