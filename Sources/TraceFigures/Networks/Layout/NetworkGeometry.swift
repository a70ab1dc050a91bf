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
        /// The middle of the + in which a skip's value is added, before the circle.
        var sum: Point?
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
        var heading: Anchor?
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
        var points: [Point]
        /// The middle of the label.
        var label = Point.zero
        /// How wide it may be, in points.
        var labelWidth = 0.0
        /// From its middle to where its first line ends, where lines stand side by side.
        var labelSplit = 0.0
        /// Whether there is room for one.
        var showsLabel: Bool
        /// The upper end of the label.
        var labelTop = 0.0
        var arrangement = ArrivingLabels.Arrangement.stacked
        var isSkip = false

        var key: NetworkTexts.EdgeLabelKey? {
            guard let from, let to else { return nil }
            return .init(column: fromColumn, from: from, into: into, to: to, weight: weight)
        }
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
    /// Of the weights that stand in cells.
    var grids: [TensorGrid] = []
}
