package import Drawing

/// Something drawn between the axes.
package protocol Mark: Sendable {
    func draw(in plane: Plane) -> DisplayList
    /// What the mark is, in words.
    var group: Group { get }
    /// The lines that text keeps away from.
    func outlines(in plane: Plane) -> [[Point]]
    /// What has no place in the frame and is said at its edge instead.
    func strays(in plane: Plane) -> [Stray]
}

extension Mark {
    package func outlines(in plane: Plane) -> [[Point]] { [] }
    package func strays(in plane: Plane) -> [Stray] { [] }
}
