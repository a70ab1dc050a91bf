import Drawing
import Notation
import Typesetting

/// The texts inside a frame, each put where it is clear of lines and of the texts before it.
struct PlacedTexts {
    let layout: PanelLayout
    let plane: Plane
    private(set) var drawn = DisplayList()
    /// What found no place, for the foot of the page.
    private(set) var unplaced: [Formula] = []
    private var placement: LabelPlacement
    /// How high the marks of strays stand at each place of an edge.
    private var strayHeight: [Point: Double] = [:]

    init(layout: PanelLayout, plane: Plane) {
        self.layout = layout
        self.plane = plane
        placement = LabelPlacement(
            bounds: plane.frame.insetBy(3, 2), avoiding: layout.panel.marks.flatMap { $0.outlines(in: plane) })
        for place in layout.panel.marks.flatMap({ $0.strays(in: plane) }).flatMap(\.places) {
            strayHeight[place, default: 0] += Stray.markHeight
        }
    }

    /// Marks at the edge what has no place on an axis; what several series lose at one place is stacked.
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
        // What a series loses in several stretches at one edge is said once.
        for stray in strays where said.insert("\(stray.word) \(stray.isAtLowerEdge)").inserted {
            write(.words(stray.word), font: layout.type.annotation, color: stray.color.legible) {
                Self.wishes(beside: stray, above: heights[stray.places.first ?? .zero] ?? 0, $0, in: frame)
            }
        }
    }

    /// Where it is told to stand; other texts keep away from it.
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
        // Beside its place it may lie on the grid; at its centre it has the ground of its cell.
        drawn.append(label.side == .center ? content : content.haloed())
        placement.block(Rect(left, baseline - laid.ascent, laid.width, laid.height))
    }

    mutating func write(_ remark: Remark) {
        guard let point = plane.clamped(remark.x, remark.y) else { return }
        // Among several lines colour alone does not tell whose remark it is.
        let isOneOfMany = layout.panel.names.count > 1
        let text = isOneOfMany ? Self.named(remark.subject, remark.text) : remark.text
        write(text, font: layout.type.annotation, color: remark.color, subject: isOneOfMany ? nil : remark.subject) {
            Self.wishes(beside: point, $0)
        }
    }

    mutating func write(labelOf reference: ReferenceMark) {
        let line = reference.outlines(in: plane).max { $0.count < $1.count } ?? []
        guard let label = reference.label, line.count > 1 else { return }
        write(label, font: layout.type.axis, color: .quietInk, subject: "Dashed line") { Self.wishes(along: line, $0) }
    }

    /// On one line, or where that does not fit on several, or at the foot of the page with its subject.
    private mutating func write(
        _ text: Formula, font: Font, color: Paint, subject: String? = nil, near wishes: (Size) -> [Point]
    ) {
        for share in [1, 0.6] {
            let block = TextBlock(
                text, font: font, width: share * plane.frame.width, color: color, typesetter: layout.typesetter)
            let wishes = wishes(Size(block.width, block.height))
            guard let rect = placement.place(width: block.width, height: block.height, wishes: wishes) else { continue }
            drawn.append(block.draw(at: Point(rect.minX, rect.minY)).haloed())
            return
        }
        unplaced.append(subject.map { Self.named($0, text) } ?? text)
    }

    private static func named(_ subject: String, _ text: Formula) -> Formula { .row([.words("\(subject): ")] + text.parts) }
}
