#ifndef MATRIX_KERNELS_H
#define MATRIX_KERNELS_H

#include <stddef.h>

#include "FreedMemory.h"
#include "GroupKernels.h"
#include "PointwiseKernels.h"

/// The rows and columns of a tile, the block of the result that is computed at once.
enum { tile_rows = 4, tile_columns = 8 };

/// The most numbers for which `multiply_matrices` has a workspace of its own.
enum { small_workspace = 4096 };

/// A matrix in memory: entry (i, j) at start[i·row_stride + j·column_stride].
typedef struct {
  const double *start;
  ptrdiff_t row_stride, column_stride;
} matrix_view;

/// The matrix to which a product is added. Its rows are `row_stride` numbers apart (0: one row for all). If `start` is NULL, there is none.
typedef struct {
  const double *start;
  ptrdiff_t row_stride;
} matrix_addend;

/// out = addend + a·b, with a [rows, inner], b [inner, columns] and out [rows, columns] row-major. The addend may be `out` itself.
///
/// Every entry adds its products along the inner axis from first to last and rounds after each product and each sum, on every machine.
/// - workspace: room for tile_columns·inner + rows·inner numbers. May be NULL if these are at most small_workspace, or rows < 2·tile_rows.
void multiply_matrices(
    matrix_view a, matrix_view b, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, double *out, matrix_addend addend, double *workspace);

#endif
