/// The singular values of a matrix, largest first, with the singular vectors of the largest.
///
/// One-sided Jacobi rotations (Hestenes 1958): pairs of columns are rotated until all are orthogonal; their lengths are then the singular
/// values, to full relative precision.
package struct SingularValues: Sendable {
    package let values: [Double]
    /// u₁ and v₁, unit vectors with W·v₁ = σ₁·u₁; zeros where W is 0.
    package let leadingVectors: (left: [Double], right: [Double])

    package init(of matrix: Tensor) {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        // Rotate the vectors along the shorter side, for as few pairs as possible.
        let tall = rows >= columns
        let (count, length) = tall ? (columns, rows) : (rows, columns)
        let largest = matrix.scalars.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) }
        guard largest.isFinite else {
            values = Array(repeating: .nan, count: count)
            leadingVectors = (Array(repeating: .nan, count: rows), Array(repeating: .nan, count: columns))
            return
        }
        // Scale near 1, so that the squares of entries neither overflow nor underflow; a power of two rounds nothing.
        let scale = Double(sign: .plus, exponent: largest > 0 ? min(-largest.exponent, 1000) : 0, significand: 1)
        var vectors = (0..<count).map { k in
            (0..<length).map { i in matrix.scalars[tall ? i * columns + k : k * columns + i] * scale }
        }
        var turns = (0..<count).map { k in (0..<count).map { $0 == k ? 1.0 : 0.0 } }
        Self.orthogonalize(&vectors, recordingTurnsIn: &turns)
        let lengths = vectors.map(\.norm)
        let order = lengths.indices.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
        values = order.map { lengths[$0] / scale }
        guard let first = order.first, lengths[first] > 0 else {
            leadingVectors = (Array(repeating: 0, count: rows), Array(repeating: 0, count: columns))
            return
        }
        let long = vectors[first].map { $0 / lengths[first] }
        leadingVectors = tall ? (long, turns[first]) : (turns[first], long)
    }

    /// The number of multiplications: about 10 sweeps, each of which checks every pair of the shorter side's vectors and rotates most.
    package static func products(rows: Int, columns: Int) -> Int {
        // A single vector costs as much as a pair.
        let pairs = Swift.max(Swift.min(rows, columns).saturatingTimes(Swift.min(rows, columns)) / 2, 1)
        return [10, 7, pairs, Swift.max(rows, columns)].saturatingCount
    }

    private static func orthogonalize(_ vectors: inout [[Double]], recordingTurnsIn turns: inout [[Double]]) {
        let sweeps = 60
        // The rounding error in the product of two orthogonal vectors grows with the square root of their length.
        let orthogonal = 4e-16 * Double(vectors.first?.count ?? 1).squareRoot()
        for _ in 0..<sweeps {
            var turned = false
            for p in vectors.indices {
                for q in vectors.indices.dropFirst(p + 1) {
                    let (a, b, c) = products(vectors[p], vectors[q])
                    guard abs(c) > orthogonal * (a * b).squareRoot() else { continue }
                    turned = true
                    let ratio = (b - a) / (2 * c)
                    let t = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
                    let cosine = 1 / (1 + t * t).squareRoot()
                    rotate(&vectors, p, q, cosine: cosine, sine: cosine * t)
                    rotate(&turns, p, q, cosine: cosine, sine: cosine * t)
                }
            }
            if !turned { return }
        }
    }

    private static func rotate(_ vectors: inout [[Double]], _ p: Int, _ q: Int, cosine: Double, sine: Double) {
        // Moved out of the array, so that neither is copied.
        var (first, second) = ([Double](), [Double]())
        swap(&first, &vectors[p])
        swap(&second, &vectors[q])
        var firsts = first.mutableSpan
        var seconds = second.mutableSpan
        for i in firsts.indices {
            let (x, y) = (firsts[i], seconds[i])
            firsts[i] = cosine * x - sine * y
            seconds[i] = sine * x + cosine * y
        }
        swap(&first, &vectors[p])
        swap(&second, &vectors[q])
    }

    /// a·a, b·b and a·b.
    private static func products(_ a: [Double], _ b: [Double]) -> (Double, Double, Double) {
        let (a, b) = (a.span, b.span)
        var sums = (0.0, 0.0, 0.0)
        for i in a.indices {
            sums.0 += a[i] * a[i]
            sums.1 += b[i] * b[i]
            sums.2 += a[i] * b[i]
        }
        return sums
    }
}
