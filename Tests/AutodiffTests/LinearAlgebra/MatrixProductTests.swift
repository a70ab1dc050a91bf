import Testing

@testable import Autodiff

/// Every entry has the bits of the plain sum from the inner axis' start, whichever tiles compute it.
@Suite("Matrix products")
struct MatrixProductTests {
    @Test(
        "have the same bits as three plain loops, for every way in which tiles fit",
        arguments: [
            (1, 1, 1), (1, 64, 64), (3, 5, 7), (4, 4, 8), (7, 9, 16), (8, 3, 12), (8, 4, 1), (9, 17, 23), (16, 12, 12), (33, 31, 30),
            (64, 1, 64), (5, 0, 4),
        ])
    func bits(rows: Int, inner: Int, columns: Int) {
        var numbers = SeededNumbers(UInt64(rows * 10_000 + inner * 100 + columns))
        let a = numbers.tensor([rows, inner]).scalars
        let b = numbers.tensor([inner, columns]).scalars
        let start = numbers.tensor([rows, columns]).scalars
        var sums = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                for k in 0..<inner {
                    sums[row * columns + column] += a[row * inner + k] * b[k * columns + column]
                }
            }
        }
        let added = zip(start, sums).map { $0 + $1 }
        for (left, right) in [(false, false), (true, false), (false, true)] {
            for (before, after, adds) in [(start, sums, false), (start, added, true)] {
                var out = before
                with(left ? turned(a, rows, inner) : a, right ? turned(b, inner, columns) : b) { a, b in
                    let first = left ? Matrix(a, rows: inner, columns: rows).transposed : Matrix(a, rows: rows, columns: inner)
                    let second = right ? Matrix(b, rows: columns, columns: inner).transposed : Matrix(b, rows: inner, columns: columns)
                    out.withUnsafeMutableBufferPointer { first.multiply(second, into: $0, adds: adds) }
                }
                #expect(out == after, "turned: \(left), \(right)")
            }
        }
    }

    @Test("of one sample are the same in a batch of any size", arguments: [2, 4, 8, 11])
    func batches(rows: Int) {
        var numbers = SeededNumbers(7)
        let a = numbers.tensor([rows, 19]).scalars
        let b = numbers.tensor([19, 13]).scalars
        func product(_ a: [Double], rows: Int) -> [Double] {
            var out = [Double](repeating: .nan, count: rows * 13)
            with(a, b) { a, b in
                out.withUnsafeMutableBufferPointer {
                    Matrix(a, rows: rows, columns: 19).multiply(Matrix(b, rows: 19, columns: 13), into: $0, adds: false)
                }
            }
            return out
        }
        let all = product(a, rows: rows)
        for row in 0..<rows {
            let alone = product(Array(a[row * 19..<(row + 1) * 19]), rows: 1)
            #expect(Array(all[row * 13..<(row + 1) * 13]) == alone)
        }
    }

    private func with(_ a: [Double], _ b: [Double], _ body: (UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>) -> Void) {
        a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { body(a, $0) } }
    }

    private func turned(_ matrix: [Double], _ rows: Int, _ columns: Int) -> [Double] {
        (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
    }
}
