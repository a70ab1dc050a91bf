import Drawing

/// Finds positions for the labels of edges that run down the page next to each other.
struct EdgeLabelLayout {
    let measures: NetworkMeasures

    /// Puts each label on its own line where it meets no other label and no other line.
    /// - Returns: 0 on success; 12 for each edge under another's label, 1000 or more for each label without a position.
    func place(on edges: inout [NetworkGeometry.Edge], _ geometry: NetworkGeometry) -> Double {
        var taken: [Rect] = []
        var whole = 0.0
        for index in edges.indices where edges[index].showsLabel {
            let edge = edges[index]
            guard let start = edge.points.first, let end = edge.points.last else { continue }
            let size = measures.labelSize(of: edge)
            let before = geometry.columns[edge.fromColumn].extent
            let after = geometry.columns.indices.contains(edge.toColumn) ? geometry.columns[edge.toColumn].extent : geometry.lossExtent
            var best: (cost: Double, faults: Double, at: Point)?
            for step in 0...36 {
                let t = 0.05 + 0.9 * Double(step) / 36
                let at = start + (end - start) * t
                let box = Rect(center: at, width: size.width + 4, height: size.height + 3)
                guard box.minY >= before.maxY + 3, box.maxY <= after.minY - 3, box.minX >= 0, box.maxX <= geometry.size.width else {
                    continue
                }
                var faults = 0.0
                for other in taken where other.overlaps(box) { faults += 1000 + other.intersection(box).width }
                for other in edges.indices where other != index {
                    guard let from = edges[other].points.first, let to = edges[other].points.last else { continue }
                    if box.part(ofLineFrom: from, to: to) != nil { faults += 12 }
                }
                let cost = faults + abs(t - 0.36) * 2
                if best.map({ cost < $0.cost }) ?? true { best = (cost, faults, at) }
            }
            edges[index].label = best?.at ?? (start + (end - start) * 0.5)
            edges[index].labelWidth = size.width
            whole += best?.faults ?? 2000
            if let best, best.faults < 1000 {
                taken.append(Rect(center: best.at, width: size.width + 4, height: size.height + 3))
            } else {
                edges[index].showsLabel = false
            }
        }
        return whole
    }
}
