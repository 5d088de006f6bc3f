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

// ceil(n / dilation); most windows have none, and a division costs as much as twenty additions.
__device__ inline int dilated(int n, int dilation) {
  return dilation == 1 ? n : (n + dilation - 1) / dilation;
}

__device__ inline Taps taps_inside(int start, int size, int dilation, int extent) {
  int end = dilated(max(extent - start, 0), dilation);
  return Taps{dilated(max(-start, 0), dilation), min(end, size)};
}

// Along one axis, the outputs that have a tap at an input position, for taps 0, 1, ... in turn: output o has its
// tap k there if position + pad = o · stride + k · dilation. One division to begin with, none for a tap.
struct TapWalk {
  int stride, quotient, remainder, quotient_step, remainder_step;

  __device__ TapWalk(int position, int pad, int dilation, int stride) : stride(stride) {
    int t = position + pad;
    quotient = stride == 1 ? t : t / stride;
    quotient_step = stride == 1 ? dilation : dilation / stride;
    remainder = t - quotient * stride;
    remainder_step = dilation - quotient_step * stride;
  }

  // The output that has the present tap there, or -1.
  __device__ int output(int outputs) const {
    return remainder == 0 && quotient < outputs ? max(quotient, -1) : -1;
  }

  __device__ void next() {
    quotient -= quotient_step;
    remainder -= remainder_step;
    if (remainder < 0) {
      quotient--;
      remainder += stride;
    }
  }
};

// The same for one tap k, by division, where registers are too few for a walk.
__device__ inline int output_of(int at, int pad, int k, int dilation, int stride, int outputs) {
  int t = at + pad - k * dilation;
  if (t < 0 || t % stride != 0) return -1;
  int o = t / stride;
  return o < outputs ? o : -1;
}
