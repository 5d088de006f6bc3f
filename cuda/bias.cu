// Bias, alone and fused, and its gradient.
//
//   bias_forward                 y = x + b
//   bias_relu_forward            y = max(x + b, 0)
//   bias_residual_forward        y = x + b + residual
//   bias_residual_relu_forward   y = max(x + b + residual, 0)
//   bias_backward                partials = chunk sums of dy                 (dx = dresidual = dy)
//   bias_relu_backward           dx = dy · [y > 0], partials = chunk sums of dx   (dresidual = dx)
//   column_sums_finish           db[c] = sum over chunks of partials[chunk][c]
//
// Shapes: x, y, residual, dx, dy (rows, channels); b, db (channels) fp32; partials (gridDim.y, channels) fp32.
// Launch: forward, blocks of 256, any number. Backward, see columns.cuh. Finish, blocks of 256, a warp a
// channel. y may be x or residual; dx may be dy.
// Forward goes from the end to the beginning: a product has just written x, and its last rows are those that
// L2 still holds; the first, written last here, are those that the next product reads first.
// Bytes: one read of x (and residual), one write of y; backward one read of dy (and y), one write of dx.
#include "activations.cuh"
#include "columns.cuh"

template <bool RESIDUAL, class A>
__device__ inline void bias(const Storage* x, const float* b, const Storage* residual, Storage* y, i64 rows,
                            int channels) {
  bool aligned = aligned16(x, b, y) && (!RESIDUAL || aligned16(residual));
  i64 n = rows * channels;
  each_channel(n, channels, aligned, [&](auto width, i64 behind, int channels_behind) {
    constexpr int W = decltype(width)::value;
    i64 i = n - W - behind;
    int c = channels - W - channels_behind;
    Pack<W> a = load<W>(x + i), p = load<W>(b + c), s;
    if constexpr (RESIDUAL) s = load<W>(residual + i);
#pragma unroll
    for (int j = 0; j < W; j++) {
      a.v[j] += p.v[j];
      if constexpr (RESIDUAL) a.v[j] += s.v[j];
      a.v[j] = A()(a.v[j]);
    }
    store<W>(y + i, a);
  });
}

#define BIAS(suffix, A)                                                                                    \
  KERNEL(bias##suffix##_forward)(const Storage* x, const float* b, Storage* y, i64 rows, int channels) {   \
    bias<false, A>(x, b, nullptr, y, rows, channels);                                                      \
  }                                                                                                        \
  KERNEL(bias_residual##suffix##_forward)                                                                  \
  (const Storage* x, const float* b, const Storage* residual, Storage* y, i64 rows, int channels) {        \
    bias<true, A>(x, b, residual, y, rows, channels);                                                      \
  }
FUSED_ACTIVATIONS(BIAS)

template <int W, class A>
__device__ inline void bias_gradient(const Storage* y, const Storage* dy, Storage* dx, float* partials,
                                     i64 rows, int channels) {
  column_sums<W, 1>(
      rows, channels, [](int, Chunk) { return Pack<W>(); },
      [&](i64 r, int c, const Pack<W>&, Pack<W>* sums) {
        Pack<W> g = load<W>(dy + r * channels + c), out;
        if constexpr (!A::IS_NONE) out = load<W>(y + r * channels + c);
#pragma unroll
        for (int j = 0; j < W; j++) {
          if constexpr (!A::IS_NONE) g.v[j] = A().gradient(out.v[j], g.v[j]);
          sums[0].v[j] += g.v[j];
        }
        if constexpr (!A::IS_NONE) store<W>(dx + r * channels + c, g);
      },
      [&](int c, Chunk, const Pack<W>&, const Pack<W>* sums) {
        store_partials<W, 1>(partials, channels, c, sums);
      });
}

KERNEL(bias_backward)(const Storage* dy, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(dy))
    bias_gradient<LANES, None>(nullptr, dy, nullptr, partials, rows, channels);
  else
    bias_gradient<1, None>(nullptr, dy, nullptr, partials, rows, channels);
}

KERNEL(bias_relu_backward)
(const Storage* y, const Storage* dy, Storage* dx, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(y, dy, dx))
    bias_gradient<LANES, Relu>(y, dy, dx, partials, rows, channels);
  else
    bias_gradient<1, Relu>(y, dy, dx, partials, rows, channels);
}

#ifndef BF16
SINGLE_KERNEL(column_sums_finish_f32)(const float* partials, float* sums, int chunks, int channels) {
  finish_columns<1>(partials, chunks, channels, [&](int c, const float* s) { sums[c] = s[0]; });
}
#endif
