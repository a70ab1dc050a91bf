import Drawing

extension NetworkGeometry {
    /// Where everything stands best on a page.
    /// - Parameter width: of the page, in points; nil: as wide as the network is.
    init(fitting width: Double?, _ measures: NetworkMeasures) {
        self = RightwardLayout(measures: measures).geometry()
        guard let width, !columns.isEmpty else { return }
        let spare = width - size.width
        // Wider than this, the eye loses the way from column to column.
        let stretch = min(spare / Double(columns.count), 60)
        if stretch > 0 { self = RightwardLayout(measures: measures, stretch: stretch).geometry() }
        if spare < 0 {
            let downward = DownwardLayout(measures: measures).geometry(width: width)
            if downward.size.width < size.width { self = downward }
        }
    }
}
