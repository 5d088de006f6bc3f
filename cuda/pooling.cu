// Pooling over NHWC images.
//
//   max_pool       y = max over the window's pixels inside the image; padding never wins. Of equal maxima
//                  the first in scan order receives the gradient, of NaNs the last (PyTorch's rule).
//   average_pool   y = Σ / divisor; the divisor counts the pixels inside, or with count_padding those
//                  inside the padded image (PyTorch's rule, also for windows that hang over in ceil mode).
//   global_average_pool   y[n, c] = Σ_p x[n, p, c] / pixels
//
// Shapes: x, dx (images, height, width, channels); y, dy (images, out_height, out_width, channels);
// global: x (images, pixels, channels), y (images, channels).
// The gradients are gathers: each input pixel sums, in the order of the taps, what its windows hand it.
// Windows are mostly 2 or 3 wide. Left to itself, the compiler saves registers in the forward kernels by spilling.
// max_pool_backward decides from x alone which pixel of a window won, and stops at the first that beats it.
// Launch: blocks of 256, a block a line (n, row) of the result; global: a block an image.
// Bytes: each tensor once; overlapping windows are served by L1 and L2.
#include "window.cuh"

template <int W>
__device__ inline void max_pool(const Storage* x, Storage* y, const Window& w) {
  int groups = w.channels / W;
  each_on_line((i64)w.images * w.out_height, w.out_width * groups, [&](i64 line, int t) {
    i64 image = line / w.out_height;
    int oy = (int)(line % w.out_height), ox = t / groups, c = t % groups * W;
    int top = oy * w.stride_y - w.pad_top, left = ox * w.stride_x - w.pad_left;
    Taps ys = taps_inside(top, w.kernel_height, w.dilation_y, w.height);
    Taps xs = taps_inside(left, w.kernel_width, w.dilation_x, w.width);
    Pack<W> best;
#pragma unroll
    for (int j = 0; j < W; j++) best.v[j] = __int_as_float(0xff800000);
    for (int ky = ys.begin; ky < ys.end; ky++)
#pragma unroll 2
      for (int kx = xs.begin; kx < xs.end; kx++) {
        i64 pixel = (image * w.height + top + ky * w.dilation_y) * w.width + left + kx * w.dilation_x;
        Pack<W> a = load<W>(x + pixel * w.channels + c);
#pragma unroll
        for (int j = 0; j < W; j++) best.v[j] = a.v[j] > best.v[j] || isnan(a.v[j]) ? a.v[j] : best.v[j];
      }
    store<W>(y + ((line * w.out_width + ox) * w.channels + c), best);
  });
}

ROOMY_KERNEL(max_pool_forward)(const Storage* x, Storage* y, WINDOW_ARGUMENTS) {
  if (channels % LANES == 0 && aligned16(x, y))
    max_pool<LANES>(x, y, WINDOW);
  else
    max_pool<1>(x, y, WINDOW);
}

// Whether `other`, at an earlier or later tap, keeps `mine` from being the window's maximum.
__device__ inline bool beats(float other, float mine, bool earlier) {
  if (earlier) return !(other < mine) && !isnan(mine);
  return !(other <= mine) && (isnan(other) || !isnan(mine));
}

// Adds dy to the lanes for which input pixel (ky, kx) is the maximum of the window at (top, left).
template <int W>
__device__ inline void add_if_maximum(const Storage* image, const Pack<W>& mine, const Pack<W>& g, int top,
                                      int left, int ky, int kx, int c, const Window& w, Pack<W>& sum) {
  Taps ys = taps_inside(top, w.kernel_height, w.dilation_y, w.height);
  Taps xs = taps_inside(left, w.kernel_width, w.dilation_x, w.width);
  unsigned alive = (1u << W) - 1;
  for (int v = ys.begin; v < ys.end && alive != 0; v++)
    for (int u = xs.begin; u < xs.end && alive != 0; u++) {
      if (v == ky && u == kx) continue;
      bool earlier = v < ky || (v == ky && u < kx);
      i64 pixel = (i64)(top + v * w.dilation_y) * w.width + left + u * w.dilation_x;
      Pack<W> other = load<W>(image + pixel * w.channels + c);
#pragma unroll
      for (int j = 0; j < W; j++) alive &= ~((unsigned)beats(other.v[j], mine.v[j], earlier) << j);
    }
#pragma unroll
  for (int j = 0; j < W; j++) sum.v[j] += (alive >> j & 1) != 0 ? g.v[j] : 0.0f;
}

