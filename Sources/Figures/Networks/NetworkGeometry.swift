import Autodiff
package import Drawing

/// Where everything of a network diagram stands; the same for all states.
struct NetworkGeometry {
    struct Unit {
        /// The unit's number in its layer, from 0.
        let index: Int
        let circle: Point
        /// z with its gradient, to the left of the circle.
        let pill: Rect?
    }

    struct Column {
        var units: [Unit]
        /// Where ⋮ and the number of hidden units stand.
        var ellipsis: Point?
        var hidden = 0
        /// Of a block.
        var block: Rect?
        /// From the left of the pills to the right of the circles' labels.
        var minX, maxX: Double
        var heading: Point
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

    var size = Size(0, 0)
    var radius = 0.0
    var lossCircle = Point.zero
    var lossRadius = 0.0
    /// The left end of the loss and of what stands under it.
    var lossMinX = 0.0
    var columns: [Column] = []
    var edges: [Edge] = []
}
