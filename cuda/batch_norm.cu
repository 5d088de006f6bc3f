// Batch normalisation over NHWC rows (Ioffe and Szegedy 2015), training and inference.
//
// Training, per channel c over N = rows values:
//   mean = Σ x / N,  var = Σ (x - mean)² / N,  scale = gamma / sqrt(var + epsilon)
//   y = (x - mean) · scale + beta  [+ residual] [ReLU]
//   running += momentum · (batch - running), the running variance from var · N / (N - 1)
// Inference:
//   y = x · scale + shift  [+ residual] [ReLU]
// Backward, with g = dy · [y > 0] where ReLU was fused, else dy:
//   dbeta = Σ g,  dgamma = Σ g (x - mean) / sqrt(var + epsilon)
//   dx = scale · (g - dbeta / N) - (x - mean) · scale · dgamma / (N · sqrt(var + epsilon))
//   dresidual = g
//
// Shapes: x, y, residual, dy, dx, dresidual (rows, channels); everything per channel fp32 (channels).
// Statistics take two passes in a fixed order (columns.cuh). A chunk of rows is summed as differences
// from its own first row k: with d = x - k, mean = k + Σ d / n and M2 = Σ d² - (Σ d)² / n. As k is one
// of the n values, (k - mean)² ≤ M2, so the cancellation costs at most a factor n of the rounding unit,
// whatever the mean is. Chunks are merged by Chan, Golub and LeVeque (1983), equation 2.1.
// Backward's first pass sums g and g (x - mean); its finish turns them into dgamma, dbeta and the three
// coefficients (3, channels) of dx = g · k0 - k1 - (x - mean) · k2.
// Launch: *_statistics and *_reduce as columns.cuh says; finish, blocks of 256, a warp a channel;
// the rest blocks of 256, any number. y may be x or residual; dx may be dy or x.
// Bytes: statistics one read of x; normalise one read of x (and residual), one write; reduce one read of
// x and dy (and y); dx one read of x and dy (and y), one write (two with dresidual).
#include "activations.cuh"
#include "columns.cuh"

template <int W>
__device__ inline void statistics(const Storage* x, float* partials, i64 rows, int channels) {
  column_sums<W, 2>(
      rows, channels,
      [&](int c, Chunk chunk) { return load<W>(x + chunk.begin * channels + c); },
      [&](i64 r, int c, const Pack<W>& first, Pack<W>* sums) {
        Pack<W> a = load<W>(x + r * channels + c);
#pragma unroll
        for (int j = 0; j < W; j++) {
          float d = a.v[j] - first.v[j];
          sums[0].v[j] += d;
          sums[1].v[j] += d * d;
        }
      },
      [&](int c, Chunk chunk, const Pack<W>& first, Pack<W>* sums) {
        float n = fmaxf((float)(chunk.end - chunk.begin), 1.0f);
#pragma unroll
        for (int j = 0; j < W; j++) {
          float shift = sums[0].v[j] / n;
          sums[1].v[j] = relu(sums[1].v[j] - sums[0].v[j] * shift);
          sums[0].v[j] = first.v[j] + shift;
        }
        store_partials<W, 2>(partials, channels, c, sums);
      });
}

// partials[0] = the chunk's mean, partials[1] = its M2
KERNEL(batch_norm_statistics)(const Storage* x, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(x))
    statistics<LANES>(x, partials, rows, channels);
  else
    statistics<1>(x, partials, rows, channels);
}

#ifndef BF16
struct Moments {
  float n, mean, m2;
};

// Chan et al. 1983: the moments of two samples together.
__device__ inline Moments merge(Moments a, Moments b) {
  if (b.n == 0.0f) return a;
  if (a.n == 0.0f) return b;
  float n = a.n + b.n, d = b.mean - a.mean, share = b.n / n;
  return Moments{n, a.mean + d * share, a.m2 + b.m2 + d * d * a.n * share};
}

// What the lane that differs in bit d holds.
__device__ inline Moments from_lane(Moments own, int d) {
  return Moments{__shfl_xor_sync(0xffffffffu, own.n, d), __shfl_xor_sync(0xffffffffu, own.mean, d),
                 __shfl_xor_sync(0xffffffffu, own.m2, d)};
}

__device__ inline float chunk_rows(i64 rows, int chunks, int chunk) {
  i64 size = (rows + chunks - 1) / chunks;
  i64 begin = min(size * chunk, rows);
  return (float)(min(begin + size, rows) - begin);
}