template <int W>
__device__ inline void max_pool_gradient(const Storage* x, const Storage* dy, Storage* dx,
                                         const Window& w) {
  int groups = w.channels / W;
  each_on_line((i64)w.images * w.height, w.width * groups, [&](i64 line, int t) {
    i64 image = line / w.height;
    int iy = (int)(line % w.height), ix = t / groups, c = t % groups * W;
    const Storage* plane = x + image * w.height * w.width * w.channels;
    i64 place = (line * w.width + ix) * w.channels + c;
    Pack<W> mine = load<W>(x + place), sum = {};
    for (int ky = 0; ky < w.kernel_height; ky++) {
      int oy = output_of(iy, w.pad_top, ky, w.dilation_y, w.stride_y, w.out_height);
      if (oy < 0) continue;
      for (int kx = 0; kx < w.kernel_width; kx++) {
        int ox = output_of(ix, w.pad_left, kx, w.dilation_x, w.stride_x, w.out_width);
        if (ox < 0) continue;
        i64 output = (image * w.out_height + oy) * w.out_width + ox;
        Pack<W> g = load<W>(dy + output * w.channels + c);
        add_if_maximum<W>(plane, mine, g, iy - ky * w.dilation_y, ix - kx * w.dilation_x, ky, kx, c, w,
                          sum);
      }
    }
    store<W>(dx + place, sum);
  });
}

KERNEL(max_pool_backward)(const Storage* x, const Storage* dy, Storage* dx, WINDOW_ARGUMENTS) {
  if (channels % LANES == 0 && aligned16(x, dy, dx))
    max_pool_gradient<LANES>(x, dy, dx, WINDOW);
  else
    max_pool_gradient<1>(x, dy, dx, WINDOW);
}

// Taps that count along one axis of the window of output o.
__device__ inline int counted(int start, int size, int dilation, int extent, int pad_after,
                              int count_padding) {
  Taps inside = taps_inside(start, size, dilation, extent);
  if (count_padding == 0) return inside.end - inside.begin;
  return min(size, (extent + pad_after - start + dilation - 1) / dilation);
}

struct Divisor {
  int pad_bottom, pad_right, count_padding;

  __device__ float of(int oy, int ox, const Window& w) const {
    int rows = counted(oy * w.stride_y - w.pad_top, w.kernel_height, w.dilation_y, w.height, pad_bottom,
                       count_padding);
    int columns = counted(ox * w.stride_x - w.pad_left, w.kernel_width, w.dilation_x, w.width, pad_right,
                          count_padding);
    return (float)(rows * columns);
  }
};

template <int W>
__device__ inline void average_pool(const Storage* x, Storage* y, const Window& w, Divisor divisor) {
  int groups = w.channels / W;
  each_on_line((i64)w.images * w.out_height, w.out_width * groups, [&](i64 line, int t) {
    i64 image = line / w.out_height;
    int oy = (int)(line % w.out_height), ox = t / groups, c = t % groups * W;
    int top = oy * w.stride_y - w.pad_top, left = ox * w.stride_x - w.pad_left;
    Taps ys = taps_inside(top, w.kernel_height, w.dilation_y, w.height);
    Taps xs = taps_inside(left, w.kernel_width, w.dilation_x, w.width);
    Pack<W> sum = {};
    for (int ky = ys.begin; ky < ys.end; ky++) {
      const Storage* row = x + ((image * w.height + top + ky * w.dilation_y) * w.width + left) * w.channels + c;
#pragma unroll 1
      for (int kx = xs.begin; kx < xs.end; kx++) {
        Pack<W> a = load<W>(row + kx * w.dilation_x * w.channels);
#pragma unroll
        for (int j = 0; j < W; j++) sum.v[j] += a.v[j];
      }
    }
    float count = divisor.of(oy, ox, w);
#pragma unroll
    for (int j = 0; j < W; j++) sum.v[j] /= count;
    store<W>(y + ((line * w.out_width + ox) * w.channels + c), sum);
  });
}

