/// The pictures of a sequence, each split into runs of items that all pictures share, and the picture's own items in between.
package struct StillParts: Sendable {
    package enum Part: Hashable, Sendable {
        /// An index into `stills`.
        case still(Int)
        case moving(ArraySlice<DisplayList.Item>)
    }

    package static let usualLeast = 12

    package private(set) var stills: [ArraySlice<DisplayList.Item>] = []
    /// The parts of each picture in drawing order.
    package private(set) var pictures: [[Part]]

    /// - Parameter least: the fewest items for which a still part is worthwhile.
    package init(_ lists: [DisplayList], least: Int = usualLeast) {
        pictures = lists.map { [.moving($0.items[...])] }
        guard lists.count > 1 else { return }
        let places = Self.lastingPlaces(lists)
        var runs: [Range<Int>] = []
        for lasting in places[0].indices {
            let follows = lasting > 0 && places.allSatisfy { $0[lasting] == $0[lasting - 1] + 1 }
            if follows, let run = runs.last {
                runs[runs.count - 1] = run.lowerBound..<lasting + 1
            } else {
                runs.append(lasting..<lasting + 1)
            }
        }
        runs.removeAll { $0.count < least }
        stills = runs.map { run in lists[0].items[places[0][run.lowerBound]..<places[0][run.lowerBound] + run.count] }
        pictures = zip(lists, places).map { list, places in
            var parts: [Part] = []
            var start = 0
            for (still, run) in runs.enumerated() {
                let place = places[run.lowerBound]
                if place > start { parts.append(.moving(list.items[start..<place])) }
                parts.append(.still(still))
                start = place + run.count
            }
            if start < list.items.count { parts.append(.moving(list.items[start...])) }
            return parts
        }
    }

    /// For each list, the indices of the items that all lists share.
    private static func lastingPlaces(_ lists: [DisplayList]) -> [[Int]] {
        // For each list and item, the item's index in the first list, or nil.
        var origins: [[Int?]] = [lists[0].items.indices.map(\.self)]
        for (list, before) in zip(lists.dropFirst(), lists) {
            let last = origins[origins.count - 1]
            origins.append(list.repeats(of: before).map { place in place.flatMap { last[$0] } })
        }
        let lasting = Set(origins[origins.count - 1].compactMap(\.self))
        return origins.map { origins in origins.indices.filter { origins[$0].map(lasting.contains) == true } }
    }
}
