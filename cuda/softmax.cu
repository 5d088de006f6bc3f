// Softmax and softmax cross-entropy of labels, with label smoothing, and of targets, a warp a row.
//
//   softmax          y_k = e^(x_k - max) / Σ_j e^(x_j - max)          dx = y (dy - Σ_k y_k dy_k)
//   cross_entropy    loss = Σ_k t_k (log Σ_j e^(x_j - max) - (x_k - max)),  t_k = (1 - s) [k = label] + s / classes
//                    dx_k = (softmax(x)_k - t_k) / valid_rows
//   soft_cross_entropy  loss = Σ_k t_k (log Σ_j e^(x_j - max) - (x_k - max)) of given t, at least 0
//                    dx_k = (softmax(x)_k Σ_j t_j - t_k) / valid_rows
//   mean_loss        loss[0] = Σ losses / valid_rows
//
// Shapes: x, y, dx (rows, classes); labels (rows) fp32 class indices; targets (rows, classes) fp32; losses (rows) fp32. Rows from
// valid_rows on are padding of the batch: their loss and gradient are zero.
// Launch: blocks of 256, a warp takes a row and more rows by stride; mean_loss: one block. Lane l adds the
// classes l, l + 32, ...; the lanes meet in a butterfly, so the order is fixed.
// Bytes: one read of x (its second and third reading hit L1), one write of y or dx.
#include "common.cuh"

__device__ inline int lane() { return threadIdx.x % WARP; }

__device__ inline float at(const Storage* p, i64 i) { return load<1>(p + i).v[0]; }

__device__ inline void put(Storage* p, i64 i, float value) { store<1>(p + i, Pack<1>{{value}}); }

// body(row) with all 32 lanes of a warp together.
template <class Body>
__device__ inline void each_row(i64 rows, Body body) {
  for (i64 row = global_thread() / WARP; row < rows; row += global_threads() / WARP) body(row);
}

struct Exponentials {
  float max, sum;
};

__device__ inline Exponentials exponentials(const Storage* x, int classes) {
  float max = __int_as_float(0xff800000), sum = 0.0f;
  for (int k = lane(); k < classes; k += WARP) max = fmaxf(max, at(x, k));
  max = warp_max(max);
  for (int k = lane(); k < classes; k += WARP) sum += expf(at(x, k) - max);
  return Exponentials{max, warp_sum(sum)};
}

KERNEL(softmax_forward)(const Storage* x, Storage* y, i64 rows, int classes) {
  each_row(rows, [&](i64 row) {
    const Storage* from = x + row * classes;
    Exponentials e = exponentials(from, classes);
    for (int k = lane(); k < classes; k += WARP) put(y, row * classes + k, expf(at(from, k) - e.max) / e.sum);
  });
}

KERNEL(softmax_backward)(const Storage* y, const Storage* dy, Storage* dx, i64 rows, int classes) {
  each_row(rows, [&](i64 row) {
    i64 first = row * classes;
    float dot = 0.0f;
    for (int k = lane(); k < classes; k += WARP) dot += at(y, first + k) * at(dy, first + k);
    dot = warp_sum(dot);
    for (int k = lane(); k < classes; k += WARP)
      put(dx, first + k, at(y, first + k) * (at(dy, first + k) - dot));
  });
}

__device__ inline float target(int k, int label, int classes, float smoothing) {
  return (k == label ? 1.0f - smoothing : 0.0f) + smoothing / (float)classes;
}

KERNEL(cross_entropy_forward)
(const Storage* x, const float* labels, float* losses, i64 rows, i64 valid_rows, int classes,
 float smoothing) {
  each_row(rows, [&](i64 row) {
    float loss = 0.0f;
    if (row < valid_rows) {
      const Storage* from = x + row * classes;
      Exponentials e = exponentials(from, classes);
      float log_sum = logf(e.sum);
      int label = (int)labels[row];
      for (int k = lane(); k < classes; k += WARP) {
        float t = target(k, label, classes, smoothing);
        if (t != 0.0f) loss += t * (log_sum - (at(from, k) - e.max));
      }
      loss = warp_sum(loss);
    }
    if (lane() == 0) losses[row] = loss;
  });
}

KERNEL(cross_entropy_backward)
(const Storage* x, const float* labels, Storage* dx, i64 rows, i64 valid_rows, int classes,
 float smoothing) {
  each_row(rows, [&](i64 row) {
    i64 first = row * classes;
    if (row < valid_rows) {
      Exponentials e = exponentials(x + first, classes);
      int label = (int)labels[row];
      for (int k = lane(); k < classes; k += WARP) {
        float p = expf(at(x, first + k) - e.max) / e.sum;
        put(dx, first + k, (p - target(k, label, classes, smoothing)) / (float)valid_rows);
      }
    } else {
      for (int k = lane(); k < classes; k += WARP) put(dx, first + k, 0.0f);
    }
  });
}

KERNEL(soft_cross_entropy_forward)
(const Storage* x, const float* targets, float* losses, i64 rows, i64 valid_rows, int classes) {
  each_row(rows, [&](i64 row) {
    float loss = 0.0f;
    if (row < valid_rows) {
      const Storage* from = x + row * classes;
      Exponentials e = exponentials(from, classes);
      float log_sum = logf(e.sum);
      for (int k = lane(); k < classes; k += WARP) {
        float t = targets[row * classes + k];
        if (t != 0.0f) loss += t * (log_sum - (at(from, k) - e.max));
      }
      loss = warp_sum(loss);
    }
    if (lane() == 0) losses[row] = loss;
  });
}

KERNEL(soft_cross_entropy_backward)
(const Storage* x, const float* targets, Storage* dx, i64 rows, i64 valid_rows, int classes) {
  each_row(rows, [&](i64 row) {
    i64 first = row * classes;
    if (row < valid_rows) {
      Exponentials e = exponentials(x + first, classes);
      float sum = 0.0f;
      for (int k = lane(); k < classes; k += WARP) sum += targets[first + k];
      sum = warp_sum(sum);
      for (int k = lane(); k < classes; k += WARP) {
        float p = expf(at(x, first + k) - e.max) / e.sum;
        put(dx, first + k, (p * sum - targets[first + k]) / (float)valid_rows);
      }
    } else {
      for (int k = lane(); k < classes; k += WARP) put(dx, first + k, 0.0f);
    }
  });
}

#ifndef BF16
SINGLE_KERNEL(mean_loss_f32)(const float* losses, float* loss, i64 rows, i64 valid_rows) {
  float sum = 0.0f;
  for (i64 i = threadIdx.x; i < rows; i += BLOCK) sum += losses[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) loss[0] = sum / (float)valid_rows;
}
#endif
