import Drawing

extension NetworkGeometry {
    /// The best layout for a page.
    /// - Parameter width: the width of the page, in points; nil for the natural width.
    init(fitting width: Double?, _ measures: NetworkMeasures) {
        self = RightwardLayout(measures: measures).geometry()
        guard let width, !columns.isEmpty else { return }
        let spare = width - size.width
        // At a larger distance, the eye would lose the connection between columns.
        var stretch = min(spare / Double(columns.count), 60)
        // Labels that find more room may take more of it.
        for _ in 0..<4 where stretch > 0 {
            let stretched = RightwardLayout(measures: measures, stretch: stretch).geometry()
            guard stretched.size.width > width else {
                self = stretched
                break
            }
            stretch -= 1.05 * (stretched.size.width - width) / Double(columns.count)
        }
        if spare < 0 {
            let downward = DownwardLayout(measures: measures).geometry(width: width)
            if downward.size.width < size.width { self = downward }
        }
    }
}
