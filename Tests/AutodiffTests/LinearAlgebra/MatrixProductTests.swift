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
        #expect(product(a, b, rows: rows, inner: inner, columns: columns) == sums)
        #expect(productOfTranspose(turned(a, rows, inner), b, rows: rows, inner: inner, columns: columns) == sums)
        var out = start
        addProduct(a, b, rows: rows, inner: inner, columns: columns, to: &out)
        #expect(out == added)
        out = start
        addProductWithTranspose(a, turned(b, inner, columns), rows: rows, inner: inner, columns: columns, to: &out)
        #expect(out == added)
    }

    @Test("of one sample are the same in a batch of any size", arguments: [2, 4, 8, 11])
    func batches(rows: Int) {
        var numbers = SeededNumbers(7)
        let a = numbers.tensor([rows, 19]).scalars
        let b = numbers.tensor([19, 13]).scalars
        let all = product(a, b, rows: rows, inner: 19, columns: 13)
        for row in 0..<rows {
            let alone = product(Array(a[row * 19..<(row + 1) * 19]), b, rows: 1, inner: 19, columns: 13)
            #expect(Array(all[row * 13..<(row + 1) * 13]) == alone)
        }
    }

    private func turned(_ matrix: [Double], _ rows: Int, _ columns: Int) -> [Double] {
        (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
    }
}
