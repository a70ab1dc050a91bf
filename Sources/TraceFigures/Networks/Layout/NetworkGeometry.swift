import Autodiff
import Drawing

/// Where everything of a network diagram stands; the same for all states.
struct NetworkGeometry {
    /// Which way the values go over the page.
    enum Flow { case rightward, downward }

    /// Where lines of text stand: the first one's baseline, below it the others.
    struct Anchor {
        var point: Point
        var alignment = SceneLabel.Alignment.center
    }

    struct Unit {
        /// The unit's number in its layer, from 0.
        let index: Int
        let circle: Point
        /// z with its gradient, before the circle.
        let pill: Rect?
        /// Of the symbols of circle and pill, and of what is said under or beside each.
        let name, lines, pillName, pillLines: Anchor
        /// From the pill to the circle, and what the activation is called there.
        let link: (start: Point, end: Point)
        let activation: Anchor
        /// Where edges arrive, and where they leave; nil: on the circle, towards where they go.
        let entry: Point
        let exit: Point?
    }

    struct Column {
        var units: [Unit]
        /// Where ⋮ and the number of hidden units stand.
        var ellipsis: Point?
        var hidden = 0
        /// Of a block.
        var block: Rect?
        /// Pills and circles with all that is written about them, along the flow.
        var extent: Rect
        var heading: Anchor
        /// Whether the heading reads from below to above.
        var turnsHeading = false
    }

    struct Edge {
        let fromColumn, toColumn: Int
        /// Units' numbers; nil for a block's side or a loss.
        let from, to: Int?
        /// Row-major place in the link's matrix.
        let weight: ScalarID?
        let into: Tape.ID
        let points: [Point]
        var label: Point
        /// Whether the label is shown when nobody points at it.
        var showsLabel: Bool
        var isSkip = false
    }

    var flow = Flow.rightward
    var size = Size(0, 0)
    var radius = 0.0
    var lossCircle = Point.zero
    var lossRadius = 0.0
    var lossName = Anchor(point: .zero)
    /// The loss with what stands about it, along the flow.
    var lossExtent = Rect(0, 0, 0, 0)
    var columns: [Column] = []
    var edges: [Edge] = []
}
