extension DisplayList {
    /// Of each item, where the same item stands in the list before; nil where it is new. The places grow, so that what repeats is drawn in the order of before.
    ///
    /// Two frames of a sequence differ in few places, close to each other: a difference is looked for no further than `reach` items.
    package func repeats(of earlier: DisplayList, reach: Int = 96) -> [Int?] {
        let search = RepeatSearch(earlier.items, items, reach: reach)
        var places: [Int?] = []
        places.reserveCapacity(items.count)
        var before = 0
        while places.count < items.count {
            guard let (skipped, new) = search.nearest(from: before, places.count) else {
                // Nothing near repeats: both are behind us.
                places.append(nil)
                before += 1
                continue
            }
            before += skipped
            places += [Int?](repeating: nil, count: new)
            places.append(before)
            before += 1
        }
        return places
    }
}

/// Where two lists go on alike.
private struct RepeatSearch {
    let earlier, later: [DisplayList.Item]
    let reach: Int
    private let earlierSketches, laterSketches: [UInt64]

    init(_ earlier: [DisplayList.Item], _ later: [DisplayList.Item], reach: Int) {
        self.earlier = earlier
        self.later = later
        self.reach = reach
        earlierSketches = earlier.map(\.sketch)
        laterSketches = later.map(\.sketch)
    }

    /// How many items of the earlier list, and how many of the later, to leave out before two are the same: as few as can be.
    func nearest(from before: Int, _ here: Int) -> (skipped: Int, new: Int)? {
        for distance in 0...reach {
            let least = max(0, before + distance - earlier.count + 1)
            let most = min(distance, later.count - here - 1)
            guard least <= most else { continue }
            for new in least...most {
                let (one, other) = (before + distance - new, here + new)
                if earlierSketches[one] == laterSketches[other], earlier[one] == later[other] { return (distance - new, new) }
            }
        }
        return nil
    }
}

extension DisplayList.Item {
    /// A number that equal items share and different ones seldom do.
    fileprivate var sketch: UInt64 {
        func sketch(_ point: Point, _ count: Int) -> UInt64 {
            // −0 equals 0.
            let (x, y) = ((point.x + 0).bitPattern, (point.y + 0).bitPattern)
            return (x &* 0x9E37_79B9_7F4A_7C15) ^ (y &* 0xC2B2_AE3D_27D4_EB4F) ^ UInt64(truncatingIfNeeded: count)
        }
        switch self {
        case .fill(let path, _): return sketch(path.start, path.elements.count)
        case .stroke(let path, _): return sketch(path.start, ~path.elements.count)
        case .text(let run): return sketch(run.origin, run.text.utf8.count)
        case .clipped(let rect, let inside): return sketch(Point(rect.x, rect.y), inside.count)
        case .group(let group, let inside):
            return (inside.first?.sketch ?? 0) ^ UInt64(truncatingIfNeeded: group.words.utf8.count &* 31 &+ inside.count)
        }
    }
}

extension Path {
    fileprivate var start: Point {
        switch elements.first {
        case .move(let point), .line(let point), .curve(_, _, let point): point
        case .close, nil: .zero
        }
    }
}

/// What is made of each item of a picture, kept for the next picture of a sequence as far as that repeats its items.
package struct ItemResults<Result> {
    private var list = DisplayList()
    private var results: [Result] = []

    package init() {}

    /// - Returns: a result for each item of `next`, in order, made anew where the list before had no such item.
    package mutating func update(to next: DisplayList, _ make: (DisplayList.Item) throws -> Result) rethrows -> [Result] {
        let places = next.repeats(of: list)
        results = try zip(next.items, places).map { item, place in try place.map { results[$0] } ?? make(item) }
        list = next
        return results
    }
}
