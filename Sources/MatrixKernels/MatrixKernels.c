#include "MatrixKernels.h"
#include "WiderRegisters.h"

// Four and eight neighbouring numbers, at any address.
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));
// The same in registers.
typedef double sum_of_four __attribute__((vector_size(32)));
typedef double sum_of_eight __attribute__((vector_size(64)));

inlined const double *place_in(matrix_addend addend, ptrdiff_t row, ptrdiff_t column) {
  return addend.start ? addend.start + row * addend.row_stride + column : NULL;
}

// addend: where the first number's addend is; NULL for none.
inlined void store_one(double *out, double value, const double *addend) { *out = addend ? *addend + value : value; }
inlined void store_four(double *out, sum_of_four value, const double *addend) { *(four *)out = addend ? *(const four *)addend + value : value; }
inlined void store_eight(double *out, sum_of_eight value, const double *addend) { *(eight *)out = addend ? *(const eight *)addend + value : value; }

// A tile of 4 by 8 entries: four rows of a, `row` numbers apart, times eight neighbouring columns of b.
inlined void tile(
    const double *a, ptrdiff_t row, ptrdiff_t next, const double *b, ptrdiff_t b_next, ptrdiff_t inner, double *out, ptrdiff_t columns,
    const double *addend, ptrdiff_t addend_stride) {
  sum_of_eight s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  for (ptrdiff_t k = 0; k < inner; k++, a += next, b += b_next) {
    sum_of_eight right = *(const eight *)b;
    s0 += a[0] * right;
    s1 += a[row] * right;
    s2 += a[2 * row] * right;
    s3 += a[3 * row] * right;
  }
  if (!addend) addend_stride = 0;
  store_eight(out, s0, addend), out += columns, addend += addend_stride;
  store_eight(out, s1, addend), out += columns, addend += addend_stride;
  store_eight(out, s2, addend), out += columns, addend += addend_stride;
  store_eight(out, s3, addend);
}

// One row of a times a row-major b.
inlined void row_by_rows(
    const double *a, ptrdiff_t stride, const double *b, ptrdiff_t b_stride, ptrdiff_t inner, ptrdiff_t wide, double *out, const double *addend) {
  ptrdiff_t column = 0;
  for (; column + 16 <= wide; column += 16) {
    sum_of_eight s0 = {0}, s1 = {0};
    for (ptrdiff_t k = 0; k < inner; k++) {
      double factor = a[k * stride];
      const double *row = b + k * b_stride + column;
      s0 += factor * *(const eight *)row;
      s1 += factor * *(const eight *)(row + 8);
    }
    store_eight(out + column, s0, addend ? addend + column : NULL);
    store_eight(out + column + 8, s1, addend ? addend + column + 8 : NULL);
  }
  for (; column < wide; column += 4) {
    sum_of_four s = {0};
    for (ptrdiff_t k = 0; k < inner; k++) s += a[k * stride] * *(const four *)(b + k * b_stride + column);
    store_four(out + column, s, addend ? addend + column : NULL);
  }
}

// s += x[0…3] times four columns, each contiguous in memory: a 4 by 4 block is transposed in registers.
inlined sum_of_four add_turned(sum_of_four s, const double *x, const double *b, ptrdiff_t stride) {
  sum_of_four r0 = *(const four *)b, r1 = *(const four *)(b + stride), r2 = *(const four *)(b + 2 * stride), r3 = *(const four *)(b + 3 * stride);
  sum_of_four low01 = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), high01 = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
  sum_of_four low23 = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), high23 = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
  s += x[0] * __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
  s += x[1] * __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
  s += x[2] * __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
  s += x[3] * __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
  return s;
}

inlined sum_of_four add_column_by_column(sum_of_four s, double x, const double *b, ptrdiff_t stride) {
  return s + x * (sum_of_four){b[0], b[stride], b[2 * stride], b[3 * stride]};
}

