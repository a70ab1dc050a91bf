import Drawing

extension DisplayList {
    /// The same list with a halo in the page's colour around every text.
    func haloed() -> DisplayList {
        var list = DisplayList()
        for item in items {
            switch item {
            case .text(var run):
                run.halo = .page
                list.text(run)
            case .fill(let path, let paint): list.fill(path, paint)
            case .stroke(let path, let stroke): list.stroke(path, stroke)
            case .clipped(let rect, let inside): list.clip(to: rect, DisplayList(items: inside).haloed())
            case .group(let group, let inside): list.group(group, DisplayList(items: inside).haloed())
            }
        }
        return list
    }
}
