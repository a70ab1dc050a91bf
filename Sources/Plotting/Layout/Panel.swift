package import Drawing
package import Notation

/// One plot: marks between two axes, with the names of series at the ends of their lines and remarks beside the data.
package struct Panel: Sendable {
    /// What distinguishes this panel from the others of its page.
    package var title: Formula?
    package var x: Axis
    package var y: Axis
    package var marks: [any Mark]
    package var names: [EndLabel]
    /// Names stand at the lines' starts, left of the frame, instead of at their ends.
    package var namesStandLeft: Bool
    package var remarks: [Remark]
    /// Whether it takes a whole row of the page.
    package var isWide: Bool
    /// Whether a wide panel stands beside the wide one before it, if there is room. Where axes are shared, both have the vertical axis of the first.
    package var joinsRow = false
    /// Height over width of the frame of one that takes a row by itself; nil: the page's frame height.
    package var aspect: Double?
    package var labels: [PointLabel]
    /// Whether axes, ticks and grid are drawn; not for a table.
    package var hasAxes: Bool

    package init(
        title: Formula? = nil, x: Axis, y: Axis, marks: [any Mark], names: [EndLabel] = [], namesStandLeft: Bool = false,
        remarks: [Remark] = [], isWide: Bool = false, aspect: Double? = nil, labels: [PointLabel] = [], hasAxes: Bool = true
    ) {
        self.aspect = aspect
        self.title = title
        self.x = x
        self.y = y
        self.marks = marks
        self.names = names
        self.namesStandLeft = namesStandLeft
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

/// The name of a series, at one of its line's ends.
package struct EndLabel: Hashable, Sendable {
    package var text: Formula
    package var style: SeriesStyle
    /// Where that end is, in data.
    package var x, y: Double
    /// The look of the line, which the key beside the name repeats.
    package var hasMarkers: Bool
    package var width: Double

    package init(_ text: Formula, style: SeriesStyle, x: Double, y: Double, hasMarkers: Bool = true, width: Double = 1.6) {
        self.text = text
        self.style = style
        self.x = x
        self.y = y
        self.hasMarkers = hasMarkers
        self.width = width
    }
}

/// A sentence about one point of the data, written beside it.
package struct Remark: Hashable, Sendable {
    package var text: Formula
    /// The series that it is about, named if colour does not show it: among several series, or at the foot of the page.
    package var subject: String
    package var color: Paint
    /// The point that it is about, in data coordinates.
    package var x, y: Double
    /// The name of the marks that draw its line: the remark is placed nearer to these than to any other line.
    package var line: String?

    package init(_ text: Formula, of subject: String, color: Paint, x: Double, y: Double, line: String? = nil) {
        self.text = text
        self.subject = subject
        self.color = color
        self.x = x
        self.y = y
        self.line = line
    }
}
