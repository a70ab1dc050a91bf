#include "PointwiseKernels.h"
#include "WiderRegisters.h"

typedef double numbers __attribute__((vector_size(64)));
typedef double stored __attribute__((vector_size(64), aligned(8), may_alias));
typedef long long bits __attribute__((vector_size(64)));

enum { lanes = sizeof(numbers) / sizeof(double) };

inlined numbers all(double x) { return (numbers){x, x, x, x, x, x, x, x}; }
inlined numbers choose(bits condition, numbers yes, numbers no) { return (numbers)((condition & (bits)yes) | (~condition & (bits)no)); }
inlined numbers magnitude(numbers x) { return (numbers)((bits)x & 0x7FFFFFFFFFFFFFFF); }

// Added to a number below 2⁵¹ in magnitude, rounds it to an integer, which is then in the last bits of the sum.
static const double rounder = 0x1.8p52;

inlined numbers nearest_integer(numbers x) { return (x + rounder) - rounder; }

// 2ⁿ for whole n from −1022 to 1023.
inlined numbers power_of_two(numbers n) { return (numbers)(((bits)(n + rounder) << 52) + (1023LL << 52)); }

// eˣ = 2ⁿ·eʳ with |r| ≤ ln 2/2, by the Taylor polynomial of eʳ up to r¹³: the next term is below 10⁻¹⁷.
// - is_moderate: whether every |x| is below 700.
inlined numbers exponential(numbers x, _Bool is_moderate) {
  if (!is_moderate) x = choose(x < -746.0, all(-746), choose(x > 710.0, all(710), x));
  numbers n = nearest_integer(x * 0x1.71547652b82fep+0);
  // ln 2 in two parts, so that n times the first is exact.
  numbers r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  numbers rest = all(1 / 6227020800.0);
  rest = rest * r + 1 / 479001600.0;
  rest = rest * r + 1 / 39916800.0;
  rest = rest * r + 1 / 3628800.0;
  rest = rest * r + 1 / 362880.0;
  rest = rest * r + 1 / 40320.0;
  rest = rest * r + 1 / 5040.0;
  rest = rest * r + 1 / 720.0;
  rest = rest * r + 1 / 120.0;
  rest = rest * r + 1 / 24.0;
  rest = rest * r + 1 / 6.0;
  rest = rest * r + 0.5;
  numbers power = 1 + (r + r * r * rest);
  if (is_moderate) return power * power_of_two(n);
  // In two steps, since 2ⁿ alone may overflow or underflow.
  numbers half = nearest_integer(n * 0.5);
  return power * power_of_two(half) * power_of_two(n - half);
}

inlined numbers logistic(numbers x) {
  numbers size = magnitude(x);
  numbers e = __builtin_reduce_and(size < 700.0) ? exponential(-size, 1) : exponential(-size, 0);
  return choose(x < 0.0, e, all(1)) / (1 + e);
}

// For |x| below 0.625 the rational approximation of Cody and Waite (Software Manual for the Elementary Functions, 1980; coefficients of
// Cephes), above it 1 − 2/(e²ˣ + 1).
inlined numbers hyperbolic_tangent(numbers x) {
  numbers size = magnitude(x);
  size = choose(size > 22.0, all(22), size);
  numbers square = size * size;
  numbers above = ((-9.64399179425052238628e-1 * square - 9.92877231001918586564e1) * square - 1.61468768441708447952e3) * square;
  numbers below = ((square + 1.12811678491632931402e2) * square + 2.23548839060100448583e3) * square + 4.84406305325125486048e3;
  bits small = size < 0.625;
  numbers part = choose(small, above, all(-2)) / choose(small, below, exponential(2 * size, 1) + 1);
  numbers result = choose(small, size + size * part, 1 + part);
  return (numbers)((bits)result | ((bits)x & ~0x7FFFFFFFFFFFFFFF));
}

// y·(1 − y), with σ(−x) in place of 1 − y where the difference has lost digits.
inlined numbers logistic_slope(numbers x, numbers y) {
  numbers rest = 1 - y;
  bits is_saturated = y > saturated_logistic;
  if (__builtin_reduce_or(is_saturated)) rest = choose(is_saturated, logistic(-x), rest);
  return y * rest;
}

