// Losses of each output alone, x against its target t; the mean of them is mean_loss of softmax.cu.
//
//   binary_cross_entropy  losses = max(x, 0) - x t + log(1 + e^-|x|)             dx = (σ(x) - t) / n
//   weighted_binary_cross_entropy, of t = 0 or the weight of a label
//                         losses = max(x, 0) + l at t = 0, else t (max(-x, 0) + l), l = log(1 + e^-|x|)
//                         dx = σ(x) / n at t = 0, else t (σ(x) - 1) / n
//   squared_error         losses = (x - t)²                                      dx = 2 (x - t) / n
//   smooth_l1             losses = d² / 2 where d = |x - t| < 1, else d - 1/2    dx = (x - t cut to -1..1) / n
//
// Shapes: x, dx (n); targets, losses (n) fp32.
// Launch: any number of blocks of 256; vectors where all arrays are aligned to 16 bytes.
// Bytes: one read of x and of the targets, one write.
#include "common.cuh"

struct BinaryCrossEntropy {
  __device__ float operator()(float x, float t) const { return relu(x) - x * t + log1pf(expf(-fabsf(x))); }
  __device__ float gradient(float x, float t) const { return 1.0f / (1.0f + expf(-x)) - t; }
};

struct WeightedBinaryCrossEntropy {
  __device__ float operator()(float x, float t) const {
    float l = log1pf(expf(-fabsf(x)));
    return t == 0.0f ? relu(x) + l : t * (relu(-x) + l);
  }
  __device__ float gradient(float x, float t) const {
    return t == 0.0f ? 1.0f / (1.0f + expf(-x)) : -t / (1.0f + expf(x));
  }
};

struct SquaredError {
  __device__ float operator()(float x, float t) const { return (x - t) * (x - t); }
  __device__ float gradient(float x, float t) const { return 2.0f * (x - t); }
};

struct SmoothL1 {
  __device__ float operator()(float x, float t) const {
    float d = fabsf(x - t);
    return d < 1.0f ? 0.5f * d * d : d - 0.5f;
  }
  __device__ float gradient(float x, float t) const {
    float d = x - t;
    return d < -1.0f ? -1.0f : d > 1.0f ? 1.0f : d;
  }
};

template <class Loss>
__device__ inline void loss_forward(const Storage* x, const float* targets, float* losses, i64 n, Loss loss) {
  each(n, aligned16(x, targets, losses), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i), t = load<W>(targets + i);
#pragma unroll
    for (int j = 0; j < W; j++) a.v[j] = loss(a.v[j], t.v[j]);
    store<W>(losses + i, a);
  });
}

template <class Loss>
__device__ inline void loss_backward(const Storage* x, const float* targets, Storage* dx, i64 n, Loss loss) {
  float share = 1.0f / (float)n;
  each(n, aligned16(x, targets, dx), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(x + i), t = load<W>(targets + i);
#pragma unroll
    for (int j = 0; j < W; j++) a.v[j] = loss.gradient(a.v[j], t.v[j]) * share;
    store<W>(dx + i, a);
  });
}

#define POINTWISE_LOSS(name, loss)                                                                      \
  KERNEL(name##_forward)(const Storage* x, const float* targets, float* losses, i64 n) {                \
    loss_forward(x, targets, losses, n, loss);                                                          \
  }                                                                                                     \
  KERNEL(name##_backward)(const Storage* x, const float* targets, Storage* dx, i64 n) {                 \
    loss_backward(x, targets, dx, n, loss);                                                             \
  }

POINTWISE_LOSS(binary_cross_entropy, BinaryCrossEntropy())
POINTWISE_LOSS(weighted_binary_cross_entropy, WeightedBinaryCrossEntropy())
POINTWISE_LOSS(squared_error, SquaredError())
POINTWISE_LOSS(smooth_l1, SmoothL1())
