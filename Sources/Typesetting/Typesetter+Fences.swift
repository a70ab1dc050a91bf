import Drawing
import Notation

extension Typesetter {
    /// A box between fences that are as tall as it is and symmetric about the axis.
    func fenced(_ inside: Box, _ fence: Formula.Fence, _ setting: Setting) -> Box {
        let axis = axis(setting)
        let reach = max(inside.ascent - axis, inside.descent + axis, 0)
        let left: Box
        let right: Box
        let glyph = glyphs(fence.left, setting.symbols(italic: false), setting.color)
        if reach <= max(glyph.ascent - axis, glyph.descent + axis) + 0.1 * setting.size {
            left = glyph
            right = glyphs(fence.right, setting.symbols(italic: false), setting.color)
        } else {
            left = drawn(fence, reach: reach + 0.06 * setting.size, mirrored: false, axis: axis, setting)
            right = drawn(fence, reach: reach + 0.06 * setting.size, mirrored: true, axis: axis, setting)
        }
        var box = left
        box.append(inside, after: fence == .norm || fence == .bars ? 0.04 * setting.size : 0)
        box.append(right, after: inside.overhang + (fence == .norm || fence == .bars ? 0.04 * setting.size : 0))
        box.isGlyph = false
        box.overhang = 0
        return box
    }

    private func drawn(_ fence: Formula.Fence, reach: Double, mirrored: Bool, axis: Double, _ setting: Setting) -> Box {
        let size = setting.size
        let bearing = 0.1 * size
        let pen = max(setting.rule * 1.2, 0.05 * size)
        let ink =
            switch fence {
            case .bars: pen
            case .norm, .brackets: 0.2 * size
            case .parentheses: min(0.24 * size + 0.06 * reach, 0.5 * size)
            }
        var box = Box(width: ink + 2 * bearing, ascent: reach + axis, descent: reach - axis)
        let width = box.width

        /// A point at `x` from the outer edge of the ink and `y` below the axis.
        func at(_ x: Double, _ y: Double) -> Point {
            Point(mirrored ? width - bearing - x : bearing + x, y - axis)
        }
        func bar(_ x: Double) -> Path {
            .polyline([at(x, -reach), at(x + pen, -reach), at(x + pen, reach), at(x, reach)], closed: true)
        }

        switch fence {
        case .bars: box.content.fill(bar(0), setting.color)
        case .norm:
            box.content.fill(bar(0), setting.color)
            box.content.fill(bar(ink - pen), setting.color)
        case .brackets:
            box.content.fill(
                .polyline(
                    [
                        at(0, -reach), at(ink, -reach), at(ink, -reach + pen * 0.8), at(pen, -reach + pen * 0.8),
                        at(pen, reach - pen * 0.8), at(ink, reach - pen * 0.8), at(ink, reach), at(0, reach),
                    ], closed: true), setting.color)
        case .parentheses:
            // Two arcs from tip to tip. The middle of a cubic curve is ¾ of the way from its ends to its control points.
            let tip = 0.025 * size
            let belly = 1.6 * pen
            let outer = ink - (ink / 0.75)
            let inner = (ink + tip) - (ink + tip - belly) / 0.75
            var path = Path()
            path.move(to: at(ink, -reach))
            path.curve(to: at(ink, reach), control1: at(outer, -0.38 * reach), control2: at(outer, 0.38 * reach))
            path.line(to: at(ink + tip, reach))
            path.curve(
                to: at(ink + tip, -reach), control1: at(inner, 0.38 * reach), control2: at(inner, -0.38 * reach))
            path.close()
            box.content.fill(path, setting.color)
        }
        return box
    }

    func root(_ inside: Box, _ setting: Setting) -> Box {
        let size = setting.size
        let rule = setting.rule
        let top = max(inside.ascent, 0.55 * size) + 0.12 * size
        let bottom = max(inside.descent, 0.05 * size) + 0.04 * size
        let height = top + bottom
        let surd = 0.5 * size + 0.06 * height
        var box = Box()
        box.place(inside, at: Point(surd + 0.04 * size, 0))
        let end = box.width + inside.overhang + 0.06 * size
        // The root sign is a thin tick, a thick stroke down and a thin stroke up to the bar.
        let knee = Point(surd * 0.3, bottom - height * 0.52)
        let foot = Point(surd * 0.58, bottom)
        let head = Point(surd - rule / 2, -top)
        box.content.fill(
            .polyline(
                [
                    Point(0.06 * size, knee.y + 0.1 * size), Point(knee.x, knee.y), Point(foot.x, foot.y - 0.16 * size),
                    Point(head.x, head.y), Point(end, head.y), Point(end, head.y + rule), Point(head.x + rule * 0.8, head.y + rule),
                    Point(foot.x + rule * 0.4, foot.y), Point(foot.x - rule * 0.4, foot.y),
                    Point(knee.x - rule * 1.2, knee.y + rule * 1.6), Point(0.06 * size + rule * 0.4, knee.y + 0.1 * size + rule * 0.7),
                ], closed: true), setting.color)
        box.width = end + 0.04 * size
        // Space above the bar keeps it apart from the bar of a fraction above.
        box.ascent = max(box.ascent, top + 1.5 * rule)
        box.descent = max(box.descent, bottom)
        return box
    }
}
