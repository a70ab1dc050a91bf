// Forward and backward pass of a multilayer perceptron with 8 layers of 64 ReLU units, written by hand: it keeps all activations and gradients,
// but has no graph.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { layers = 8, units = 64, passes = 400 };

static double weight[layers][units][units], bias[layers][units];
static double weight_gradient[layers][units][units], bias_gradient[layers][units];

static double uniform(void) { return rand() / (double)RAND_MAX - 0.5; }

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static int ascending(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }

int main(int count, char **arguments) {
  int batch = count > 1 ? atoi(arguments[1]) : 1;
  // activation[0] is the input; gradient[l] belongs to activation[l].
  double(*activation)[batch][units] = calloc(layers + 1, sizeof *activation);
  double(*gradient)[batch][units] = calloc(layers + 1, sizeof *gradient);
  double(*sum_gradient)[batch][units] = calloc(layers, sizeof *sum_gradient);
  double times[passes], sink = 0;
  for (int i = 0; i < layers * units * units; i++) ((double *)weight)[i] = 0.4 * uniform();
  for (int i = 0; i < batch * units; i++) ((double *)activation)[i] = uniform();
  for (int pass = 0; pass < passes; pass++) {
    double start = seconds();
    for (int l = 0; l < layers; l++)
      for (int s = 0; s < batch; s++)
        for (int o = 0; o < units; o++) {
          double z = bias[l][o];
          for (int i = 0; i < units; i++) z += weight[l][o][i] * activation[l][s][i];
          activation[l + 1][s][o] = z > 0 ? z : 0;
        }
    memset(weight_gradient, 0, sizeof weight_gradient);
    memset(bias_gradient, 0, sizeof bias_gradient);
    memset(gradient, 0, layers * sizeof *gradient);
    for (int s = 0; s < batch; s++)
      for (int o = 0; o < units; o++) gradient[layers][s][o] = (activation[layers][s][o] - 0.5) / batch;
    for (int l = layers - 1; l >= 0; l--)
      for (int s = 0; s < batch; s++)
        for (int o = 0; o < units; o++) {
          double d = activation[l + 1][s][o] > 0 ? gradient[l + 1][s][o] : 0;
          sum_gradient[l][s][o] = d;
          bias_gradient[l][o] += d;
          for (int i = 0; i < units; i++) {
            weight_gradient[l][o][i] += d * activation[l][s][i];
            gradient[l][s][i] += d * weight[l][o][i];
          }
        }
    sink += weight_gradient[0][1][1] + sum_gradient[0][0][0];
    times[pass] = seconds() - start;
  }
  qsort(times, passes, sizeof *times, ascending);
  // A product: one local derivative times one upstream gradient.
  double products = (double)batch * layers * (2 * units * units + units);
  printf("%.1f\n", products / times[passes / 2] / 1e6);
  return sink != sink;
}
