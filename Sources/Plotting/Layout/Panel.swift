package import Drawing
package import Notation

/// One plot: marks between two axes, with their names at the lines' ends and remarks beside what they speak of.
package struct Panel: Sendable {
    /// What this panel alone has, where there are several.
    package var title: Formula?
    package var x: Axis
    package var y: Axis
    package var marks: [any Mark]
    package var names: [EndLabel]
    package var remarks: [Remark]
    /// Whether it takes a row of the page by itself.
    package var isWide: Bool
    /// Height over width of the frame of one that takes a row by itself; nil: the page's frame height.
    package var aspect: Double?
    package var labels: [PointLabel]
    /// Whether axes, ticks and grid are drawn; a table has none.
    package var hasAxes: Bool

    package init(
        title: Formula? = nil, x: Axis, y: Axis, marks: [any Mark], names: [EndLabel] = [], remarks: [Remark] = [],
        isWide: Bool = false, aspect: Double? = nil, labels: [PointLabel] = [], hasAxes: Bool = true
    ) {
        self.aspect = aspect
        self.title = title
        self.x = x
        self.y = y
        self.marks = marks
        self.names = names
        self.remarks = remarks
        self.isWide = isWide
        self.labels = labels
        self.hasAxes = hasAxes
    }
}

extension Panel {
    var group: Group {
        let axes = [y.title, x.title].compactMap { $0?.plainText }.joined(separator: " over ")
        let words = [title?.plainText, axes.isEmpty ? nil : axes].compactMap(\.self).joined(separator: ", ")
        return Group(.panel, title?.plainText ?? "", words: words)
    }
}

/// The name of a series, at its line's end.
package struct EndLabel: Hashable, Sendable {
    package var text: Formula
    package var style: SeriesStyle
    /// Where the line ends, in data.
    package var x, y: Double

    package init(_ text: Formula, style: SeriesStyle, x: Double, y: Double) {
        self.text = text
        self.style = style
        self.x = x
        self.y = y
    }
}

/// A sentence beside one place of the data.
package struct Remark: Hashable, Sendable {
    package var text: Formula
    /// Whose remark it is, should it have to stand at the foot of the page.
    package var subject: String
    package var color: Paint
    /// What it speaks of, in data.
    package var x, y: Double

    package init(_ text: Formula, of subject: String, color: Paint, x: Double, y: Double) {
        self.text = text
        self.subject = subject
        self.color = color
        self.x = x
        self.y = y
    }
}
