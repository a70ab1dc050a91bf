/// A binary heap in an array: each element is at least as large as the two below it, at 2i + 1 and 2i + 2 (Williams 1964).
struct MaxHeap<Element: Comparable> {
    private var elements: [Element]

    init(_ elements: [Element]) {
        self.elements = elements
        for place in stride(from: elements.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var place = elements.count - 1
        while place > 0, elements[(place - 1) / 2] < elements[place] {
            elements.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Removes the largest element.
    mutating func popMax() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let largest = elements.first else { return last }
        elements[0] = last
        sink(0)
        return largest
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var largest = place
            for below in [2 * place + 1, 2 * place + 2] where below < elements.count && elements[largest] < elements[below] {
                largest = below
            }
            guard largest != place else { return }
            elements.swapAt(place, largest)
            place = largest
        }
    }
}
