import Testing

@testable import Autodiff

struct MaxHeapTests {
    @Test("A heap gives back what it was made of and what was inserted, largest first", arguments: 0..<40)
    func order(count: Int) {
        var numbers = SeededNumbers(UInt64(count))
        let made = (0..<count).map { _ in numbers.extent(0...9) }
        let inserted = (0..<count / 2).map { _ in numbers.extent(0...9) }
        var heap = MaxHeap(made)
        for number in inserted { heap.insert(number) }
        var popped: [Int] = []
        while let number = heap.popMax() { popped.append(number) }
        #expect(popped == (made + inserted).sorted(by: >))
    }
}
