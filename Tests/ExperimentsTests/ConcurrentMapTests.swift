import Foundation
import Testing

@testable import Experiments

@Suite("Work on all cores")
struct ConcurrentMapTests {
    private struct Failure: Error, Equatable { let element: Int }

    @Test("Results stand in the order of the elements, whichever is ready first")
    func order() {
        let squares = concurrentMap(Array(0..<40)) { element in
            Thread.sleep(forTimeInterval: Double((7 * element) % 5) / 10_000)
            return element * element
        }
        #expect(squares == (0..<40).map { $0 * $0 })
    }

    @Test("Of several failures the first element's is told, though another came first")
    func failure() {
        #expect(throws: Failure(element: 3)) {
            _ = try concurrentMap(Array(0..<40)) { (element) throws(Failure) -> Int in
                if element == 3 { Thread.sleep(forTimeInterval: 0.01) }
                guard element % 10 != 3 else { throw Failure(element: element) }
                return element
            }
        }
    }
}
