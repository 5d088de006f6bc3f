// Elementwise kernels.
//
//   relu            y = max(x, 0)                     dx = dy · [y > 0]
//   residual_add    y = a + b                         (both gradients are dy)
//   residual_add_relu  y = max(a + b, 0)              da = db = relu_backward(y, dy)
//   sigmoid         y = 1 / (1 + e^(-x))              dx = dy · y · (1 - y)
//   clip            y = min(max(x, low), high)        dx = dy · [low < y < high]
//   multiply        y = a · b                         da = multiply(b, dy), db = multiply(a, dy)
//   multiply_channels  y[n, p, c] = a[n, p, c] · s[n, c]
//   fill            y = value
//
// Shapes: flat arrays of n elements; multiply_channels (images, pixels, channels) and (images, channels).
// These gradients need the output alone, so that the input need not be kept. A NaN passes through
// every forward kernel.
// Launch: blocks of 256, any number (multiply_channels: a block an image and more images by stride). The
// output may be one of the inputs.
// Bytes: one read an input, one write an output.
#include "activations.cuh"

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
