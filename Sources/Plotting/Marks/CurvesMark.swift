package import Drawing
import Notation

/// Many thin curves over the same x, cut off at the frame: what all seeds did, behind what is spoken of.
package struct CurvesMark: Mark {
    package var x: [Double]
    /// Each as long as `x`.
    package var curves: [[Double]]
    package var color: Paint
    /// In points.
    package var width: Double

    package init(x: [Double], curves: [[Double]], color: Paint, width: Double = 0.4) {
        self.x = x
        self.curves = curves
        self.color = color
        self.width = width
    }

    package var group: Group { Group(.series, "curves", words: English.count(curves.count, "curve")) }

    package func draw(in plane: Plane) -> DisplayList {
        var lines = DisplayList()
        for curve in curves {
            var pieces: [[Point]] = [[]]
            for (x, y) in zip(x, curve) {
                if let point = plane.unbounded(x, y) {
                    pieces[pieces.count - 1].append(point)
                } else {
                    pieces.append([])
                }
            }
            for piece in pieces where piece.count > 1 { lines.stroke(.polyline(piece), Stroke(color, width: width)) }
        }
        var list = DisplayList()
        list.clip(to: plane.frame, lines)
        return list
    }
}