// One row of a times columns that are each contiguous in memory, as in a·bᵀ.
inlined void row_by_columns(const double *a, const double *b, ptrdiff_t stride, ptrdiff_t inner, ptrdiff_t wide, double *out, const double *addend) {
  ptrdiff_t column = 0, whole = inner / 4 * 4;
  for (; column + 16 <= wide; column += 16) {
    const double *start = b + column * stride;
    sum_of_four s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (ptrdiff_t k = 0; k < whole; k += 4) {
      s0 = add_turned(s0, a + k, start + k, stride);
      s1 = add_turned(s1, a + k, start + 4 * stride + k, stride);
      s2 = add_turned(s2, a + k, start + 8 * stride + k, stride);
      s3 = add_turned(s3, a + k, start + 12 * stride + k, stride);
    }
    for (ptrdiff_t k = whole; k < inner; k++) {
      s0 = add_column_by_column(s0, a[k], start + k, stride);
      s1 = add_column_by_column(s1, a[k], start + 4 * stride + k, stride);
      s2 = add_column_by_column(s2, a[k], start + 8 * stride + k, stride);
      s3 = add_column_by_column(s3, a[k], start + 12 * stride + k, stride);
    }
    const double *added = addend ? addend + column : NULL;
    store_four(out + column, s0, added), store_four(out + column + 4, s1, added ? added + 4 : NULL);
    store_four(out + column + 8, s2, added ? added + 8 : NULL), store_four(out + column + 12, s3, added ? added + 12 : NULL);
  }
  for (; column < wide; column += 4) {
    sum_of_four s = {0};
    for (ptrdiff_t k = 0; k < whole; k += 4) s = add_turned(s, a + k, b + column * stride + k, stride);
    for (ptrdiff_t k = whole; k < inner; k++) s = add_column_by_column(s, a[k], b + column * stride + k, stride);
    store_four(out + column, s, addend ? addend + column : NULL);
  }
}

inlined void entry_by_entry(
    matrix_view a, matrix_view b, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t first, ptrdiff_t columns, double *out,
    matrix_addend addend) {
  for (ptrdiff_t row = first_row; row < rows; row++)
    for (ptrdiff_t column = first; column < columns; column++) {
      double s = 0;
      for (ptrdiff_t k = 0; k < inner; k++)
        s += a.start[row * a.row_stride + k * a.column_stride] * b.start[k * b.row_stride + column * b.column_stride];
      store_one(out + row * columns + column, s, place_in(addend, row, column));
    }
}

inlined void row_by_row(
    matrix_view a, matrix_view b, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, double *out, matrix_addend addend) {
  ptrdiff_t wide = columns / 4 * 4;
  for (ptrdiff_t row = first_row; row < rows; row++) {
    const double *start = a.start + row * a.row_stride;
    if (b.column_stride == 1)
      row_by_rows(start, a.column_stride, b.start, b.row_stride, inner, wide, out + row * columns, place_in(addend, row, 0));
    else if (a.column_stride == 1 && b.row_stride == 1)
      row_by_columns(start, b.start, b.column_stride, inner, wide, out + row * columns, place_in(addend, row, 0));
    else
      entry_by_entry(a, b, row, row + 1, inner, 0, columns, out, addend);
  }
  if ((b.column_stride == 1 || (a.column_stride == 1 && b.row_stride == 1)) && wide < columns)
    entry_by_entry(a, b, first_row, rows, inner, wide, columns, out, addend);
}

// For fewer columns than a register is wide: computes each column of the result as a row, from up to 64 rows of a at a time.
inlined void column_by_column(matrix_view a, matrix_view b, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, double *out, matrix_addend addend) {
  enum { most_rows = 64 };
  double turned[most_rows];
  ptrdiff_t whole = rows / 4 * 4;
  for (ptrdiff_t first = 0; first < whole; first += most_rows) {
    ptrdiff_t count = whole - first < most_rows ? whole - first : most_rows;
    const double *start = a.start + first * a.row_stride;
    for (ptrdiff_t column = 0; column < columns; column++) {
      const double *left = b.start + column * b.column_stride;
      if (a.row_stride == 1) row_by_rows(left, b.row_stride, start, a.column_stride, inner, count, turned, NULL);
      else row_by_columns(left, start, a.row_stride, inner, count, turned, NULL);
      for (ptrdiff_t row = 0; row < count; row++)
        store_one(out + (first + row) * columns + column, turned[row], place_in(addend, first + row, column));
    }
  }
  entry_by_entry(a, b, whole, rows, inner, 0, columns, out, addend);
}

