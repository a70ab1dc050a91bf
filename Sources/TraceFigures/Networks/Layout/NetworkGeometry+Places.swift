import Drawing

extension NetworkGeometry {
    private func unit(_ column: Int, _ number: Int) -> Unit? {
        guard columns.indices.contains(column) else { return nil }
        return columns[column].units.first { $0.index == number }
    }

    /// Nil for a unit that is left out.
    func rect(of place: NetworkPlace) -> Rect? {
        let r = radius
        switch place {
        case .shown(let column, let number):
            return unit(column, number).map { Rect(center: $0.circle, width: 2 * r, height: 2 * r) }
        case .preActivation(let column, let number): return unit(column, number)?.pill
        case .bias(let column, let number):
            return unit(column, number).map { unit in
                let first = unit.pill == nil ? unit.lines : unit.pillLines
                return Rect(center: first.point, width: 50, height: 18)
            }
        case .slope(let column, let number):
            return unit(column, number).map {
                Rect(center: Point($0.circle.x, $0.circle.y + r + 8), width: 2 * r, height: 10)
            }
        case .target(let number):
            return unit(columns.count - 1, number).map {
                Rect(center: Point($0.circle.x, $0.circle.y + r + 18), width: 2 * r, height: 10)
            }
        case .edge(let index):
            return Rect(center: edges[index].label, width: max(30, edges[index].labelWidth), height: 18)
        case .loss:
            return Rect(center: lossCircle, width: 2 * lossRadius, height: 2 * lossRadius)
        }
    }
}
