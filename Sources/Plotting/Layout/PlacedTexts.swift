import Drawing
import Notation
import Typesetting

/// The texts inside a frame, each placed so that it overlaps neither lines nor texts placed before it.
struct PlacedTexts {
    let layout: PanelLayout
    let plane: Plane
    private(set) var drawn = DisplayList()
    /// The texts for which there was no room, which go to the foot of the page.
    private(set) var unplaced: [Formula] = []
    private var placement: LabelPlacement
    /// The height of the stack of stray marks at each point of an edge, in points.
    private var strayHeight: [Point: Double] = [:]

    init(layout: PanelLayout, plane: Plane) {
        self.layout = layout
        self.plane = plane
        placement = LabelPlacement(
            bounds: plane.frame.insetBy(3, 2), avoiding: layout.panel.marks.flatMap { $0.outlines(in: plane) } + layout.leaders(in: plane))
        for place in layout.panel.marks.flatMap({ $0.strays(in: plane) }).flatMap(\.places) {
            strayHeight[place, default: 0] += Stray.markHeight
        }
    }

    /// Draws a mark at the edge for each value that is off the axis, with words. Marks of several series at one point are stacked.
    mutating func write(strays: [Stray]) {
        var height: [Point: Double] = [:]
        for stray in strays {
            for place in stray.places {
                drawn.append(stray.mark(at: place, shift: height[place, default: 0]))
                height[place, default: 0] += Stray.markHeight
            }
        }
        for (place, height) in strayHeight {
            let isBelow = place.y > plane.frame.center.y
            placement.block(Rect(place.x - 4, isBelow ? place.y - height - 3 : place.y, 8, height + 3))
        }
        let (frame, heights) = (plane.frame, strayHeight)
        var said: Set<String> = []
        // The same words at one edge are written only once, even if a series leaves the axis several times.
        for stray in strays where said.insert("\(stray.word) \(stray.isAtLowerEdge)").inserted {
            // Where the whole text has no room, the name beside the frame says whose marks they are.
            let isNamed = layout.panel.names.contains { $0.text.plainText == stray.name }
            let isPlaced = [stray.word, isNamed ? stray.bareWord : nil].compactMap(\.self).contains { word in
                place(.words(word), font: layout.type.annotation, color: stray.color.legible) {
                    Self.wishes(beside: stray, above: heights[stray.places.first ?? .zero] ?? 0, $0, in: frame)
                }
            }
            if !isPlaced { unplaced.append(.words(stray.word)) }
        }
    }

    /// Writes a label exactly at its point, and keeps later texts away from it.
    mutating func write(_ label: PointLabel) {
        guard let point = plane.clamped(label.x, label.y) else { return }
        let laid = layout.typesetter.layoutText(label.text, font: layout.type.label, color: label.color)
        let baseline: Double =
            switch label.side {
            case .center: point.y + layout.typesetter.measurer.xHeight(of: layout.type.label) * 0.68
            case .above: point.y - 3 - laid.descent - (strayHeight[point] ?? 0)
            case .below: point.y + 3 + laid.ascent + (strayHeight[point] ?? 0)
            }
        let left = point.x - laid.width / 2
        let content = laid.moved(to: Point(left, baseline)).content
        // Beside its point it may be on grid lines and needs a halo; at the centre it is on its cell's background.
        drawn.append(label.side == .center ? content : content.haloed())
        placement.block(Rect(left, baseline - laid.ascent, laid.width, laid.height))
    }

