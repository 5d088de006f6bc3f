// The activations, a functor each: what a kernel over x computes, and dx from dy and what the forward pass
// saved: y, or x for an activation that derives from it. A new one is a functor here and a line at the end of elementwise.cu.
#pragma once
#include "common.cuh"

struct None {
  static constexpr bool IS_NONE = true;
  __device__ float operator()(float x) const { return x; }
  __device__ float gradient(float, float dy) const { return dy; }
};

// Hands a NaN on, as PyTorch's does.
struct Relu {
  static constexpr bool IS_NONE = false;
  __device__ float operator()(float x) const { return relu(x); }
  __device__ float gradient(float y, float dy) const { return y > 0.0f ? dy : 0.0f; }
};

struct Sigmoid {
  __device__ float operator()(float x) const { return 1.0f / (1.0f + expf(-x)); }
  __device__ float gradient(float y, float dy) const { return dy * (y * (1.0f - y)); }
};

struct Clip {
  float low, high;
  __device__ float operator()(float x) const {
    float raised = x < low ? low : x;
    return raised > high ? high : raised;
  }
  __device__ float gradient(float y, float dy) const { return y > low && y < high ? dy : 0.0f; }
};

struct LeakyRelu {
  float slope;
  __device__ float operator()(float x) const { return x <= 0.0f ? slope * x : x; }
  __device__ float gradient(float saved, float dy) const { return saved > 0.0f ? dy : slope * dy; }
};

struct Silu {
  __device__ float operator()(float x) const { return x / (1.0f + expf(-x)); }
  __device__ float gradient(float x, float dy) const {
    float s = 1.0f / (1.0f + expf(-x));
    return dy * (s + x * s * (1.0f - s));
  }
};

struct Hardswish {
  __device__ float operator()(float x) const {
    float raised = x + 3.0f < 0.0f ? 0.0f : x + 3.0f;
    return x * (raised > 6.0f ? 6.0f : raised) / 6.0f;
  }
  __device__ float gradient(float x, float dy) const {
    return x < -3.0f ? 0.0f : x <= 3.0f ? dy * (x / 3.0f + 0.5f) : dy;
  }
};

struct Gelu {
  static __device__ float share(float x) { return 0.5f * (1.0f + erff(x * 0.70710678f)); }
  __device__ float operator()(float x) const { return x * share(x); }
  __device__ float gradient(float x, float dy) const {
    return dy * (share(x) + x * 0.39894228f * expf(-0.5f * x * x));
  }
};

struct GeluTanh {
  static __device__ float tanh_of(float x) { return tanhf(0.79788456f * (x + 0.044715f * x * x * x)); }
  __device__ float operator()(float x) const { return 0.5f * x * (1.0f + tanh_of(x)); }
  __device__ float gradient(float x, float dy) const {
    float t = tanh_of(x);
    float slope = 0.79788456f * (1.0f + 0.134145f * x * x);
    return dy * 0.5f * (1.0f + t + x * (1.0f - t * t) * slope);
  }
};

// The activations that kernels of other ops apply as they write: FAMILY(suffix of the name, functor).
#define FUSED_ACTIVATIONS(FAMILY) \
  FAMILY(, None)                  \
  FAMILY(_relu, Relu)
