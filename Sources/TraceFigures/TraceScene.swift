package import Autodiff
package import Drawing
package import Notation
package import Telling

/// A picture of a trace that is laid out once and drawn in many states: what is highlighted, and what is known so far. Nothing moves
/// between two states.
package protocol TraceScene: Sendable {
    /// In points; everything is drawn between (0, 0) and this.
    var size: Size { get }

    /// The x coordinates at which a window on the picture may begin without cutting anything; empty for anywhere.
    var stops: [Double] { get }

    /// Whether it shows one sample of a batch rather than all.
    var showsOneSample: Bool { get }

    /// The box of a number; nil where the picture does not show it (a unit that is left out).
    func anchor(of key: NumberKey) -> Rect?

    /// The box of a number's node with all that belongs to it; nil where it is as large as a node with a number above and below usually is.
    func surroundings(of key: NumberKey) -> Rect?

    /// The largest of these boxes.
    var surroundings: Size { get }

    func draw(_ state: SceneState) -> DisplayList
}

extension TraceScene {
    package func surroundings(of key: NumberKey) -> Rect? { nil }
    package var surroundings: Size { Size(0, 0) }
}

/// The state of one drawing of a scene.
package struct SceneState: Hashable, Sendable {
    package var highlights: [Highlight] = []
    /// The scalars whose value is known so far; nil for all.
    package var values: Set<ScalarID>?
    /// The scalars whose gradient is known so far; nil for all.
    package var gradients: Set<ScalarID>?
    /// Values that replace those of the trace: parameters after the update.
    package var updated: [ScalarID: Double] = [:]
    /// Gradients that replace those of the trace: those of parameters after clipping.
    package var clipped: [ScalarID: Double] = [:]
    /// The digits of numbers.
    package var precision = Precision()
    /// The sample of the batch that is shown, from 0.
    package var sample = 0
    /// The weights that the headline is about, which are tinted.
    package var named: Set<ScalarID> = []
    /// Whether the headline is about the gradients of these weights alone.
    package var namesGradients = false
    /// The magnitude of the gradient of the widest edge; nil for the largest in the picture.
    package var widest: Double?
    /// Whether highlights of weights outline their numbers only, so that the edges still show the gradients.
    package var outlinesOnlyNumbers = false
    /// Whether everything that isn't highlighted is drawn quietly.
    package var isQuiet = false
    /// Whether only nodes and edges are drawn, as for a small map.
    package var isOverview = false
    /// Whether nothing shows that a reader is to find: no slope beside its value, no mark of a unit that passes nothing back.
    package var keepsSecrets = false

    package init() {}

    package func shows(valueOf scalar: ScalarID) -> Bool { values?.contains(scalar) ?? true }
    package func shows(gradientOf scalar: ScalarID) -> Bool { gradients?.contains(scalar) ?? true }
}

extension Paint {
    /// The colour of a role's text.
    package init(of role: Formula.Role) {
        switch role {
        case .value: self = .value
        case .gradient: self = .gradient
        case .local: self = .local
        case .place: self = .place
        case .quiet: self = .quietInk
        case .result, .plain: self = .ink
        }
    }
}

extension DisplayList {
    /// Crosses out what is in a box, from its lower left to its upper right corner.
    /// - Parameter name: of what is in it; unique in the picture.
    mutating func strike(_ box: Rect, _ name: String) {
        var line = DisplayList()
        line.stroke(.line(from: Point(box.minX - 1, box.maxY - 0.5), to: Point(box.maxX + 1, box.minY + 0.5)), Stroke(.ink, width: 1))
        group(Group(.mark, name, words: "crossed out"), line)
    }
}

extension Highlight.Outline {
    /// The dashes of a single line in this style, with round caps.
    var dash: [Double] {
        switch self {
        case .solid, .double: []
        case .dashed: [5, 2.5]
        case .dotted: [0.1, 3.6]
        }
    }

    /// The same style as a line below a number that has no room for a box.
    package func draw(from start: Point, to end: Point, color: Paint, width: Double = 1.1, into list: inout DisplayList) {
        let line = Path.line(from: start, to: end)
        switch self {
        case .solid: list.stroke(line, Stroke(color, width: width))
        case .dashed: list.stroke(line, Stroke(color, width: width, dash: [5, 2.5]))
        case .dotted: list.stroke(line, Stroke(color, width: width * 1.2, dash: [0.1, 3.2], cap: .round))
        case .double:
            for shift in [-1.0, 1.0] {
                list.stroke(
                    .line(from: Point(start.x, start.y + shift), to: Point(end.x, end.y + shift)),
                    Stroke(color, width: width * 0.6))
            }
        }
    }

    /// Draws the outline around a rounded box: the same style wherever a factor or its position is outlined.
    package func draw(around rect: Rect, radius: Double, color: Paint, width: Double = 1.6, into list: inout DisplayList) {
        switch self {
        case .solid: list.stroke(.rect(rect, radius: radius), Stroke(color, width: width))
        case .dashed: list.stroke(.rect(rect, radius: radius), Stroke(color, width: width, dash: [5, 2.5]))
        case .dotted: list.stroke(.rect(rect, radius: radius), Stroke(color, width: width, dash: [0.1, 3.2], cap: .round))
        case .double:
            list.stroke(.rect(rect.insetBy(-1, -1), radius: radius + 1), Stroke(color, width: width * 0.5))
            list.stroke(.rect(rect.insetBy(1, 1), radius: max(0, radius - 1)), Stroke(color, width: width * 0.5))
        }
    }
}
