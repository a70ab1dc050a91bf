import Drawing

extension DisplayList {
    /// The same list with a halo in the page's colour around every text.
    func haloed() -> DisplayList {
        var followsText = false
        return DisplayList(items: items.map { $0.haloed(&followsText) })
    }
}

extension DisplayList.Item {
    /// - Parameter followsText: whether there was a text of the same label before.
    fileprivate func haloed(_ followsText: inout Bool) -> DisplayList.Item {
        switch self {
        case .fill, .stroke: return self
        case .text(var run):
            (run.halo, run.followsText) = (.page, followsText)
            followsText = true
            return .text(run)
        case .clipped(let rect, let inside): return .clipped(rect, inside.map { $0.haloed(&followsText) })
        case .group(let group, let inside): return .group(group, inside.map { $0.haloed(&followsText) })
        }
    }
}