// 1 − y², or 1/cosh² x = (2e⁻ˣ/(1 + e⁻²ˣ))² where the difference has lost digits. From x = 373 it is below the smallest double.
inlined numbers hyperbolic_tangent_slope(numbers x, numbers y) {
  numbers slope = 1 - y * y;
  numbers size = magnitude(x);
  bits is_saturated = magnitude(y) > saturated_hyperbolic_tangent;
  if (!__builtin_reduce_or(is_saturated)) return slope;
  numbers e = exponential(-choose(size < 400.0, size, all(400)), 1);
  numbers root = 2 * e / (1 + e * e);
  return choose(is_saturated, root * root, slope);
}

// ln|x| = k·ln 2 + ln(1 + f) with 1 + f from √½ to √2, by a Remez polynomial in (f/(2 + f))² (that of fdlibm's log, Sun 1993).
inlined numbers logarithm(numbers x) {
  numbers size = magnitude(x);
  bits is_denormal = size < 0x1p-1022;
  bits scaled = (bits)choose(is_denormal, size * 0x1p54, size);
  bits power = (scaled + (0x3FF0000000000000 - 0x3FE6A09E667F3BCD)) >> 52;
  numbers k = (numbers)(power + (bits)all(rounder)) - rounder - choose(is_denormal, all(1023 + 54), all(1023));
  numbers f = (numbers)(scaled - ((power - 1023) << 52)) - 1;
  numbers s = f / (2 + f);
  numbers square = s * s;
  numbers rest = all(1.479819860511658591e-01);
  rest = rest * square + 1.531383769920937332e-01;
  rest = rest * square + 1.818357216161805012e-01;
  rest = rest * square + 2.222219843214978396e-01;
  rest = rest * square + 2.857142874366239149e-01;
  rest = rest * square + 3.999999999940941908e-01;
  rest = rest * square + 6.666666666666735130e-01;
  rest = rest * square;
  numbers half = 0.5 * f * f;
  // ln 2 in two parts, so that k times the first is exact.
  numbers result = k * 6.93147180369123816490e-01 - ((half - (s * (half + rest) + k * 1.90821492927058770002e-10)) - f);
  result = choose(size < __builtin_inf(), result, size);
  return choose(size == 0.0, all(-__builtin_inf()), result);
}

// Applies a vector function to an array, a vector at a time; the last vector is filled up with zeros.
#define for_each(function, argument)                                                      \
  ptrdiff_t i = 0;                                                                        \
  for (; i + lanes <= count; i += lanes) {                                                \
    numbers x_i = *(const stored *)(x + i);                                               \
    *(stored *)(y + i) = function(argument);                                              \
  }                                                                                       \
  if (i < count) {                                                                        \
    numbers x_i = {0};                                                                    \
    for (ptrdiff_t lane = 0; lane < count - i; lane++) x_i[lane] = x[i + lane];           \
    numbers y_i = function(argument);                                                     \
    for (ptrdiff_t lane = 0; lane < count - i; lane++) y[i + lane] = y_i[lane];           \
  }

inlined void logistic_of_all(const double *x, double factor, double *y, ptrdiff_t count) { for_each(logistic, factor * x_i) }
inlined void hyperbolic_tangent_of_all(const double *x, double *y, ptrdiff_t count) { for_each(hyperbolic_tangent, x_i) }
inlined void logarithm_of_all(const double *x, double *y, ptrdiff_t count) { for_each(logarithm, x_i) }

for_wider_registers void logistic_of_each(const double *x, double factor, double *y, ptrdiff_t count) { logistic_of_all(x, factor, y, count); }
for_wider_registers void hyperbolic_tangent_of_each(const double *x, double *y, ptrdiff_t count) { hyperbolic_tangent_of_all(x, y, count); }
for_wider_registers void logarithm_of_each(const double *x, double *y, ptrdiff_t count) { logarithm_of_all(x, y, count); }

inlined double one_logistic(double x) { return logistic(all(x))[0]; }
inlined double one_hyperbolic_tangent(double x) { return hyperbolic_tangent(all(x))[0]; }
inlined double one_logarithm(double x) { return logarithm(all(x))[0]; }

