#ifndef POINTWISE_KERNELS_H
#define POINTWISE_KERNELS_H

#include <stddef.h>

/// 1/(1 + e⁻ˣ) within 3 units in the last place. The same bits on every machine, which a system's own exp does not promise.
double logistic_of(double x);

/// tanh x within 2 units in the last place, the same bits on every machine.
double hyperbolic_tangent_of(double x);

/// y[i] = logistic_of(factor·x[i]), several at a time.
void logistic_of_each(const double *x, double factor, double *y, ptrdiff_t count);

/// y[i] = hyperbolic_tangent_of(x[i]), several at a time.
void hyperbolic_tangent_of_each(const double *x, double *y, ptrdiff_t count);

/// ln|x| within a unit in the last place, −∞ of 0, the same bits on every machine.
double logarithm_of(double x);

/// y[i] = logarithm_of(x[i]), several at a time. y may be x.
void logarithm_of_each(const double *x, double *y, ptrdiff_t count);

/// y[i] = max(x[i], 0); NaN where x[i] is.
void rectify_each(const double *x, double *y, ptrdiff_t count);

/// x[i] = x[i]/(√(squares[i]/share) + epsilon).
void divide_by_roots(double *x, const double *squares, double share, double epsilon, ptrdiff_t count);

/// gradient[i] (+)= upstream[i]·relu′(x[i]), with relu′(0) = 0 and relu′(NaN) = NaN; adds where `adds`, else sets.
void pull_back_relu(const double *upstream, const double *x, double *gradient, _Bool adds, ptrdiff_t count);

/// gradient[i] (+)= upstream[i]·(y[i]·(1 − y[i])), y a logistic function's values.
void pull_back_logistic(const double *upstream, const double *y, double *gradient, _Bool adds, ptrdiff_t count);

/// gradient[i] (+)= upstream[i]·(1 − y[i]·y[i]), y a hyperbolic tangent's values.
void pull_back_hyperbolic_tangent(const double *upstream, const double *y, double *gradient, _Bool adds, ptrdiff_t count);

#endif
