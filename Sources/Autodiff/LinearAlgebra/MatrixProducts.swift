/// Products of row-major matrices, each adding to its result. Every entry is summed in one fixed order, whatever the sizes of the
/// other axes, so that a sample's numbers do not depend on its batch.
///
/// The result is taken in tiles that stay in registers while the inner index runs.

/// out += a·b, with a [rows, inner], b [inner, columns].
func addProduct(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    precondition(a.count == rows * inner && b.count == inner * columns && out.count == rows * columns)
    addTiles(a, rowStride: inner, innerStride: 1, b, rows: rows, inner: inner, columns: columns, to: &out)
}

/// out += aᵀ·b, with a [inner, rows], b [inner, columns].
func addProductOfTranspose(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    precondition(a.count == rows * inner && b.count == inner * columns && out.count == rows * columns)
    addTiles(a, rowStride: 1, innerStride: rows, b, rows: rows, inner: inner, columns: columns, to: &out)
}

/// out += a·bᵀ, with a [rows, inner], b [columns, inner].
func addProductWithTranspose(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    precondition(a.count == rows * inner && b.count == columns * inner && out.count == rows * columns)
    // One transposition costs as much as the product for a single row.
    if rows < 4 { return addDotProducts(a, b, rows: rows, inner: inner, columns: columns, to: &out) }
    var transposed = [Double](repeating: 0, count: b.count)
    do {
        let b = b.span
        var t = transposed.mutableSpan
        for column in 0..<columns { for k in 0..<inner { t[k * columns + column] = b[column * inner + k] } }
    }
    addProduct(a, transposed, rows: rows, inner: inner, columns: columns, to: &out)
}

private typealias Lane = SIMD4<Double>

@inline(__always)
private func addTiles(
    _ a: [Double], rowStride: Int, innerStride: Int, _ b: [Double], rows: Int, inner: Int, columns: Int,
    to out: inout [Double]
) {
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBytes { b in
            out.withUnsafeMutableBytes { out in
                guard let a = a.baseAddress, let b = b.baseAddress, let out = out.baseAddress else { return }
                let wide = columns / 8 * 8
                var row = 0
                while row + 4 <= rows {
                    var column = 0
                    while column < wide {
                        tile4x8(a + row * rowStride, rowStride, innerStride, b + column * 8, out + (row * columns + column) * 8, inner, columns)
                        column += 8
                    }
                    row += 4
                }
                while row < rows {
                    var column = 0
                    while column < wide {
                        tile1x8(a + row * rowStride, innerStride, b + column * 8, out + (row * columns + column) * 8, inner, columns)
                        column += 8
                    }
                    row += 1
                }
                guard wide < columns else { return }
                for row in 0..<rows {
                    for column in wide..<columns {
                        var sum = 0.0
                        for k in 0..<inner {
                            sum += a[row * rowStride + k * innerStride] * b.load(fromByteOffset: (k * columns + column) * 8, as: Double.self)
                        }
                        let place = (row * columns + column) * 8
                        out.storeBytes(of: out.load(fromByteOffset: place, as: Double.self) + sum, toByteOffset: place, as: Double.self)
                    }
                }
            }
        }
    }
}

@inline(__always)
private func tile4x8(
    _ a: UnsafePointer<Double>, _ rowStride: Int, _ innerStride: Int, _ b: UnsafeRawPointer, _ out: UnsafeMutableRawPointer,
    _ inner: Int, _ columns: Int
) {
    var s00 = Lane(repeating: 0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00
    for k in 0..<inner {
        let b0 = b.loadUnaligned(fromByteOffset: k * columns * 8, as: Lane.self)
        let b1 = b.loadUnaligned(fromByteOffset: k * columns * 8 + 32, as: Lane.self)
        let place = a + k * innerStride
        let a0 = Lane(repeating: place[0]), a1 = Lane(repeating: place[rowStride])
        let a2 = Lane(repeating: place[2 * rowStride]), a3 = Lane(repeating: place[3 * rowStride])
        s00 += a0 * b0
        s01 += a0 * b1
        s10 += a1 * b0
        s11 += a1 * b1
        s20 += a2 * b0
        s21 += a2 * b1
        s30 += a3 * b0
        s31 += a3 * b1
    }
    add(s00, s01, to: out)
    add(s10, s11, to: out + columns * 8)
    add(s20, s21, to: out + 2 * columns * 8)
    add(s30, s31, to: out + 3 * columns * 8)
}

@inline(__always)
private func tile1x8(
    _ a: UnsafePointer<Double>, _ innerStride: Int, _ b: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ inner: Int,
    _ columns: Int
) {
    var s0 = Lane(repeating: 0), s1 = s0
    for k in 0..<inner {
        let factor = Lane(repeating: a[k * innerStride])
        s0 += factor * b.loadUnaligned(fromByteOffset: k * columns * 8, as: Lane.self)
        s1 += factor * b.loadUnaligned(fromByteOffset: k * columns * 8 + 32, as: Lane.self)
    }
    add(s0, s1, to: out)
}

@inline(__always)
private func add(_ first: Lane, _ second: Lane, to out: UnsafeMutableRawPointer) {
    out.storeBytes(of: out.loadUnaligned(as: Lane.self) + first, as: Lane.self)
    out.storeBytes(of: out.loadUnaligned(fromByteOffset: 32, as: Lane.self) + second, toByteOffset: 32, as: Lane.self)
}

private func addDotProducts(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    let a = a.span
    let b = b.span
    var out = out.mutableSpan
    for row in 0..<rows {
        var column = 0
        while column + 4 <= columns {
            var s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0
            for k in 0..<inner {
                let x = a[row * inner + k]
                s0 += x * b[column * inner + k]
                s1 += x * b[(column + 1) * inner + k]
                s2 += x * b[(column + 2) * inner + k]
                s3 += x * b[(column + 3) * inner + k]
            }
            out[row * columns + column] += s0
            out[row * columns + column + 1] += s1
            out[row * columns + column + 2] += s2
            out[row * columns + column + 3] += s3
            column += 4
        }
        while column < columns {
            var sum = 0.0
            for k in 0..<inner { sum += a[row * inner + k] * b[column * inner + k] }
            out[row * columns + column] += sum
            column += 1
        }
    }
}
