#include "MatrixKernels.h"
#include "WiderRegisters.h"

// Four neighbouring numbers, at any address.
typedef double lane __attribute__((vector_size(32), aligned(8), may_alias));
// The same in registers.
typedef double sum __attribute__((vector_size(32)));

inlined void store(double *out, sum value, _Bool adds) { *(lane *)out = adds ? *(lane *)out + value : value; }

// 4 by 8 entries: four rows of a, each `row` from the next, by eight columns of b that lie side by side.
inlined void tile(
    const double *a, ptrdiff_t row, ptrdiff_t next, const double *b, ptrdiff_t b_next, ptrdiff_t inner, double *out, ptrdiff_t columns, _Bool adds) {
  sum s00 = {0}, s01 = {0}, s10 = {0}, s11 = {0}, s20 = {0}, s21 = {0}, s30 = {0}, s31 = {0};
  for (ptrdiff_t k = 0; k < inner; k++, a += next, b += b_next) {
    sum b0 = *(const lane *)b, b1 = *(const lane *)(b + 4);
    s00 += a[0] * b0;
    s01 += a[0] * b1;
    s10 += a[row] * b0;
    s11 += a[row] * b1;
    s20 += a[2 * row] * b0;
    s21 += a[2 * row] * b1;
    s30 += a[3 * row] * b0;
    s31 += a[3 * row] * b1;
  }
  store(out, s00, adds), store(out + 4, s01, adds), out += columns;
  store(out, s10, adds), store(out + 4, s11, adds), out += columns;
  store(out, s20, adds), store(out + 4, s21, adds), out += columns;
  store(out, s30, adds), store(out + 4, s31, adds);
}

// One row of a by all columns of a row-major b.
inlined void row_by_rows(const double *a, ptrdiff_t stride, const double *b, ptrdiff_t b_stride, ptrdiff_t inner, ptrdiff_t wide, double *out, _Bool adds) {
  ptrdiff_t column = 0;
  for (; column + 16 <= wide; column += 16) {
    sum s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (ptrdiff_t k = 0; k < inner; k++) {
      double factor = a[k * stride];
      const lane *row = (const lane *)(b + k * b_stride + column);
      s0 += factor * row[0];
      s1 += factor * row[1];
      s2 += factor * row[2];
      s3 += factor * row[3];
    }
    store(out + column, s0, adds), store(out + column + 4, s1, adds);
    store(out + column + 8, s2, adds), store(out + column + 12, s3, adds);
  }
  for (; column < wide; column += 4) {
    sum s = {0};
    for (ptrdiff_t k = 0; k < inner; k++) s += a[k * stride] * *(const lane *)(b + k * b_stride + column);
    store(out + column, s, adds);
  }
}

// s += x[0…3] by four columns that lie in memory as rows: turned in registers.
inlined sum add_turned(sum s, const double *x, const double *b, ptrdiff_t stride) {
  sum r0 = *(const lane *)b, r1 = *(const lane *)(b + stride), r2 = *(const lane *)(b + 2 * stride), r3 = *(const lane *)(b + 3 * stride);
  sum low01 = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), high01 = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
  sum low23 = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), high23 = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
  s += x[0] * __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
  s += x[1] * __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
  s += x[2] * __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
  s += x[3] * __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
  return s;
}

inlined sum add_column_by_column(sum s, double x, const double *b, ptrdiff_t stride) {
  return s + x * (sum){b[0], b[stride], b[2 * stride], b[3 * stride]};
}

// One row of a by columns that each lie together in memory, as in a·bᵀ.
inlined void row_by_columns(const double *a, const double *b, ptrdiff_t stride, ptrdiff_t inner, ptrdiff_t wide, double *out, _Bool adds) {
  ptrdiff_t column = 0, whole = inner / 4 * 4;
  for (; column + 16 <= wide; column += 16) {
    const double *start = b + column * stride;
    sum s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
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
    store(out + column, s0, adds), store(out + column + 4, s1, adds);
    store(out + column + 8, s2, adds), store(out + column + 12, s3, adds);
  }
  for (; column < wide; column += 4) {
    sum s = {0};
    for (ptrdiff_t k = 0; k < whole; k += 4) s = add_turned(s, a + k, b + column * stride + k, stride);
    for (ptrdiff_t k = whole; k < inner; k++) s = add_column_by_column(s, a[k], b + column * stride + k, stride);
    store(out + column, s, adds);
  }
}

