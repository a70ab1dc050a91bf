package import Notation

/// One place that a step speaks of. The factor that is read from it has the same colour and the same outline.
package struct Highlight: Hashable, Sendable {
    /// How the outline is drawn, so that places are told apart without colour.
    package enum Outline: Hashable, Sendable, CaseIterable { case solid, dashed, dotted, double }

    /// One key for all numbers that stand there.
    package let place: NumberKey
    package var role: Formula.Role
    package var outline: Outline

    package init(_ key: NumberKey, role: Formula.Role, outline: Outline) {
        place = key.place
        self.role = role
        self.outline = outline
    }

    /// Whether a gradient is meant rather than a value.
    package var isGradient: Bool { if case .gradient = place { true } else { false } }
}