for_wider_registers double logistic_of(double x) { return one_logistic(x); }
for_wider_registers double hyperbolic_tangent_of(double x) { return one_hyperbolic_tangent(x); }
for_wider_registers double logarithm_of(double x) { return one_logarithm(x); }

inlined double one_logistic_slope(double x, double y) { return logistic_slope(all(x), all(y))[0]; }
inlined double one_hyperbolic_tangent_slope(double x, double y) { return hyperbolic_tangent_slope(all(x), all(y))[0]; }

for_wider_registers double logistic_slope_of(double x, double y) { return one_logistic_slope(x, y); }
for_wider_registers double hyperbolic_tangent_slope_of(double x, double y) { return one_hyperbolic_tangent_slope(x, y); }

for_wider_registers void rectify_each(const double *restrict x, double *restrict y, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] = x[i] > 0 || x[i] != x[i] ? x[i] : 0;
}

inlined void divide_all_by_roots(double *restrict x, const double *restrict squares, double share, double epsilon, ptrdiff_t count) {
  ptrdiff_t i = 0;
  for (; i + lanes <= count; i += lanes)
    *(stored *)(x + i) = *(stored *)(x + i) / (__builtin_elementwise_sqrt(*(const stored *)(squares + i) / share) + epsilon);
  for (; i < count; i++) x[i] = x[i] / (__builtin_elementwise_sqrt(squares[i] / share) + epsilon);
}

for_wider_registers void divide_by_roots(
    double *restrict x, const double *restrict squares, double share, double epsilon, ptrdiff_t count) {
  divide_all_by_roots(x, squares, share, epsilon, count);
}

#define pull_back(slope)                                                          \
  if (adds)                                                                       \
    for (ptrdiff_t i = 0; i < count; i++) gradient[i] += upstream[i] * (slope);  \
  else                                                                            \
    for (ptrdiff_t i = 0; i < count; i++) gradient[i] = upstream[i] * (slope);

for_wider_registers void pull_back_relu(
    const double *restrict upstream, const double *restrict x, double *restrict gradient, _Bool adds, ptrdiff_t count) {
  pull_back(x[i] > 0 ? 1 : x[i] != x[i] ? x[i] : 0)
}

// gradient (+)= upstream·slope(x, y), a vector at a time; the last vector is filled up with zeros.
#define pull_back_several(slope)                                                                   \
  ptrdiff_t i = 0;                                                                                 \
  for (; i + lanes <= count; i += lanes) {                                                         \
    numbers share = *(const stored *)(upstream + i) *                                              \
                    slope(*(const stored *)(x + i), *(const stored *)(y + i));                     \
    *(stored *)(gradient + i) = adds ? *(const stored *)(gradient + i) + share : share;            \
  }                                                                                                \
  if (i < count) {                                                                                 \
    numbers x_i = {0}, y_i = {0};                                                                  \
    for (ptrdiff_t lane = 0; lane < count - i; lane++) x_i[lane] = x[i + lane], y_i[lane] = y[i + lane]; \
    numbers slope_i = slope(x_i, y_i);                                                             \
    for (ptrdiff_t lane = 0; lane < count - i; lane++) {                                           \
      double share = upstream[i + lane] * slope_i[lane];                                           \
      gradient[i + lane] = adds ? gradient[i + lane] + share : share;                              \
    }                                                                                              \
  }

inlined void pull_back_all_logistic(
    const double *upstream, const double *x, const double *y, double *gradient, _Bool adds, ptrdiff_t count) {
  pull_back_several(logistic_slope)
}

inlined void pull_back_all_hyperbolic_tangent(
    const double *upstream, const double *x, const double *y, double *gradient, _Bool adds, ptrdiff_t count) {
  pull_back_several(hyperbolic_tangent_slope)
}

for_wider_registers void pull_back_logistic(
    const double *upstream, const double *x, const double *y, double *gradient, _Bool adds, ptrdiff_t count) {
  pull_back_all_logistic(upstream, x, y, gradient, adds, count);
}

for_wider_registers void pull_back_hyperbolic_tangent(
    const double *upstream, const double *x, const double *y, double *gradient, _Bool adds, ptrdiff_t count) {
  pull_back_all_hyperbolic_tangent(upstream, x, y, gradient, adds, count);
}
