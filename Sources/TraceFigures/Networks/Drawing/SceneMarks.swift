import Drawing
import Notation
import Telling

/// The marks of a state in a network, and the colours of everything else.
struct SceneMarks {
    private var marks: [NetworkPlace: [Highlight]] = [:]
    /// Whether everything without a mark is drawn in quiet colours.
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

    /// At most two: those of the value and of the gradient at this position.
    subscript(place: NetworkPlace) -> [Highlight] { marks[place] ?? [] }

    func isMarked(_ place: NetworkPlace) -> Bool { marks[place] != nil }

    /// The colour of a text: quiet if the frame is about something else.
    func color(_ role: Formula.Role, _ mark: Highlight?) -> Paint {
        if let mark { return Paint(of: mark.role) }
        return isQuiet ? .quietInk : Paint(of: role)
    }

    func nameColor(_ mark: Highlight?) -> Paint { mark != nil || !isQuiet ? .ink : .quietInk }

    var lineColor: Paint { isQuiet ? .restingLine.opacity(0.55).over(.page) : .restingLine }
}
