extension DisplayList {
    /// Of each item, where the same item stands in the list before; nil where it is new. The places grow, so that what repeats is drawn in the order of before.
    ///
    /// Two frames of a sequence differ in few places, close to each other: a difference is looked for no further than `reach` items.
    package func repeats(of earlier: DisplayList, reach: Int = 96) -> [Int?] {
        var places: [Int?] = []
        places.reserveCapacity(items.count)
        var before = 0
        while places.count < items.count {
            let here = places.count
            guard let (skipped, new) = earlier.nearestRepeat(from: before, items, from: here, reach: reach) else {
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

    /// How many of our items, and how many of the others, to leave out before two are the same: as few as can be.
    private func nearestRepeat(from before: Int, _ others: [Item], from here: Int, reach: Int) -> (skipped: Int, new: Int)? {
        for distance in 0...reach {
            for new in 0...distance where here + new < others.count && before + distance - new < items.count {
                if items[before + distance - new] == others[here + new] { return (distance - new, new) }
            }
        }
        return nil
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
