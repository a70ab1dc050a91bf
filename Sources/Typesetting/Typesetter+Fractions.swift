import Drawing
import Notation

extension Typesetter {
    func fraction(_ above: Formula, _ below: Formula, _ setting: Setting) -> Box {
        var inner = setting.isCramped ? setting.scaled(setting.shrinking, level: setting.scriptLevel) : setting
        inner.isCramped = true
        let top = set(above, inner)
        let bottom = set(below, inner)
        let axis = axis(setting)
        // Fixed baselines keep neighbouring fractions level; only tall parts move away, until they have clearance from the bar.
        let clearance = setting.rule * (setting.isCramped ? 1.6 : 3) + setting.rule / 2
        let up = max((setting.isCramped ? 0.42 : 0.677) * setting.size, axis + clearance + top.descent)
        let down = max((setting.isCramped ? 0.40 : 0.686) * setting.size, clearance - axis + bottom.ascent)

        let overshoot = 0.06 * setting.size
        let sideBearing = 0.12 * setting.size
        let bar = max(top.width + top.overhang, bottom.width + bottom.overhang) + 2 * overshoot
        var box = Box()
        box.place(top, at: Point(sideBearing + (bar - top.width) / 2, -up))
        box.content.fill(
            .rect(Rect(sideBearing, -axis - setting.rule / 2, bar, setting.rule)), setting.color)
        box.place(bottom, at: Point(sideBearing + (bar - bottom.width) / 2, down))
        box.width = bar + 2 * sideBearing
        return box
    }

    /// Rows and columns of formulas; the table as a whole is centred on the axis.
    func table(_ rows: [[Formula]], _ setting: Setting) -> Box {
        var inner = setting
        inner.isCramped = true
        let boxes = rows.map { $0.map { set($0, inner) } }
        let columns = boxes.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            boxes.map { $0.indices.contains(column) ? $0[column].width : 0 }.max() ?? 0
        }
        let columnGap = 0.8 * setting.size
        let rowGap = 0.3 * setting.size
        let ascents = boxes.map { max(0.7 * setting.size, $0.map(\.ascent).max() ?? 0) }
        let descents = boxes.map { max(0.22 * setting.size, $0.map(\.descent).max() ?? 0) }
        let height = zip(ascents, descents).reduce(0) { $0 + $1.0 + $1.1 } + rowGap * Double(max(0, rows.count - 1))

        var box = Box()
        var y = -axis(setting) - height / 2
        for (row, (ascent, descent)) in zip(boxes, zip(ascents, descents)) {
            y += ascent
            var x = 0.0
            for (entry, width) in zip(row, widths) {
                box.place(entry, at: Point(x + (width - entry.width) / 2, y))
                x += width + columnGap
            }
            y += descent + rowGap
        }
        box.width = widths.reduce(0, +) + columnGap * Double(max(0, columns - 1))
        return box
    }
}
