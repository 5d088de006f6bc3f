// Bias, alone and fused, and its gradient.
//
//   bias_forward                 y = x + b
//   bias_relu_forward            y = max(x + b, 0)
//   bias_residual_forward        y = x + b + r
//   bias_residual_relu_forward   y = max(x + b + r, 0)
//   bias_backward                partials = chunk sums of dy                 (dx = dr = dy)
//   bias_relu_backward           dx = dy · [y > 0], partials = chunk sums of dx   (dr = dx)
//   column_sums_finish           db[c] = sum over chunks of partials[chunk][c]
//
// Shapes: x, y, r, dx, dy (rows, channels); b, db (channels) fp32; partials (gridDim.y, channels) fp32.
// Launch: forward, blocks of 256, any number. Backward, see columns.cuh. Finish, blocks of 256, one for
// every 8 channels. y may be x or r; dx may be dy.
// Forward goes from the end to the beginning: a product has just written x, and its last rows are those that
// L2 still holds; the first, written last here, are those that the next product reads first.
// Bytes: one read of x (and r), one write of y; backward one read of dy (and y), one write of dx.
#include "columns.cuh"

template <bool RESIDUAL, bool RELU>
__device__ inline void bias(const Storage* x, const float* b, const Storage* r, Storage* y, i64 rows,
                            int channels) {
  bool aligned = aligned16(x, b, y) && (!RESIDUAL || aligned16(r));
  i64 n = rows * channels;
  each_channel(n, channels, aligned, [&](auto width, i64 behind, int channels_behind) {
    constexpr int W = decltype(width)::value;
    i64 i = n - W - behind;
    int c = channels - W - channels_behind;
    Pack<W> a = load<W>(x + i), p = load<W>(b + c), s;
    if constexpr (RESIDUAL) s = load<W>(r + i);
#pragma unroll
    for (int j = 0; j < W; j++) {
      a.v[j] += p.v[j];
      if constexpr (RESIDUAL) a.v[j] += s.v[j];
      if constexpr (RELU) a.v[j] = relu(a.v[j]);
    }
    store<W>(y + i, a);
  });
}

KERNEL(bias_forward)(const Storage* x, const float* b, Storage* y, i64 rows, int channels) {
  bias<false, false>(x, b, nullptr, y, rows, channels);
}

KERNEL(bias_relu_forward)(const Storage* x, const float* b, Storage* y, i64 rows, int channels) {
  bias<false, true>(x, b, nullptr, y, rows, channels);
}

KERNEL(bias_residual_forward)
(const Storage* x, const float* b, const Storage* r, Storage* y, i64 rows, int channels) {
  bias<true, false>(x, b, r, y, rows, channels);
}

KERNEL(bias_residual_relu_forward)
(const Storage* x, const float* b, const Storage* r, Storage* y, i64 rows, int channels) {
  bias<true, true>(x, b, r, y, rows, channels);
}

template <int W, bool RELU>
__device__ inline void bias_gradient(const Storage* y, const Storage* dy, Storage* dx, float* partials,
                                     i64 rows, int channels) {
  column_sums<W, 1>(
      rows, channels, [](int, Chunk) { return Pack<W>(); },
      [&](i64 r, int c, const Pack<W>&, Pack<W>* sums) {
        Pack<W> g = load<W>(dy + r * channels + c), out;
        if constexpr (RELU) out = load<W>(y + r * channels + c);
#pragma unroll
        for (int j = 0; j < W; j++) {
          if constexpr (RELU) g.v[j] = out.v[j] > 0.0f ? g.v[j] : 0.0f;
          sums[0].v[j] += g.v[j];
        }
        if constexpr (RELU) store<W>(dx + r * channels + c, g);
      },
      [&](int c, Chunk, const Pack<W>&, const Pack<W>* sums) {
        store_partials<W, 1>(partials, channels, c, sums);
      });
}

KERNEL(bias_backward)(const Storage* dy, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(dy))
    bias_gradient<LANES, false>(nullptr, dy, nullptr, partials, rows, channels);
  else
    bias_gradient<1, false>(nullptr, dy, nullptr, partials, rows, channels);
}

KERNEL(bias_relu_backward)
(const Storage* y, const Storage* dy, Storage* dx, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(y, dy, dx))
    bias_gradient<LANES, true>(y, dy, dx, partials, rows, channels);
  else
    bias_gradient<1, true>(y, dy, dx, partials, rows, channels);
}

#ifndef BF16
SINGLE_KERNEL(column_sums_finish_f32)(const float* partials, float* sums, int chunks, int channels) {
  finish_columns<1>(partials, chunks, channels, [&](int c, const float* s) { sums[c] = s[0]; });
}
#endif
