// The geometry that convolutions and pooling share: a window of (kernel_height, kernel_width) taps over
// NHWC images. Tap (ky, kx) of output (oy, ox) lies at input row oy · stride_y - pad_top + ky · dilation_y
// and column ox · stride_x - pad_left + kx · dilation_x.
#pragma once
#include "common.cuh"

// Kernels take these as 32-bit arguments, in this order.
#define WINDOW_ARGUMENTS                                                                             \
  int images, int height, int width, int channels, int out_height, int out_width, int kernel_height, \
      int kernel_width, int stride_y, int stride_x, int pad_top, int pad_left, int dilation_y,       \
      int dilation_x
#define WINDOW                                                                               \
  Window {                                                                                   \
    images, height, width, channels, out_height, out_width, kernel_height, kernel_width,     \
        stride_y, stride_x, pad_top, pad_left, dilation_y, dilation_x                        \
  }

struct Window {
  int images, height, width, channels, out_height, out_width, kernel_height, kernel_width, stride_y,
      stride_x, pad_top, pad_left, dilation_y, dilation_x;
};

// Taps [begin, end) of a window that starts at `start` and lie in [0, extent).
struct Taps {
  int begin, end;
};

__device__ inline Taps taps_inside(int start, int size, int dilation, int extent) {
  int begin = start < 0 ? (-start + dilation - 1) / dilation : 0;
  int end = start >= extent ? 0 : (extent - start + dilation - 1) / dilation;
  return Taps{begin, min(end, size)};
}

// The output whose tap k lies at input position `at`, or -1.
__device__ inline int output_of(int at, int pad, int k, int dilation, int stride, int outputs) {
  int t = at + pad - k * dilation;
  if (t < 0 || t % stride != 0) return -1;
  int o = t / stride;
  return o < outputs ? o : -1;
}
