import Drawing

/// Finds places for the labels of edges that run side by side.
struct EdgeLabelLayout {
    let measures: NetworkMeasures

    /// Puts each label on its own line where it meets no other label and the fewest other lines.
    /// - Returns: how bad the places are: 1000 and more for each label without one, 12 for each line that a label covers.
    func place(on edges: inout [NetworkGeometry.Edge], _ geometry: NetworkGeometry) -> Double {
        let shown = edges.indices.filter { edges[$0].showsLabel }
        let count = edges.count
        var taken: [Rect] = []
        var whole = 0.0
        for index in edges.indices {
            let edge = edges[index]
            guard let start = edge.points.first, let end = edge.points.last else { continue }
            let size = measures.labelSize(of: edge, count: count)
            let before = geometry.columns[edge.fromColumn].extent
            let after = geometry.columns.indices.contains(edge.toColumn) ? geometry.columns[edge.toColumn].extent : geometry.lossExtent
            var best: (cost: Double, at: Point)?
            for step in 0...36 {
                let t = 0.05 + 0.9 * Double(step) / 36
                let at = start + (end - start) * t
                let box = Rect(center: at, width: size.width + 4, height: size.height + 3)
                switch geometry.flow {
                case .rightward: guard box.minX >= before.maxX + 3, box.maxX <= after.minX - 3 else { continue }
                case .downward:
                    guard box.minY >= before.maxY + 3, box.maxY <= after.minY - 3, box.minX >= 0, box.maxX <= geometry.size.width
                    else { continue }
                }
                var cost = abs(t - 0.36) * 2
                for other in taken where other.overlaps(box) { cost += 1000 + other.intersection(box).width }
                for other in edges.indices where other != index {
                    guard let from = edges[other].points.first, let to = edges[other].points.last else { continue }
                    if box.part(ofLineFrom: from, to: to) != nil { cost += 12 }
                }
                if best.map({ cost < $0.cost }) ?? true { best = (cost, at) }
            }
            let at = best?.at ?? (start + (end - start) * 0.5)
            edges[index].label = at
            guard shown.contains(index) else { continue }
            whole += best?.cost ?? 2000
            if let best, best.cost < 1000 {
                taken.append(Rect(center: at, width: size.width + 4, height: size.height + 3))
            } else {
                edges[index].showsLabel = false
            }
        }
        return whole
    }
}
