import MatrixKernels

/// Products of row-major matrices, each adding to its result. Every entry is summed in one fixed order, whatever the sizes of the
/// other axes, so that a sample's numbers do not depend on its batch.

/// out += a·b, with a [rows, inner], b [inner, columns].
func addProduct(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    precondition(a.count == rows * inner && b.count == inner * columns && out.count == rows * columns)
    out.withUnsafeMutableBufferPointer {
        multiply(a, (inner, 1), b, (columns, 1), rows, inner, columns, to: $0, adds: true)
    }
}

/// out += a·bᵀ, with a [rows, inner], b [columns, inner].
func addProductWithTranspose(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int, to out: inout [Double]) {
    precondition(a.count == rows * inner && b.count == columns * inner && out.count == rows * columns)
    out.withUnsafeMutableBufferPointer {
        multiply(a, (inner, 1), b, (1, inner), rows, inner, columns, to: $0, adds: true)
    }
}

/// a·b, with a [rows, inner], b [inner, columns].
func product(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int) -> [Double] {
    precondition(a.count == rows * inner && b.count == inner * columns)
    return [Double](unsafeUninitializedCapacity: rows * columns) { out, count in
        multiply(a, (inner, 1), b, (columns, 1), rows, inner, columns, to: out, adds: false)
        count = rows * columns
    }
}

/// aᵀ·b, with a [inner, rows], b [inner, columns].
func productOfTranspose(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int) -> [Double] {
    precondition(a.count == rows * inner && b.count == inner * columns)
    return [Double](unsafeUninitializedCapacity: rows * columns) { out, count in
        multiply(a, (1, rows), b, (columns, 1), rows, inner, columns, to: out, adds: false)
        count = rows * columns
    }
}

private func multiply(
    _ a: [Double], _ aStrides: (row: Int, column: Int), _ b: [Double], _ bStrides: (row: Int, column: Int),
    _ rows: Int, _ inner: Int, _ columns: Int, to out: UnsafeMutableBufferPointer<Double>, adds: Bool
) {
    guard let start = out.baseAddress, rows > 0, columns > 0 else { return }
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            let a = matrix_view(start: a.baseAddress, row_stride: aStrides.row, column_stride: aStrides.column)
            let b = matrix_view(start: b.baseAddress, row_stride: bStrides.row, column_stride: bStrides.column)
            // A few rows are multiplied as they lie.
            let room = rows < 2 * Int(tile_rows) ? 0 : (rows + Int(tile_columns)) * inner
            withUnsafeTemporaryAllocation(of: Double.self, capacity: room) {
                multiply_matrices(a, b, rows, inner, columns, start, adds, $0.baseAddress)
            }
        }
    }
}
