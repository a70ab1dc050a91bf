package import Notation

/// A number in the picture that a step refers to. The factor that is read from it has the same colour and outline.
package struct Highlight: Hashable, Sendable {
    /// How the outline is drawn, so that numbers can be told apart without colour.
    package enum Outline: Hashable, Sendable, CaseIterable { case solid, dashed, dotted, double }

    /// One key for all numbers at the position.
    package let place: NumberKey
    package var role: Formula.Role
    package var outline: Outline

    package init(_ key: NumberKey, role: Formula.Role, outline: Outline) {
        place = key.place
        self.role = role
        self.outline = outline
    }

    /// Whether it is a gradient rather than a value.
    package var isGradient: Bool { if case .gradient = place { true } else { false } }
}