    mutating func write(_ remark: Remark) {
        guard let point = plane.clamped(remark.x, remark.y) else { return }
        // With several series, colour alone must not tell which one the remark is about.
        let isOneOfMany = layout.panel.names.count > 1
        let text = isOneOfMany ? Self.named(remark.subject, remark.text) : remark.text
        // Beside its point, or else elsewhere along its line, from the point on. If there is no room, it goes to the foot of the page,
        // unless it is the line's name.
        if let line = remark.line {
            let own = outlines(of: line)
            let along = own.flatMap(\.finer).sorted { ($0 - point).length < ($1 - point).length }
            let isPlaced = write(text, font: layout.type.annotation, color: remark.color, beside: own, apartFrom: outlines(except: line)) {
                Self.wishes(beside: point, $0) + Self.wishes(at: along, $0)
            }
            if isPlaced { return }
            if isOneOfMany {
                unplaced.append(text)
                return
            }
            // A line's name at its point may be as near to another line, rather than far from its own.
            let (bounds, near) = (placement.bounds, Array(along.prefix { ($0 - point).length < 40 }))
            let isNear = write(text, font: layout.type.annotation, color: remark.color, beside: own, apartFrom: []) {
                Self.wishes(beside: point, within: bounds, $0) + Self.wishes(at: near, $0)
            }
            if isNear { return }
        }
        let isPlaced = place(text, font: layout.type.annotation, color: remark.color) { Self.wishes(beside: point, $0) }
        let isTitled = layout.panel.title?.plainText.hasPrefix(remark.subject) == true
        if !isPlaced { unplaced.append(isOneOfMany || isTitled ? text : Self.named(remark.subject, text)) }
    }

    /// Places at its line; those that are as near to another line come last.
    mutating func write(labelOf reference: ReferenceMark) {
        let line = reference.outlines(in: plane).max { $0.count < $1.count } ?? []
        guard let label = reference.label, line.count > 1 else { return }
        let others = layout.panel.marks.filter { !($0 is BandMark) && ($0 as? ReferenceMark)?.y != reference.y }
            .flatMap { $0.outlines(in: plane) }.filter { $0.count > 1 }
        let rightwards = (line.first?.x ?? 0) > (line.last?.x ?? 0) ? line.reversed() : line
        let (fine, color) = (rightwards.finer, reference.color == .quietInk ? reference.color : reference.color.legible)
        for others in [others, []] {
            let isPlaced = write(label, font: layout.type.axis, color: color, beside: [line], apartFrom: others) {
                Self.wishes(along: fine, $0)
            }
            if isPlaced { return }
        }
        unplaced.append(Self.named("Dashed line", label))
    }

    /// The points of the lines of this name, and of all others; a band is the spread of its line and does not count.
    private func outlines(of name: String) -> [[Point]] {
        layout.panel.marks.filter { ($0 as? LineMark)?.name == name }.flatMap { $0.outlines(in: plane) }
    }

    private func outlines(except name: String) -> [[Point]] {
        layout.panel.marks.filter { !($0 is BandMark) && ($0 as? LineMark)?.name != name }.flatMap { $0.outlines(in: plane) }
            .filter { $0.count > 1 }
    }

    /// Writes a text nearest to its own lines, on one line if that fits, otherwise on several; false if there is no room.
    private mutating func write(
        _ text: Formula, font: Font, color: Paint, beside own: [[Point]], apartFrom others: [[Point]], near wishes: (Size) -> [Point]
    ) -> Bool {
        for share in [1, 0.6, 0.4] {
            let block = TextBlock(text, font: font, width: share * plane.frame.width, color: color, typesetter: layout.typesetter)
            let rect = placement.place(
                width: block.width, height: block.height, wishes: wishes(Size(block.width, block.height)), beside: own, apartFrom: others)
            guard let rect else { continue }
            drawn.append(block.draw(at: Point(rect.minX, rect.minY)).haloed())
            return true
        }
        return false
    }

    /// Writes a text on one line if that fits, otherwise on several lines; false if there is no room.
    private mutating func place(_ text: Formula, font: Font, color: Paint, near wishes: (Size) -> [Point]) -> Bool {
        for share in [1, 0.6] {
            let block = TextBlock(
                text, font: font, width: share * plane.frame.width, color: color, typesetter: layout.typesetter)
            let wishes = wishes(Size(block.width, block.height))
            guard let rect = placement.place(width: block.width, height: block.height, wishes: wishes) else { continue }
            drawn.append(block.draw(at: Point(rect.minX, rect.minY)).haloed())
            return true
        }
        return false
    }

    private static func named(_ subject: String, _ text: Formula) -> Formula {
        text.plainText.hasPrefix(subject) ? text : .row([.words("\(subject): ")] + text.parts)
    }
}
