import Drawing
package import Traces

extension ComputationGraph {
    /// A lower bound on the longer side of the picture, in points: the size of the nodes without labels, found before the layout.
    /// - Parameter pageWidth: the width of the page; a wider graph is laid out downward. nil for no limit.
    package func leastSide(_ trace: Trace, pageWidth: Double? = nil) -> Double {
        if let time = TimeOrder(self, trace) {
            guard let pageWidth, time.extent.width > pageWidth else { return time.extent.width }
            if let folded = TimeOrder(self, trace, foldedInto: pageWidth) { return folded.extent.height }
        }
        let layering = Layering(rightward: self)
        let gaps = Double(layering.order.count - 1)
        let across = gaps * (GraphLayout.leastGap + 2 * GraphType().radius)
        guard let pageWidth, across > pageWidth else { return across }
        let filled = Double(layering.order.count { $0.contains { !layering.isDummy($0) } })
        return min(across, gaps * GraphLayout.leastDrop + (filled - 1) * 2 * GraphType().narrow.radius)
    }
}