inlined void entry_by_entry(
    matrix_view a, matrix_view b, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t first, ptrdiff_t columns, double *out, _Bool adds) {
  for (ptrdiff_t row = first_row; row < rows; row++)
    for (ptrdiff_t column = first; column < columns; column++) {
      double s = 0;
      for (ptrdiff_t k = 0; k < inner; k++)
        s += a.start[row * a.row_stride + k * a.column_stride] * b.start[k * b.row_stride + column * b.column_stride];
      double *place = out + row * columns + column;
      *place = adds ? *place + s : s;
    }
}

// a's rows four by four: for each inner index the four entries side by side.
inlined void pack_rows(matrix_view a, ptrdiff_t rows, ptrdiff_t inner, double *packed) {
  for (ptrdiff_t row = 0; row < rows; row += tile_rows)
    for (ptrdiff_t k = 0; k < inner; k++)
      for (ptrdiff_t i = 0; i < tile_rows; i++) *packed++ = a.start[(row + i) * a.row_stride + k * a.column_stride];
}

// Up to eight columns of b: for each inner index eight entries side by side, zeros for columns that there are not.
inlined void pack_columns(matrix_view b, ptrdiff_t first, ptrdiff_t count, ptrdiff_t inner, double *packed) {
  const double *start = b.start + first * b.column_stride;
  for (ptrdiff_t k = 0; k < inner; k++, start += b.row_stride, packed += tile_columns) {
    for (ptrdiff_t i = 0; i < count; i++) packed[i] = start[i * b.column_stride];
    for (ptrdiff_t i = count; i < tile_columns; i++) packed[i] = 0;
  }
}

// A tile at the right edge, of which only the first columns are there.
inlined void edge_tile(
    const double *a, ptrdiff_t row, ptrdiff_t next, const double *b, ptrdiff_t inner, ptrdiff_t count, double *out, ptrdiff_t columns, _Bool adds) {
  double whole[tile_rows * tile_columns];
  tile(a, row, next, b, tile_columns, inner, whole, tile_columns, 0);
  for (ptrdiff_t r = 0; r < tile_rows; r++)
    for (ptrdiff_t i = 0; i < count; i++) {
      double s = whole[r * tile_columns + i], *place = out + r * columns + i;
      *place = adds ? *place + s : s;
    }
}

// Whether numbers at these distances stay in the nearest cache while they are used again and again.
inlined _Bool is_near(ptrdiff_t count, ptrdiff_t stride) { return count * stride <= 2048; }

for_wider_registers void multiply_matrices(
    matrix_view a, matrix_view b, ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, double *out, _Bool adds, double *workspace) {
  ptrdiff_t tiled = rows / tile_rows * tile_rows;
  // Tiles pay where a panel serves several of them, and do not where there is little to sum.
  if (tiled < 2 * tile_rows || inner < 4) tiled = 0;
  if (tiled) {
    double own[small_workspace];
    double *panel = workspace ? workspace : own, *packed = panel + tile_columns * inner;
    // What lies near is used where it lies.
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
        if (count == tile_columns) tile(left, row_distance, next, right, right_next, inner, place, columns, adds);
        else edge_tile(left, row_distance, next, right, inner, count, place, columns, adds);
      }
    }
  }
  ptrdiff_t wide = columns / 4 * 4;
  for (ptrdiff_t row = tiled; row < rows; row++) {
    const double *start = a.start + row * a.row_stride;
    if (b.column_stride == 1)
      row_by_rows(start, a.column_stride, b.start, b.row_stride, inner, wide, out + row * columns, adds);
    else if (a.column_stride == 1 && b.row_stride == 1)
      row_by_columns(start, b.start, b.column_stride, inner, wide, out + row * columns, adds);
    else
      entry_by_entry(a, b, row, row + 1, inner, 0, columns, out, adds);
  }
  if ((b.column_stride == 1 || (a.column_stride == 1 && b.row_stride == 1)) && wide < columns)
    entry_by_entry(a, b, tiled, rows, inner, wide, columns, out, adds);
}
