import Drawing
import Testing

@testable import TraceFigures

extension GraphLayout {
    /// Labels touch neither each other nor nodes nor lines, and nodes lie apart.
    func expectRoom(sourceLocation: SourceLocation = #_sourceLocation) {
        let labels = (above + below + products + [result]).compactMap { $0?.shape }
        func expect(_ isSo: Bool) { #expect(isSo, sourceLocation: sourceLocation) }
        for (index, label) in labels.enumerated() {
            for other in labels.dropFirst(index + 1) { expect(!label.comesNear(other, clearance: 1)) }
            for node in nodes { expect(!label.comesNear(ConvexShape(pill: node), clearance: 1)) }
            for route in routes { for line in route.shapes { expect(!label.comesNear(line, clearance: 1)) } }
        }
        for (index, node) in nodes.enumerated() {
            for other in nodes.dropFirst(index + 1) { expect(!node.overlaps(other)) }
        }
    }
}
