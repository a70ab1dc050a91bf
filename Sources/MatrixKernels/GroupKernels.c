#include "GroupKernels.h"
#include "WiderRegisters.h"

// Sixteen and eight neighbouring numbers, at any address. Sixteen fill two registers, whose additions do not wait for each other.
typedef double sixteen __attribute__((vector_size(128), aligned(8), may_alias));
typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));

// The macros below run `work` for every entry, in which of(x) is x at the entry, and of_group(m) is m for the entry's group.
#define of(x) (*(const entry *)((x) + place))
#define of_group(m) (*(const entry *)((m) + group))

// For inner = 1, where neighbouring numbers belong to different groups: takes `width` groups at a time, with `start` before their entries
// and `end` after them.
#define beside(type, width, start, work, end)                                                             \
  for (; group + (width) <= entries.groups; group += (width)) {                                           \
    typedef type entry;                                                                                   \
    start;                                                                                                \
    for (ptrdiff_t place = group; place < entries.outer * entries.groups; place += entries.groups) work;  \
    end;                                                                                                  \
  }

// For inner > 1, where neighbouring numbers belong to the same group: one entry at a time, so that sums keep their order.
#define along(start, work, end)                                                                           \
  for (; group < entries.groups; group++) {                                                               \
    typedef double entry;                                                                                 \
    start;                                                                                                \
    for (ptrdiff_t block = 0; block < entries.outer; block++) {                                           \
      ptrdiff_t place = (block * entries.groups + group) * entries.inner;                                 \
      for (ptrdiff_t last = place + entries.inner; place < last; place++) work;                           \
    }                                                                                                     \
    end;                                                                                                  \
  }

#define through_groups(start, work, end)  \
  ptrdiff_t group = 0;                    \
  if (entries.inner == 1) {               \
    beside(sixteen, 16, start, work, end) \
    beside(eight, 8, start, work, end)    \
    beside(double, 1, start, work, end)   \
  } else {                                \
    along(start, work, end)               \
  }

#define sums_of(term) through_groups(entry sum = {0}, sum += (term), *(entry *)(sums + group) = sum)
#define each_is(value) through_groups(, *(entry *)(y + place) = (value), )
#define each_has(value) if (adds) { each_is(of(y) + (value)) } else { each_is(value) }

for_wider_registers void sum_over_groups(grouped_entries entries, const double *restrict x, double *restrict sums) { sums_of(of(x)) }

for_wider_registers void sum_products_over_groups(
    grouped_entries entries, const double *restrict a, const double *restrict b, double *restrict sums) { sums_of(of(a) * of(b)) }

for_wider_registers void sum_distances_over_groups(
    grouped_entries entries, const double *restrict x, const double *restrict means, double *restrict sums) { sums_of(of(x) - of_group(means)) }

for_wider_registers void sum_squares_over_groups(
    grouped_entries entries, const double *restrict x, const double *restrict means, double *restrict sums) {
  sums_of((of(x) - of_group(means)) * (of(x) - of_group(means)))
}

for_wider_registers void sum_moments_over_groups(
    grouped_entries entries, const double *restrict a, const double *restrict x, const double *restrict means, double *restrict sums) {
  sums_of(of(a) * (of(x) - of_group(means)))
}

for_wider_registers void normalize_groups(
    grouped_entries entries, const double *restrict x, const double *restrict means, const double *restrict spreads, double *restrict y) {
  each_is((of(x) - of_group(means)) / of_group(spreads))
}

for_wider_registers void scale_and_shift_groups(
    grouped_entries entries, const double *restrict x, const double *restrict scales, const double *restrict shifts, double *restrict y) {
  each_is(of(x) * of_group(scales) + of_group(shifts))
}

for_wider_registers void spread_over_groups(grouped_entries entries, const double *restrict values, double *restrict y, _Bool adds) {
  each_has(of_group(values))
}

for_wider_registers void scale_groups(
    grouped_entries entries, const double *restrict x, const double *restrict scales, double *restrict y, _Bool adds) {
  each_has(of(x) * of_group(scales))
}

for_wider_registers void scale_distances_in_groups(
    grouped_entries entries, const double *restrict x, const double *restrict means, const double *restrict scales, double *restrict y, _Bool adds) {
  each_has(of_group(scales) * (of(x) - of_group(means)))
}