SINGLE_KERNEL(batch_norm_statistics_finish_f32)
(const float* partials, const float* gamma, float* mean, float* var, float* scale, float* running_mean,
 float* running_var, i64 rows, int chunks, int channels, float epsilon, float momentum) {
  each_finished_channel(channels, [&](int c, int lane) {
    Moments all = {0.0f, 0.0f, 0.0f};
#pragma unroll 4
    for (int i = lane; i < chunks; i += WARP) {
      const float* p = partials + (i64)i * channels + c;
      all = merge(all, Moments{chunk_rows(rows, chunks, i), p[0], p[(i64)chunks * channels]});
    }
#pragma unroll
    for (int d = WARP / 2; d > 0; d /= 2) all = merge(all, from_lane(all, d));
    if (lane == 0) {
      float n = (float)rows, batch = all.m2 / n;
      mean[c] = all.mean;
      var[c] = batch;
      scale[c] = gamma[c] / sqrtf(batch + epsilon);
      running_mean[c] += momentum * (all.mean - running_mean[c]);
      running_var[c] += momentum * ((rows > 1 ? all.m2 / (n - 1.0f) : batch) - running_var[c]);
    }
  });
}
#endif

template <bool RESIDUAL, class A>
__device__ inline void normalize(const Storage* x, const float* mean, const float* scale,
                                 const float* beta, const Storage* residual, Storage* y, i64 rows,
                                 int channels) {
  bool aligned = aligned16(x, mean, scale, beta, y) && (!RESIDUAL || aligned16(residual));
  each_channel(rows * channels, channels, aligned, [&](auto width, i64 i, int c) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i), m = load<W>(mean + c), s = load<W>(scale + c), b = load<W>(beta + c), r;
    if constexpr (RESIDUAL) r = load<W>(residual + i);
#pragma unroll
    for (int j = 0; j < W; j++) {
      a.v[j] = (a.v[j] - m.v[j]) * s.v[j] + b.v[j];
      if constexpr (RESIDUAL) a.v[j] += r.v[j];
      a.v[j] = A()(a.v[j]);
    }
    store<W>(y + i, a);
  });
}

#define BATCH_NORM(suffix, A)                                                                               \
  KERNEL(batch_norm##suffix##_forward)                                                                      \
  (const Storage* x, const float* mean, const float* scale, const float* beta, Storage* y, i64 rows,        \
   int channels) {                                                                                          \
    normalize<false, A>(x, mean, scale, beta, nullptr, y, rows, channels);                                  \
  }                                                                                                         \
  KERNEL(batch_norm_residual##suffix##_forward)                                                             \
  (const Storage* x, const float* mean, const float* scale, const float* beta, const Storage* residual,     \
   Storage* y, i64 rows, int channels) {                                                                    \
    normalize<true, A>(x, mean, scale, beta, residual, y, rows, channels);                                  \
  }
FUSED_ACTIVATIONS(BATCH_NORM)

template <bool RESIDUAL, class A>
__device__ inline void scale_shift(const Storage* x, const float* scale, const float* shift,
                                   const Storage* residual, Storage* y, i64 rows, int channels) {
  bool aligned = aligned16(x, scale, shift, y) && (!RESIDUAL || aligned16(residual));
  each_channel(rows * channels, channels, aligned, [&](auto width, i64 i, int c) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i), s = load<W>(scale + c), b = load<W>(shift + c), r;
    if constexpr (RESIDUAL) r = load<W>(residual + i);
#pragma unroll
    for (int j = 0; j < W; j++) {
      a.v[j] = a.v[j] * s.v[j] + b.v[j];
      if constexpr (RESIDUAL) a.v[j] += r.v[j];
      a.v[j] = A()(a.v[j]);
    }
    store<W>(y + i, a);
  });
}

