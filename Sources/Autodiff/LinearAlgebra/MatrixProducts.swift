import MatrixKernels

/// A view of numbers in memory as a matrix, row-major or transposed.
struct Matrix {
    private let view: matrix_view
    private let rows: Int
    private let columns: Int

    /// A row-major matrix.
    init(_ scalars: UnsafeBufferPointer<Double>, rows: Int, columns: Int) {
        precondition(scalars.count == rows * columns)
        view = matrix_view(start: scalars.baseAddress, row_stride: columns, column_stride: 1)
        (self.rows, self.columns) = (rows, columns)
    }

    /// A row-major matrix whose rows begin `rowStride` numbers apart.
    init(_ scalars: UnsafeBufferPointer<Double>, rows: Int, columns: Int, rowStride: Int) {
        precondition(rows == 0 || scalars.count >= (rows - 1) * rowStride + columns)
        view = matrix_view(start: scalars.baseAddress, row_stride: rowStride, column_stride: 1)
        (self.rows, self.columns) = (rows, columns)
    }

    init(_ tensor: TensorView, rows: Int, columns: Int) { self.init(tensor.scalars, rows: rows, columns: columns) }

    private init(transposing other: Matrix) {
        view = matrix_view(start: other.view.start, row_stride: other.view.column_stride, column_stride: other.view.row_stride)
        (rows, columns) = (other.columns, other.rows)
    }

    var transposed: Matrix { Matrix(transposing: self) }

    /// Writes the product to `result`, row-major, or adds it. Every entry is summed in one fixed order, whatever the extents of the other
    /// axes, so that a sample's numbers do not depend on its batch.
    func multiply(_ other: Matrix, into result: UnsafeMutableBufferPointer<Double>, adds: Bool = false) {
        multiply(
            other, into: result, addend: matrix_addend(start: adds ? UnsafePointer(result.baseAddress) : nil, row_stride: other.columns))
    }

    /// Writes the product plus `addend`, which is added to each row.
    func multiply(_ other: Matrix, into result: UnsafeMutableBufferPointer<Double>, toEachRow addend: UnsafeBufferPointer<Double>) {
        precondition(addend.count == other.columns)
        multiply(other, into: result, addend: matrix_addend(start: addend.baseAddress, row_stride: 0))
    }

    private func multiply(_ other: Matrix, into result: UnsafeMutableBufferPointer<Double>, addend: matrix_addend) {
        precondition(columns == other.rows && result.count == rows * other.columns)
        guard let start = result.baseAddress, !result.isEmpty else { return }
        let room = (rows + Int(tile_columns)) * columns
        // For a few rows, copying them for speed does not pay.
        guard rows >= 2 * Int(tile_rows), room > Int(small_workspace) else {
            return multiply_matrices(view, other.view, rows, columns, other.columns, start, addend, nil)
        }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: room) {
            multiply_matrices(view, other.view, rows, columns, other.columns, start, addend, $0.baseAddress)
        }
    }
}
