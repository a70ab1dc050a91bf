#ifndef GROUP_KERNELS_H
#define GROUP_KERNELS_H

#include <stddef.h>

/// The shape [outer, groups, inner] of an array; entries with the same middle index form a group and share a mean and a variance.
///
/// Every sum over a group adds its entries from the first to the last and rounds after each product and each sum, on every machine.
typedef struct {
  ptrdiff_t outer, groups, inner;
} grouped_entries;

/// sums[g] = Σ x
void sum_over_groups(grouped_entries entries, const double *x, double *sums);

/// sums[g] = Σ a·b
void sum_products_over_groups(grouped_entries entries, const double *a, const double *b, double *sums);

/// sums[g] = Σ (x − means[g])
void sum_distances_over_groups(grouped_entries entries, const double *x, const double *means, double *sums);

/// sums[g] = Σ (x − means[g])²
void sum_squares_over_groups(grouped_entries entries, const double *x, const double *means, double *sums);

/// sums[g] = Σ a·(x − means[g])
void sum_moments_over_groups(grouped_entries entries, const double *a, const double *x, const double *means, double *sums);

/// y = (x − means[g])/spreads[g]
void normalize_groups(grouped_entries entries, const double *x, const double *means, const double *spreads, double *y);

/// y = x·scales[g] + shifts[g]
void scale_and_shift_groups(grouped_entries entries, const double *x, const double *scales, const double *shifts, double *y);

/// y (+)= values[g]; adds where `adds`, else sets.
void spread_over_groups(grouped_entries entries, const double *values, double *y, _Bool adds);

/// y (+)= x·scales[g]
void scale_groups(grouped_entries entries, const double *x, const double *scales, double *y, _Bool adds);

/// y (+)= scales[g]·(x − means[g])
void scale_distances_in_groups(grouped_entries entries, const double *x, const double *means, const double *scales, double *y, _Bool adds);

#endif
