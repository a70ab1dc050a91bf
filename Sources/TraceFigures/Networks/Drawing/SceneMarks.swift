import Drawing
import Notation
import Telling

/// What a state marks in a network, and which colours that leaves to the rest.
struct SceneMarks {
    private var marks: [NetworkPlace: [Highlight]] = [:]
    /// Whether everything that isn't marked is drawn quietly.
    let isQuiet: Bool

    init(_ state: SceneState, in scene: NetworkScene) {
        isQuiet = state.isQuiet
        for highlight in state.highlights {
            guard let place = scene.place(of: highlight.place),
                marks[place]?.contains(where: { $0.isGradient == highlight.isGradient }) != true
            else { continue }
            marks[place, default: []].append(highlight)
        }
    }

    /// At most two: of the value and of the gradient that stand there.
    subscript(place: NetworkPlace) -> [Highlight] { marks[place] ?? [] }

    func isMarked(_ place: NetworkPlace) -> Bool { marks[place] != nil }

    /// The colour of a text: quiet where the frame speaks of other things.
    func color(_ role: Formula.Role, _ mark: Highlight?) -> Paint {
        if let mark { return Paint(of: mark.role) }
        return isQuiet ? .quietInk : Paint(of: role)
    }

    func nameColor(_ mark: Highlight?) -> Paint { mark != nil || !isQuiet ? .ink : .quietInk }

    var lineColor: Paint { isQuiet ? .restingLine.opacity(0.55).over(.page) : .restingLine }
}
