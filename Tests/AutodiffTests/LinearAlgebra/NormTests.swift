import Autodiff
import Testing

@Suite("The Euclidean norm")
struct NormTests {
    @Test(
        "is the root of the sum of squares at every scale",
        arguments: [
            0x1p-1070, 0x1p-1030, 1e-300, 1e-160, 1e-20, 1, 1e20, 1e160, 1e300, 0x1p1020,
        ])
    func scales(_ scale: Double) {
        #expect(agree([3 * scale, -4 * scale].norm, 5 * scale, to: 3e-16))
        #expect([scale].norm == scale)
        #expect(Tensor(shape: [2, 2], scalars: [scale, scale, -scale, scale]).norm == 2 * scale)
    }

    @Test("is 0 of nothing and of zeros, and says what is no number")
    func edges() {
        #expect([Double]().norm == 0 && [0.0, -0.0].norm == 0)
        #expect([1, .infinity].norm == .infinity && [-.infinity, 1].norm == .infinity)
        #expect([.nan, 1].norm.isNaN && [.infinity, .nan].norm.isNaN)
        #expect([Double.greatestFiniteMagnitude, .greatestFiniteMagnitude].norm == .infinity)
        #expect([Double.leastNonzeroMagnitude, 0].norm == .leastNonzeroMagnitude)
    }

    @Test("takes small entries beside large ones into account")
    func mixed() {
        #expect([1e200, 1e192].norm == 1e200)
        #expect(abs([1, 1e-7].norm - (1 + 5e-15)) < 1e-15)
    }
}
