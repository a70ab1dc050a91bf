package import Drawing

/// Something drawn between the axes.
package protocol Mark: Sendable {
    func draw(in plane: Plane) -> DisplayList
    /// The group with the mark's name and description.
    var group: Group { get }
    /// The lines, in points of the page, that texts must not touch.
    func outlines(in plane: Plane) -> [[Point]]
    /// The numbers off the vertical axis, which are marked at the edge of the frame instead.
    func strays(in plane: Plane) -> [Stray]
}

extension Mark {
    package func outlines(in plane: Plane) -> [[Point]] { [] }
    package func strays(in plane: Plane) -> [Stray] { [] }
}
