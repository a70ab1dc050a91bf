/// out += a·b, with a [rows, inner], b [inner, columns]; each out entry is summed in the order of the inner index.
func addProduct(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    let a = a.span
    let b = b.span
    var out = out.mutableSpan
    for row in 0..<rows {
        for k in 0..<inner {
            let factor = a[row * inner + k]
            let start = k * columns
            let target = row * columns
            for column in 0..<columns { out[target + column] += factor * b[start + column] }
        }
    }
}

/// out += a·bᵀ, with a [rows, inner], b [columns, inner].
func addProductWithTranspose(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    var transposed = [Double](repeating: 0, count: b.count)
    do {
        let b = b.span
        var t = transposed.mutableSpan
        for column in 0..<columns { for k in 0..<inner { t[k * columns + column] = b[column * inner + k] } }
    }
    addProduct(a, transposed, rows: rows, inner: inner, columns: columns, to: &out)
}

/// out += aᵀ·b, with a [inner, rows], b [inner, columns].
func addProductOfTranspose(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    let a = a.span
    let b = b.span
    var out = out.mutableSpan
    for k in 0..<inner {
        let start = k * columns
        for row in 0..<rows {
            let factor = a[k * rows + row]
            let target = row * columns
            for column in 0..<columns { out[target + column] += factor * b[start + column] }
        }
    }
}
