import Drawing
import Notation
import Typesetting

extension PanelLayout {
    /// The panel with everything around its frame, and the texts for which there was no room.
    /// - Parameters:
    ///   - titleBaseline: the baseline of the first line of the panel's title, the same for all panels of a row.
    ///   - strips: what is kept for strays; at least what the panel needs itself.
    func draw(in frame: Rect, titleBaseline: Double, strips: Strips) -> (DisplayList, unplaced: [Formula]) {
        let plane = Plane(x: panel.x.scale, y: panel.y.scale, frame: frame, upperStrip: strips.upper, lowerStrip: strips.lower)
        var list = DisplayList()
        if panel.hasAxes { drawAxes(of: plane, titleBaseline: titleBaseline, on: &list) }
        if let title { list.append(title.draw(at: Point(frame.minX, titleBaseline - title.ascent))) }

        for mark in panel.marks { list.group(mark.group, mark.draw(in: plane)) }
        drawNames(of: plane, on: &list)

        var texts = PlacedTexts(layout: self, plane: plane)
        for label in panel.labels { texts.write(label) }
        texts.write(strays: strays(in: plane))
        for remark in panel.remarks { texts.write(remark) }
        for case let reference as ReferenceMark in panel.marks { texts.write(labelOf: reference) }
        list.append(texts.drawn)
        return (list, texts.unplaced)
    }

    private func strays(in plane: Plane) -> [Stray] { panel.marks.flatMap { $0.strays(in: plane) } }

    /// What a frame keeps at its edges for the marks of strays and a line of words, in points.
    struct Strips {
        var upper = 0.0
        var lower = 0.0

        /// Panels whose heights are read at one axis keep the same.
        func joined(_ other: Strips) -> Strips { Strips(upper: max(upper, other.upper), lower: max(lower, other.lower)) }
    }

    /// What this panel needs.
    func strips(in frame: Rect) -> Strips {
        let strays = strays(in: Plane(x: panel.x.scale, y: panel.y.scale, frame: frame))
        func strip(_ strays: [Stray]) -> Double {
            guard !strays.isEmpty else { return 0 }
            var stacked: [Point: Int] = [:]
            for place in strays.flatMap(\.places) { stacked[place, default: 0] += 1 }
            let marks = Double(stacked.values.max() ?? 0) * Stray.markHeight + 6
            // In a low frame a line of words beyond the marks would take the data's room.
            let words = 1.2 * type.annotation.size
            return frame.height > 6 * words ? marks + words : marks
        }
        return Strips(upper: strip(strays.filter { !$0.isAtLowerEdge }), lower: strip(strays.filter(\.isAtLowerEdge)))
    }

