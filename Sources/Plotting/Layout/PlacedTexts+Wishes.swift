import Drawing

/// Candidates for the upper left corner of a text, best first.
extension PlacedTexts {
    /// Around a point. Below and to the right comes first, in the direction of reading.
    static func wishes(beside point: Point, _ text: Size) -> [Point] {
        var wishes: [Point] = []
        for distance in [7.0, 14, 24, 36] {
            for x in [point.x + distance, point.x - text.width / 2, point.x - distance - text.width] {
                wishes.append(Point(x, point.y + distance - 2))
                wishes.append(Point(x, point.y - distance + 2 - text.height))
            }
            wishes.append(Point(point.x + distance + 3, point.y - text.height / 2))
            wishes.append(Point(point.x - distance - 3 - text.width, point.y - text.height / 2))
        }
        return wishes
    }

    /// Around a point; those that would be above or below the bounds are at their edge.
    static func wishes(beside point: Point, within bounds: Rect, _ text: Size) -> [Point] {
        wishes(beside: point, text).map { Point($0.x, max(bounds.minY, min($0.y, bounds.maxY - text.height))) }
    }

    /// Places above, below and beside points of a line, the nearest first.
    static func wishes(at line: [Point], _ text: Size) -> [Point] {
        var wishes: [Point] = []
        for point in line {
            for distance in [4.0, 8] {
                let (above, below) = (point.y - distance + 2 - text.height, point.y + distance - 2)
                for x in [point.x + distance, point.x - distance - text.width, point.x - text.width / 2] {
                    wishes.append(Point(x, below))
                    wishes.append(Point(x, above))
                }
            }
        }
        return wishes
    }

    /// Along a line, from its middle outwards, with a corner of the text at the line. On a slope, the side above the line comes first.
    static func wishes(along line: [Point], _ text: Size) -> [Point] {
        let middle = line.count / 2
        let order = line.indices.sorted { (abs($0 - middle), $0) < (abs($1 - middle), $1) }
        var wishes: [Point] = []
        for distance in [4.0, 9, 16] {
            for index in order {
                let from = line[max(index - 1, 0)]
                let to = line[min(index + 1, line.count - 1)]
                let point = line.count == 2 ? Point((from.x + to.x) / 2, (from.y + to.y) / 2) : line[index]
                let rises = to.y < from.y
                let isLevel = abs(to.y - from.y) < 0.2 * abs(to.x - from.x)
                let above = point.y - distance + 1 - text.height
                if isLevel {
                    wishes.append(Point(point.x - text.width / 2, above))
                    wishes.append(Point(point.x - text.width / 2, point.y + distance - 1))
                } else {
                    wishes.append(Point(rises ? point.x - distance - text.width : point.x + distance, above))
                    wishes.append(
                        Point(rises ? point.x + distance : point.x - distance - text.width, point.y + distance - 1))
                }
            }
        }
        return wishes
    }

    /// In line with a run of strays at the edge, or else inwards, beyond the marks that are stacked there; the middle of the run comes first.
    static func wishes(beside stray: Stray, above marks: Double, _ text: Size, in frame: Rect) -> [Point] {
        guard let first = stray.places.first, let last = stray.places.last else { return [] }
        let middle = (first.x + last.x) / 2
        let inLine = stray.isAtLowerEdge ? frame.maxY - 2 - text.height : frame.minY + 2
        var wishes = [last.x + 8, first.x - 8 - text.width].map { Point($0, inLine) }
        for distance in [marks + 5, marks + 16, marks + 28] {
            let y = stray.isAtLowerEdge ? frame.maxY - distance - text.height : frame.minY + distance
            for x in [middle - text.width / 2, first.x, last.x - text.width, last.x + 8, first.x - 8 - text.width] {
                wishes.append(Point(min(max(x, frame.minX + 3), max(frame.minX + 3, frame.maxX - 3 - text.width)), y))
            }
        }
        return wishes
    }
}

extension [Point] {
    /// The same line with points so close together that a text can be placed anywhere along it.
    var finer: [Point] {
        guard count > 1 else { return self }
        var points: [Point] = []
        for (from, to) in zip(self, dropFirst()) {
            let count = Swift.max(1, Swift.min(64, Int((to - from).length / 8)))
            for part in 0..<count { points.append(from + (to - from) * (Double(part) / Double(count))) }
        }
        return points + suffix(1)
    }
}
