import Drawing
package import Traces

extension ComputationGraph {
    /// The longer side of the picture at the least, in points: what the nodes take without their labels, found before anything is laid out.
    /// - Parameter pageWidth: what a page has; what is wider goes down rather than across. nil: as wide as it must be.
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
        return min(across, gaps * GraphLayout.leastDrop + (filled - 1) * 2 * GraphType.narrow.radius)
    }
}
