#ifndef MATRIX_KERNELS_H
#define MATRIX_KERNELS_H

#include <stddef.h>

#include "FreedMemory.h"
#include "GroupKernels.h"
#include "PointwiseKernels.h"

/// Rows of a and columns of b that one tile of the result takes.
enum { tile_rows = 4, tile_columns = 8 };

/// How many numbers a workspace needs to have before it must be given.
enum { small_workspace = 4096 };

/// A matrix in memory: entry (i, j) at start[i·row_stride + j·column_stride].
typedef struct {
  const double *start;
  ptrdiff_t row_stride, column_stride;
} matrix_view;

/// What a product is added to: rows, each `row_stride` numbers behind the one before (0: the same for all); nothing where start is NULL.
typedef struct {
  const double *start;
  ptrdiff_t row_stride;
} matrix_addend;

/// out = addend + a·b, with a [rows, inner], b [inner, columns] and out [rows, columns] row-major. The addend may be `out` itself.
///
/// Every entry is the sum over the inner axis from its start, each product and each sum rounded by itself, whatever the machine.
/// - workspace: room for tile_columns·inner + rows·inner numbers; NULL where these are at most small_workspace, or rows fewer than two tiles'.
void multiply_matrices(
    matrix_view a, matrix_view b, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, double *out, matrix_addend addend, double *workspace);

#endif
