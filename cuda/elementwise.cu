// Elementwise kernels.
//
//   relu            y = max(x, 0)                     dx = dy · [y > 0]
//   residual_add    y = a + b                         (both gradients are dy)
//   residual_add_relu  y = max(a + b, 0)              da = db = relu_backward(y, dy)
//   sigmoid         y = 1 / (1 + e^(-x))              dx = dy · y · (1 - y)
//   clip            y = min(max(x, low), high)        dx = dy · [low < y < high]
//   leaky_relu      y = x > 0 ? x : slope · x         dx = dy · (y > 0 ? 1 : slope)
//   silu            y = x · s, s = 1 / (1 + e^(-x))   dx = dy · (s + x · s · (1 - s))
//   hardswish       y = x · min(max(x + 3, 0), 6) / 6 dx = dy · (x / 3 + 1/2 within -3..3, else 0 or 1)
//   gelu            y = x · P(x)                      dx = dy · (P(x) + x · p(x)), P and p the normal distribution
//   gelu_tanh       y = x · (1 + t) / 2, t = tanh(u)  dx = dy · (1 + t + x · (1 - t^2) · u') / 2, u = sqrt(2 / pi)
//                                                     (x + 0.044715 x^3)
//   prelu           y = v · (x > 0 ? 1 : slope[c])    with v = x forward, v = dy for dx
//   prelu_slope_sums  partials = chunk sums of x · dy where x <= 0
//   multiply        y = a · b                         da = multiply(b, dy), db = multiply(a, dy)
//   multiply_channels  y[n, p, c] = a[n, p, c] · s[n, c]
//   fill            y = value
//
// Shapes: flat arrays of n elements; multiply_channels (images, pixels, channels) and (images, channels).
// The gradients down to leaky_relu need the output alone, so that the input need not be kept. A NaN passes through
// every forward kernel.
// Launch: blocks of 256, any number (multiply_channels: a block an image and more images by stride). The
// output may be one of the inputs.
// Bytes: one read an input, one write an output.
#include "activations.cuh"
#include "columns.cuh"

template <class A>
__device__ inline void activate(const Storage* x, Storage* y, i64 n, A activation) {
  each(n, aligned16(x, y), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i);
#pragma unroll
    for (int j = 0; j < W; j++) a.v[j] = activation(a.v[j]);
    store<W>(y + i, a);
  });
}

template <class A>
__device__ inline void activation_gradient(const Storage* saved, const Storage* dy, Storage* dx, i64 n,
                                           A activation) {
  each(n, aligned16(saved, dy, dx), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> s = load<W>(saved + i), g = load<W>(dy + i);
#pragma unroll
    for (int j = 0; j < W; j++) g.v[j] = activation.gradient(s.v[j], g.v[j]);
    store<W>(dx + i, g);
  });
}

// Both kernels of an activation; its numbers, if it has any, are their last arguments.
#define ACTIVATION(name, functor, ...)                                                    \
  KERNEL(name##_forward)(const Storage* x, Storage* y, i64 n __VA_OPT__(, ) __VA_ARGS__) { \
    activate(x, y, n, functor);                                                           \
  }                                                                                       \
  KERNEL(name##_backward)                                                                 \
  (const Storage* saved, const Storage* dy, Storage* dx, i64 n __VA_OPT__(, ) __VA_ARGS__) { \
    activation_gradient(saved, dy, dx, n, functor);                                       \
  }

ACTIVATION(relu, Relu())
ACTIVATION(sigmoid, Sigmoid())
ACTIVATION(clip, (Clip{low, high}), float low, float high)
ACTIVATION(leaky_relu, LeakyRelu{slope}, float slope)
ACTIVATION(silu, Silu())
ACTIVATION(hardswish, Hardswish())
ACTIVATION(gelu, Gelu())
ACTIVATION(gelu_tanh, GeluTanh())

template <class A>
__device__ inline void residual_add(const Storage* a, const Storage* b, Storage* y, i64 n) {
  each(n, aligned16(a, b, y), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> p = load<W>(a + i), q = load<W>(b + i);
#pragma unroll
    for (int j = 0; j < W; j++) p.v[j] = A()(p.v[j] + q.v[j]);
    store<W>(y + i, p);
  });
}

#define RESIDUAL_ADD(suffix, A)                                                               \
  KERNEL(residual_add##suffix##_forward)(const Storage* a, const Storage* b, Storage* y, i64 n) { \
    residual_add<A>(a, b, y, n);                                                              \
  }
FUSED_ACTIVATIONS(RESIDUAL_ADD)

KERNEL(fill)(Storage* y, i64 n, float value) {
  each(n, aligned16(y), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> a;
#pragma unroll
    for (int j = 0; j < W; j++) a.v[j] = value;
    store<W>(y + i, a);
  });
}

KERNEL(multiply_forward)(const Storage* a, const Storage* b, Storage* y, i64 n) {
  each(n, aligned16(a, b, y), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> p = load<W>(a + i), q = load<W>(b + i);
#pragma unroll
    for (int j = 0; j < W; j++) p.v[j] *= q.v[j];
    store<W>(y + i, p);
  });
}

template <int W>
__device__ inline void multiply_channels(const Storage* a, const Storage* s, Storage* y, i64 images,
                                         int pixels, int channels) {
  int groups = channels / W;
  each_on_line(images, pixels * groups, [&](i64 image, int t) {
    i64 i = (image * pixels * groups + t) * W;
    Pack<W> p = load<W>(a + i), q = load<W>(s + image * channels + t % groups * W);
#pragma unroll
    for (int j = 0; j < W; j++) p.v[j] *= q.v[j];
    store<W>(y + i, p);
  });
}

KERNEL(multiply_channels_forward)
(const Storage* a, const Storage* s, Storage* y, i64 images, int pixels, int channels) {
  if (channels % LANES == 0 && aligned16(a, s, y))
    multiply_channels<LANES>(a, s, y, images, pixels, channels);
  else
    multiply_channels<1>(a, s, y, images, pixels, channels);
}

KERNEL(prelu)
(const Storage* x, const Storage* v, const float* slope, Storage* y, i64 rows, int channels) {
  each_channel(rows * channels, channels, aligned16(x, v, slope, y), [&](auto width, i64 i, int c) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i), p = load<W>(v + i), s = load<W>(slope + c);
#pragma unroll
    for (int j = 0; j < W; j++) p.v[j] = a.v[j] > 0.0f ? p.v[j] : s.v[j] * p.v[j];
    store<W>(y + i, p);
  });
}

template <int W>
__device__ inline void prelu_slope_sums(const Storage* x, const Storage* dy, float* partials, i64 rows,
                                        int channels) {
  column_sums<W, 1>(
      rows, channels, [](int, Chunk) { return Pack<W>(); },
      [&](i64 r, int c, const Pack<W>&, Pack<W>* sums) {
        i64 i = r * channels + c;
        Pack<W> a = load<W>(x + i), g = load<W>(dy + i);
#pragma unroll
        for (int j = 0; j < W; j++) sums[0].v[j] += a.v[j] > 0.0f ? 0.0f : a.v[j] * g.v[j];
      },
      [&](int c, Chunk, const Pack<W>&, const Pack<W>* sums) {
        store_partials<W, 1>(partials, channels, c, sums);
      });
}

KERNEL(prelu_slope_sums)(const Storage* x, const Storage* dy, float* partials, i64 rows, int channels) {
  if (channels % LANES == 0 && aligned16(x, dy))
    prelu_slope_sums<LANES>(x, dy, partials, rows, channels);
  else
    prelu_slope_sums<1>(x, dy, partials, rows, channels);
}
