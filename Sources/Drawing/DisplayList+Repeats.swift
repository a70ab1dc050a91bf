extension DisplayList {
    /// For each item, the index of the same item in the list before, or nil if it is new. The indices increase, so that repeated items are
    /// drawn in the same order as before.
    ///
    /// - Parameter reach: how many items, of both lists together, may be skipped to find the next repeated one. It is small because
    ///   successive frames differ little.
    package func repeats(of earlier: DisplayList, reach: Int = 96) -> [Int?] {
        let search = RepeatSearch(earlier.items, items, reach: reach)
        var places: [Int?] = []
        places.reserveCapacity(items.count)
        var before = 0
        while places.count < items.count {
            guard let (skipped, new) = search.nearest(from: before, places.count) else {
                // There is no repeated item within reach: skip one item of each list.
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

/// Finds the next item that two lists share.
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

    /// How many items of the earlier list (`skipped`) and of the later one (`new`) come before the next item that both share, with the
    /// smallest sum; nil if there is none within reach.
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
    /// A hash that is cheap to compute: equal for equal items, and mostly different for others.
    fileprivate var sketch: UInt64 {
        func sketch(_ point: Point, _ count: Int) -> UInt64 {
            // Adding 0 turns −0 into 0, which equals it but has other bits.
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

/// Caches a result for each item of a picture, so that the next picture of a sequence computes results only for its new items.
package struct ItemResults<Result> {
    private var list = DisplayList()
    private var results: [Result] = []

    package init() {}

    /// - Returns: a result for each item of `next`, in order; `make` is called for items that the picture before did not have.
    package mutating func update(to next: DisplayList, _ make: (DisplayList.Item) throws -> Result) rethrows -> [Result] {
        let places = next.repeats(of: list)
        results = try zip(next.items, places).map { item, place in try place.map { results[$0] } ?? make(item) }
        list = next
        return results
    }
}