ROOMY_KERNEL(average_pool_forward)
(const Storage* x, Storage* y, WINDOW_ARGUMENTS, int pad_bottom, int pad_right, int count_padding) {
  Divisor divisor{pad_bottom, pad_right, count_padding};
  if (channels % LANES == 0 && aligned16(x, y))
    average_pool<LANES>(x, y, WINDOW, divisor);
  else
    average_pool<1>(x, y, WINDOW, divisor);
}

template <int W>
__device__ inline void average_pool_gradient(const Storage* dy, Storage* dx, const Window& w,
                                             Divisor divisor) {
  int groups = w.channels / W;
  each_on_line((i64)w.images * w.height, w.width * groups, [&](i64 line, int t) {
    i64 image = line / w.height;
    int iy = (int)(line % w.height), ix = t / groups, c = t % groups * W;
    Pack<W> sum = {};
    TapWalk down(iy, w.pad_top, w.dilation_y, w.stride_y), start(ix, w.pad_left, w.dilation_x, w.stride_x);
    for (int ky = 0; ky < w.kernel_height; ky++, down.next()) {
      int oy = down.output(w.out_height);
      if (oy < 0) continue;
      TapWalk across = start;
#pragma unroll 1
      for (int kx = 0; kx < w.kernel_width; kx++, across.next()) {
        int ox = across.output(w.out_width);
        if (ox < 0) continue;
        i64 output = (image * w.out_height + oy) * w.out_width + ox;
        Pack<W> g = load<W>(dy + output * w.channels + c);
        float count = divisor.of(oy, ox, w);
#pragma unroll
        for (int j = 0; j < W; j++) sum.v[j] += g.v[j] / count;
      }
    }
    store<W>(dx + ((line * w.width + ix) * w.channels + c), sum);
  });
}

KERNEL(average_pool_backward)
(const Storage* dy, Storage* dx, WINDOW_ARGUMENTS, int pad_bottom, int pad_right, int count_padding) {
  Divisor divisor{pad_bottom, pad_right, count_padding};
  if (channels % LANES == 0 && aligned16(dy, dx))
    average_pool_gradient<LANES>(dy, dx, WINDOW, divisor);
  else
    average_pool_gradient<1>(dy, dx, WINDOW, divisor);
}

template <int W>
__device__ inline void global_average_pool(const Storage* x, Storage* y, i64 images, int pixels,
                                           int channels) {
  __builtin_assume(pixels > 0);
  each_on_line(images, channels / W, [&](i64 image, int g) {
    const Storage* column = x + image * pixels * channels + g * W;
    Pack<W> sum = {};
#pragma unroll 4
    for (int p = 0; p < pixels; p++) {
      Pack<W> a = load<W>(column + (i64)p * channels);
#pragma unroll
      for (int j = 0; j < W; j++) sum.v[j] += a.v[j];
    }
#pragma unroll
    for (int j = 0; j < W; j++) sum.v[j] /= (float)pixels;
    store<W>(y + image * channels + g * W, sum);
  });
}

KERNEL(global_average_pool_forward)
(const Storage* x, Storage* y, i64 images, int pixels, int channels) {
  if (channels % LANES == 0 && aligned16(x, y))
    global_average_pool<LANES>(x, y, images, pixels, channels);
  else
    global_average_pool<1>(x, y, images, pixels, channels);
}

template <int W>
__device__ inline void global_average_pool_gradient(const Storage* dy, Storage* dx, i64 images, int pixels,
                                                    int channels) {
  int groups = channels / W;
  each_on_line(images, pixels * groups, [&](i64 image, int t) {
    Pack<W> g = load<W>(dy + image * channels + t % groups * W);
#pragma unroll
    for (int j = 0; j < W; j++) g.v[j] /= (float)pixels;
    store<W>(dx + (image * pixels * groups + t) * W, g);
  });
}

KERNEL(global_average_pool_backward)
(const Storage* dy, Storage* dx, i64 images, int pixels, int channels) {
  if (channels % LANES == 0 && aligned16(dy, dx))
    global_average_pool_gradient<LANES>(dy, dx, images, pixels, channels);
  else
    global_average_pool_gradient<1>(dy, dx, images, pixels, channels);
}
