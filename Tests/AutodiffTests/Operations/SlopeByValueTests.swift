import Notation
import Testing

@testable import Autodiff

@Suite("Derivatives in terms of the function's own value")
struct SlopeByValueTests {
    @Test("are those of σ and tanh")
    func known() {
        #expect(Pointwise.named.filter { $0.row.slopeByValue != nil } == [.sigmoid, .tanh])
    }

    @Test("are the derivative, as they are written and as they are computed", arguments: Pointwise.named, [-1.3, -0.2, 0.4, 2])
    func derivative(_ function: Pointwise, _ x: Double) throws {
        guard let slope = function.row.slopeByValue else { return }
        let (y, derivative) = (function(x), function.derivative(at: x))
        #expect(abs(slope.computed(y) - derivative) < 1e-12)
        let written = slope.written(.number(y))
        let range = try #require(written.range(of: written.leaves.map { (value: $0.value, radius: 0) }))
        #expect(abs(range.lowerBound - derivative) < 1e-12 && abs(range.upperBound - derivative) < 1e-12)
    }
}