    private func drawAxes(of plane: Plane, titleBaseline: Double, on list: inout DisplayList) {
        let frame = plane.frame
        let hairline = Stroke(.grid, width: 0.5)
        var yAxis = DisplayList()
        let edge = frame.minX - leftNames
        for tick in yTicks(height: frame.height) {
            let y = plane.height(atFraction: tick.fraction)
            if panel.y.hasGrid { yAxis.stroke(.line(from: Point(edge, y), to: Point(frame.maxX, y)), hairline) }
            guard writesY else { continue }
            let left = edge - Self.tickGap - tick.laid.width
            let middle = y + typesetter.measurer.xHeight(of: type.axis) * 0.68
            yAxis.append(tick.laid.moved(to: Point(left, middle)).content)
        }
        if let yTitle {
            // Flush right with the ticks, unless it is wider than they are.
            let left = max(edge - Self.tickGap - yTitle.width, frame.minX - self.left)
            let baseline = titleIsBeside ? titleBaseline : frame.minY - 8 - yTitle.descent
            yAxis.append(yTitle.moved(to: Point(left, baseline)).content)
        }
        list.group(Group(.axis, "y", words: panel.y.title?.plainText ?? "up"), yAxis)
        var xAxis = DisplayList()
        let baseline = Stroke(.ink, width: 0.8)
        xAxis.stroke(.line(from: Point(frame.minX, frame.maxY), to: Point(frame.maxX, frame.maxY)), baseline)
        for tick in xTicks(width: frame.width) {
            let x = frame.minX + tick.fraction * frame.width
            if panel.x.hasGrid { xAxis.stroke(.line(from: Point(x, frame.minY), to: Point(x, frame.maxY)), hairline) }
            xAxis.stroke(.line(from: Point(x, frame.maxY), to: Point(x, frame.maxY + 3)), Stroke(.ink, width: 0.6))
            guard writesX else { continue }
            xAxis.append(
                tick.laid.moved(to: Point(x - tick.laid.width / 2, frame.maxY + Self.tickGap + tick.laid.ascent)).content)
        }
        if let xTitlePlace, let line = lineOfXTitle {
            let ascent = xTicks(width: frame.width).map(\.laid.ascent).max() ?? laid(.words("0")).ascent
            let baseline = frame.maxY + Self.tickGap + ascent
            xAxis.append(line.moved(to: Point(frame.minX + xTitlePlace, baseline)).content)
        } else if let xTitle {
            // Of a narrow frame it does not extend past what is left of the frame.
            let left = max(frame.minX + (frame.width - xTitle.width) / 2, frame.minX - self.left)
            xAxis.append(xTitle.moved(to: Point(left, frame.maxY + bottom - xTitle.descent)).content)
        }
        list.group(Group(.axis, "x", words: panel.x.title?.plainText ?? "across"), xAxis)
    }

    /// From the lines' ends to the side of the frame where the names are.
    func leaders(in plane: Plane) -> [[Point]] {
        let (side, outwards) = panel.namesStandLeft ? (plane.frame.minX, -1.0) : (plane.frame.maxX, 1.0)
        return panel.names.map { name in
            let end = plane.clamped(name.x, name.y) ?? Point(side, plane.frame.maxY)
            return [Point(end.x + outwards * 3.5, end.y), Point(side + outwards * 3.5, end.y)]
        }
    }

    /// The names beside the frame, pushed apart, each with a piece of its line, and led to the line's end.
    private func drawNames(of plane: Plane, on list: inout DisplayList) {
        let frame = plane.frame
        let isLeft = panel.namesStandLeft
        let (side, outwards) = isLeft ? (frame.minX, -1.0) : (frame.maxX, 1.0)
        let leaders = leaders(in: plane)
        let range = frame.minY - 3...max(frame.maxY + 3, frame.minY + neededHeight)
        let centers = spreading(in: range).centers(wishes: leaders.map { $0[0].y }, sizes: names.map(\.height))
        for (index, name) in panel.names.enumerated() {
            let below = names[index].height / 2 - names[index].leading / 2
            let start = Point(side + outwards * Self.leader, centers[index] - below)
            var label = DisplayList()
            label.stroke(.polyline(leaders[index] + [start]), Stroke(.restingLine, width: 0.6))
            let keyEnd = Point(start.x + outwards * Self.key, start.y)
            label.stroke(.line(from: start, to: keyEnd), Stroke(name.style.color, width: name.width, dash: name.style.dash))
            if name.hasMarkers {
                label.append(
                    name.style.marker.draw(
                        at: Point(start.x + outwards * Self.key / 2, start.y), size: LineMark.markerSize, color: name.style.color))
            }
            // The key stands at the middle of the first line's small letters.
            let top = start.y - names[index].ascent + typesetter.measurer.xHeight(of: type.series) * 0.6
            let left = keyEnd.x + outwards * Self.nameGap - (isLeft ? names[index].width : 0)
            let written = names[index].draw(at: Point(left, top))
            // Left of the frame the grid runs behind the names.
            label.append(isLeft ? written.haloed() : written)
            list.group(Group(.label, name.text.plainText, words: name.text.plainText), label)
        }
    }
}
