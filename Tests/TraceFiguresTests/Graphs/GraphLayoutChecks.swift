import Drawing
import Testing

@testable import TraceFigures

extension GraphLayout {
    /// Labels touch neither each other nor nodes nor lines, but for a product on its own edge, which pauses for it; nodes lie apart.
    func expectRoom(sourceLocation: SourceLocation = #_sourceLocation) {
        let labels = (above + below + products + [result]).compactMap { $0?.shape }
        func expect(_ isSo: Bool) { #expect(isSo, sourceLocation: sourceLocation) }
        for (index, label) in labels.enumerated() {
            for other in labels.dropFirst(index + 1) { expect(!label.comesNear(other, clearance: 1)) }
            for node in nodes { expect(!label.comesNear(ConvexShape(pill: node), clearance: 1)) }
        }
        for label in (above + below + [result]).compactMap({ $0?.shape }) {
            for line in routes.flatMap(\.shapes) { expect(!label.comesNear(line, clearance: 1)) }
        }
        for (edge, product) in products.enumerated() {
            guard let product else { continue }
            for (other, route) in routes.enumerated() where other != edge || !product.pausesLines {
                for line in route.shapes { expect(!product.shape.comesNear(line, clearance: 1)) }
            }
            if product.pausesLines {
                expect(product.rotation == 0 && routes[edge].shapes.contains { $0.comesNear(product.shape, clearance: 0) })
            }
        }
        for (index, node) in nodes.enumerated() {
            for other in nodes.dropFirst(index + 1) { expect(!node.overlaps(other)) }
        }
    }
}
