import Autodiff
import Drawing

/// The positions of everything in a network diagram, the same for all states.
struct NetworkGeometry {
    /// The direction of the values on the page.
    enum Flow { case rightward, downward }

    /// The position of lines of text: the first one's baseline, with the others below.
    struct Anchor {
        var point: Point
        var alignment = SceneLabel.Alignment.center
    }

    struct Unit {
        /// The unit's index in its layer, from 0.
        let index: Int
        let circle: Point
        /// The box of z with its gradient, before the circle.
        let pill: Rect?
        /// The symbols of circle and pill, and the small lines below or next to each.
        let name, lines, pillName, pillLines: Anchor
        /// The middle of the + at which a skip connection is added, before the circle.
        var sum: Point?
        /// The link from the pill to the circle, and the name of the activation on it.
        let link: (start: Point, end: Point)
        let activation: Anchor
        /// Where edges arrive, and where they leave; nil for the point of the circle towards their end.
        let entry: Point
        let exit: Point?
    }

    struct Column {
        var units: [Unit]
        /// The position of ⋮ and the number of hidden units.
        var ellipsis: Point?
        var hidden = 0
        /// The box of a block, and the grid of its numbers.
        var block: Rect?
        var mark: TensorMark?
        /// Pills and circles with all their texts, along the flow.
        var extent: Rect
        var heading: Anchor?
        /// The name of the operation on the links that lead here.
        var linkName: Anchor?
        /// Whether the heading reads upward.
        var turnsHeading = false
    }

    struct Edge {
        let fromColumn, toColumn: Int
        /// Indices of units; nil for a block's side or a loss.
        let from, to: Int?
        /// The entry of the link's matrix.
        let weight: ScalarID?
        let into: Tape.ID
        var points: [Point]
        /// The middle of the label.
        var label = Point.zero
        /// The largest width of the label, in points.
        var labelWidth = 0.0
        /// From the label's middle to the end of its first line, if lines are next to each other.
        var labelSplit = 0.0
        /// Whether there is room for a label.
        var showsLabel: Bool
        /// The top of the label.
        var labelTop = 0.0
        var arrangement = ArrivingLabels.Arrangement.stacked
        var isSkip = false
        /// Whether it leads across, through statistics that units share.
        var isShared = false

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
    /// The loss with its texts, along the flow.
    var lossExtent = Rect(0, 0, 0, 0)
    var columns: [Column] = []
    var edges: [Edge] = []
    /// The grids of weights in cells.
    var grids: [TensorGrid] = []
}
