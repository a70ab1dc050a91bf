import Drawing
import Typesetting

/// A text of a scene with its box.
struct SceneLabel {
    var laid: Laid
    /// The box of the ink, on the scene.
    var box: Rect

    init(_ laid: Laid, centeredAt center: Point) {
        let bounds = laid.bounds
        let origin = Point(center.x - bounds.center.x, center.y - bounds.center.y)
        self.laid = laid.moved(to: origin)
        box = bounds.offsetBy(origin.x, origin.y)
    }

    enum Alignment { case leading, center, trailing }

    /// On a baseline, centred on `x`, starting there, or ending there.
    init(_ laid: Laid, x: Double, baseline: Double, _ alignment: Alignment = .center) {
        let part =
            switch alignment {
            case .leading: 0.0
            case .center: 0.5
            case .trailing: 1.0
            }
        let origin = Point(x - laid.width * part, baseline)
        self.laid = laid.moved(to: origin)
        box = laid.bounds.offsetBy(origin.x, origin.y)
    }

    init(_ laid: Laid, at anchor: NetworkGeometry.Anchor) {
        self.init(laid, x: anchor.point.x, baseline: anchor.point.y, anchor.alignment)
    }

    /// Reading upward, with its middle at `center`.
    init(_ laid: Laid, turnedAbout center: Point) {
        self.init(laid, centeredAt: center)
        self.laid.content = self.laid.content.turned(by: -.pi / 2, about: center)
        box = Rect(center: center, width: box.height, height: box.width)
    }
}