// Copies a's rows in blocks of four: for each inner index, the four entries side by side.
inlined void pack_rows(matrix_view a, ptrdiff_t rows, ptrdiff_t inner, double *packed) {
  for (ptrdiff_t row = 0; row < rows; row += tile_rows)
    for (ptrdiff_t k = 0; k < inner; k++)
      for (ptrdiff_t i = 0; i < tile_rows; i++) *packed++ = a.start[(row + i) * a.row_stride + k * a.column_stride];
}

// Copies up to eight columns of b: for each inner index, eight entries side by side, with zeros for missing columns.
inlined void pack_columns(matrix_view b, ptrdiff_t first, ptrdiff_t count, ptrdiff_t inner, double *packed) {
  const double *start = b.start + first * b.column_stride;
  for (ptrdiff_t k = 0; k < inner; k++, start += b.row_stride, packed += tile_columns) {
    for (ptrdiff_t i = 0; i < count; i++) packed[i] = start[i * b.column_stride];
    for (ptrdiff_t i = count; i < tile_columns; i++) packed[i] = 0;
  }
}

// A tile at the right edge, of which only the first `count` columns are part of the result.
inlined void edge_tile(
    const double *a, ptrdiff_t row, ptrdiff_t next, const double *b, ptrdiff_t inner, ptrdiff_t count, double *out, ptrdiff_t columns,
    const double *addend, ptrdiff_t addend_stride) {
  double whole[tile_rows * tile_columns];
  tile(a, row, next, b, tile_columns, inner, whole, tile_columns, NULL, 0);
  for (ptrdiff_t r = 0; r < tile_rows; r++)
    for (ptrdiff_t i = 0; i < count; i++)
      store_one(out + r * columns + i, whole[r * tile_columns + i], addend ? addend + r * addend_stride + i : NULL);
}

// Whether numbers at this stride stay in the first-level cache while they are used again and again.
inlined _Bool is_near(ptrdiff_t count, ptrdiff_t stride) { return count * stride <= 2048; }

for_wider_registers void multiply_matrices(
    matrix_view a, matrix_view b, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, double *out, matrix_addend addend, double *workspace) {
  ptrdiff_t tiled = rows / tile_rows * tile_rows;
  // Packing a panel of b pays only if several tiles use it.
  if (tiled < 2 * tile_rows) tiled = 0;
  _Bool turns = columns < tile_columns / 2 && (a.row_stride == 1 || (a.column_stride == 1 && b.row_stride == 1));
  if (tiled && turns) return column_by_column(a, b, rows, inner, columns, out, addend);
  if (tiled) {
    double own[small_workspace];
    double *panel = workspace ? workspace : own, *packed = panel + tile_columns * inner;
    // Numbers that are close together in memory are used in place, without packing.
    _Bool packs_rows = !is_near(inner, a.column_stride), packs_columns = b.column_stride != 1 || !is_near(inner, b.row_stride);
    if (packs_rows) pack_rows(a, tiled, inner, packed);
    ptrdiff_t row_distance = packs_rows ? 1 : a.row_stride, next = packs_rows ? tile_rows : a.column_stride;
    for (ptrdiff_t column = 0; column < columns; column += tile_columns) {
      ptrdiff_t count = columns - column < tile_columns ? columns - column : tile_columns;
      _Bool packs = packs_columns || count < tile_columns;
      if (packs && count == tile_columns) pack_columns(b, column, tile_columns, inner, panel);
      else if (packs) pack_columns(b, column, count, inner, panel);
      const double *right = packs ? panel : b.start + column;
      ptrdiff_t right_next = packs ? tile_columns : b.row_stride;
      for (ptrdiff_t row = 0; row < tiled; row += tile_rows) {
        const double *left = packs_rows ? packed + row * inner : a.start + row * a.row_stride;
        double *place = out + row * columns + column;
        const double *added = place_in(addend, row, column);
        if (count == tile_columns) tile(left, row_distance, next, right, right_next, inner, place, columns, added, addend.row_stride);
        else edge_tile(left, row_distance, next, right, inner, count, place, columns, added, addend.row_stride);
      }
    }
  }
  row_by_row(a, b, tiled, rows, inner, columns, out, addend);
}