#define SCALE_SHIFT(suffix, A)                                                                              \
  KERNEL(scale_shift##suffix##_forward)                                                                     \
  (const Storage* x, const float* scale, const float* shift, Storage* y, i64 rows, int channels) {          \
    scale_shift<false, A>(x, scale, shift, nullptr, y, rows, channels);                                     \
  }                                                                                                         \
  KERNEL(scale_shift_residual##suffix##_forward)                                                            \
  (const Storage* x, const float* scale, const float* shift, const Storage* residual, Storage* y, i64 rows, \
   int channels) {                                                                                          \
    scale_shift<true, A>(x, scale, shift, residual, y, rows, channels);                                     \
  }
FUSED_ACTIVATIONS(SCALE_SHIFT)

template <int W, class A>
__device__ inline void gradient_sums(const Storage* x, const float* mean, const Storage* y,
                                     const Storage* dy, float* partials, i64 rows, int channels) {
  column_sums<W, 2>(
      rows, channels, [&](int c, Chunk) { return load<W>(mean + c); },
      [&](i64 r, int c, const Pack<W>& m, Pack<W>* sums) {
        i64 i = r * channels + c;
        Pack<W> a = load<W>(x + i), g = load<W>(dy + i), out;
        if constexpr (!A::IS_NONE) out = load<W>(y + i);
#pragma unroll
        for (int j = 0; j < W; j++) {
          if constexpr (!A::IS_NONE) g.v[j] = A().gradient(out.v[j], g.v[j]);
          sums[0].v[j] += g.v[j];
          sums[1].v[j] += g.v[j] * (a.v[j] - m.v[j]);
        }
      },
      [&](int c, Chunk, const Pack<W>&, const Pack<W>* sums) {
        store_partials<W, 2>(partials, channels, c, sums);
      });
}

KERNEL(batch_norm_backward_reduce)
(const Storage* x, const float* mean, const Storage* dy, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(x, mean, dy))
    gradient_sums<LANES, None>(x, mean, nullptr, dy, partials, rows, channels);
  else
    gradient_sums<1, None>(x, mean, nullptr, dy, partials, rows, channels);
}

KERNEL(batch_norm_relu_backward_reduce)
(const Storage* x, const float* mean, const Storage* y, const Storage* dy, float* partials, i64 rows,
 int channels) {
  if (channels % LANES == 0 && aligned16(x, mean, y, dy))
    gradient_sums<LANES, Relu>(x, mean, y, dy, partials, rows, channels);
  else
    gradient_sums<1, Relu>(x, mean, y, dy, partials, rows, channels);
}

#ifndef BF16
SINGLE_KERNEL(batch_norm_backward_finish_f32)
(const float* partials, const float* gamma, const float* var, float* dgamma, float* dbeta,
 float* coefficients, i64 rows, int chunks, int channels, float epsilon) {
  finish_columns<2>(partials, chunks, channels, [&](int c, const float* sums) {
    float n = (float)rows, deviation = sqrtf(var[c] + epsilon);
    float scale = gamma[c] / deviation, dg = sums[1] / deviation;
    dbeta[c] = sums[0];
    dgamma[c] = dg;
    coefficients[c] = scale;
    coefficients[channels + c] = scale * (sums[0] / n);
    coefficients[2 * (i64)channels + c] = scale * (dg / n) / deviation;
  });
}
#endif

template <bool RESIDUAL, class A>
__device__ inline void batch_norm_gradient(const Storage* x, const float* mean, const Storage* y,
                                           const Storage* dy, const float* coefficients, Storage* dx,
                                           Storage* dresidual, i64 rows, int channels) {
  const float *k0 = coefficients, *k1 = k0 + channels, *k2 = k1 + channels;
  bool aligned = aligned16(x, mean, dy, coefficients, dx) && (A::IS_NONE || aligned16(y)) &&
                 (!RESIDUAL || aligned16(dresidual));
  each_channel(rows * channels, channels, aligned, [&](auto width, i64 i, int c) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i), g = load<W>(dy + i), m = load<W>(mean + c), out;
    Pack<W> p0 = load<W>(k0 + c), p1 = load<W>(k1 + c), p2 = load<W>(k2 + c);
    if constexpr (!A::IS_NONE) out = load<W>(y + i);
#pragma unroll
    for (int j = 0; j < W; j++) {
      if constexpr (!A::IS_NONE) g.v[j] = A().gradient(out.v[j], g.v[j]);
      a.v[j] = g.v[j] * p0.v[j] - p1.v[j] - (a.v[j] - m.v[j]) * p2.v[j];
    }
    store<W>(dx + i, a);
    if constexpr (RESIDUAL) store<W>(dresidual + i, g);
  });
}

KERNEL(batch_norm_backward)
(const Storage* x, const float* mean, const Storage* dy, const float* coefficients, Storage* dx, i64 rows,
 int channels) {
  batch_norm_gradient<false, None>(x, mean, nullptr, dy, coefficients, dx, nullptr, rows, channels);
}

KERNEL(batch_norm_relu_backward)
(const Storage* x, const float* mean, const Storage* y, const Storage* dy, const float* coefficients,
 Storage* dx, i64 rows, int channels) {
  batch_norm_gradient<false, Relu>(x, mean, y, dy, coefficients, dx, nullptr, rows, channels);
}

KERNEL(batch_norm_residual_relu_backward)
(const Storage* x, const float* mean, const Storage* y, const Storage* dy, const float* coefficients,
 Storage* dx, Storage* dresidual, i64 rows, int channels) {
  batch_norm_gradient<true, Relu>(x, mean, y, dy, coefficients, dx, dresidual, rows, channels);
}
