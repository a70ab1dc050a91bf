import Autodiff
import Testing

@Suite("Singular values")
struct SingularValuesTests {
    @Test("agree with closed forms")
    func closedForms() {
        #expect(singular([1, 1], [-7]) == [7])
        #expect(near(singular([2, 3], [3, 0, 0, 0, 4, 0]), [4, 3]))
        #expect(near(singular([3, 3], [2, 0, 0, 0, 0, -5, 0, 1, 0]), [5, 2, 1]))
        // [[1, 1], [0, 1]]: the golden ratio and its inverse.
        let golden = (1 + 5.0.squareRoot()) / 2
        #expect(near(singular([2, 2], [1, 1, 0, 1]), [golden, 1 / golden]))
        // A rank of one: the product of the lengths.
        #expect(near(singular([2, 3], [1, 2, 2, 2, 4, 4]), [Double(45).squareRoot(), 0]))
        #expect(singular([2, 2], [0, 0, 0, 0]) == [0, 0])
    }

    @Test("and their vectors fulfil W·v = σ·u, uᵀ·W = σ·vᵀ and Σσ² = ‖W‖²", arguments: 1...20 as ClosedRange<UInt64>)
    func identities(_ seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let (rows, columns) = (numbers.extent(1...9), numbers.extent(1...9))
        // Also where squares of the entries would overflow or vanish.
        let scale = [1, 1e-8, 1e9, 1e-170, 1e170][Int(seed % 5)]
        var w = numbers.tensor([rows, columns])
        w.scalars = w.scalars.map { $0 * scale }
        let found = SingularValues(of: w)
        let (u, v) = found.leadingVectors
        let sigma = found.values[0]
        #expect(found.values.count == min(rows, columns))
        #expect(found.values == found.values.sorted(by: >))
        #expect(abs(u.norm - 1) < 1e-12 && abs(v.norm - 1) < 1e-12)
        #expect(agree(found.values.norm, w.norm, to: 1e-12))
        for row in 0..<rows {
            let image = (0..<columns).reduce(0) { $0 + w[row, $1] * v[$1] }
            #expect(agree(image, sigma * u[row], to: 1e-12, scale: sigma))
        }
        for column in 0..<columns {
            let image = (0..<rows).reduce(0) { $0 + w[$1, column] * u[$1] }
            #expect(agree(image, sigma * v[column], to: 1e-12, scale: sigma))
        }
    }

    @Test("are no numbers where the matrix holds one that is none")
    func notANumber() {
        for entry in [Double.nan, .infinity] {
            let values = singular([2, 2], [1, entry, 0, 1])
            #expect(values.count == 2 && values.allSatisfy { $0.isNaN })
        }
    }

    private func singular(_ shape: [Int], _ scalars: [Double]) -> [Double] {
        SingularValues(of: Tensor(shape: shape, scalars: scalars)).values
    }

    private func near(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { agree($0, $1, to: 1e-14, scale: 1) }
    }
}
