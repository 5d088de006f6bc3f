// Convolution as a matrix product: im2col, its adjoint col2im, and the strided gather of 1×1 convolutions
// and option A shortcuts.
//
//   im2col   columns[g, r, (ky · kernel_width + kx) · C + c] = x[n, iy, ix, g · C + c], 0 outside
//   col2im   dx[n, iy, ix, g · C + c] = Σ over taps (ky, kx) of columns[g, r, (ky, kx), c]
//   strided_gather    y[n, oy, ox, c] = x[n, oy · stride_y, ox · stride_x, c - offset], 0 for channels outside
//   strided_scatter   dx[n, iy, ix, c] = dy[n, iy / stride_y, ix / stride_x, c + offset], 0 elsewhere
//
// Shapes: x, dx (images, height, width, channels), channels = groups · C; columns (groups, rows, row_length)
// with r = (n · out_height + oy) · out_width + ox counted from line `first_line` = n · out_height + oy on.
// Entries of a row from kernel_height · kernel_width · C up to row_length are zero, so that a row may be padded
// for the tensor cores.
// im2col makes `lines` output lines, any chunk of a batch. col2im wants the columns of whole images; each
// element of dx is a sum in the order of the taps, no atomics.
// strided_gather: offset > 0 pads channels with zeros in front, < 0 drops the first -offset; strided_scatter
// is its gradient, with the same offset.
// im2col takes the same entry of the row for the pixels of a line, so that where it lies in the window is computed
// once, and neighbouring threads take neighbouring entries: of a picture with 3 channels too, they read whole
// stretches of kernel_width · 3 elements and write whole rows.
// Launch: im2col, blocks of (x, y) threads, at most 256: x entries of a row (16 bytes each, or one element), y
// pixels side by side; grid x lines of the groups, grid y shares out a line's pixels. The rest blocks of 256, a block a
// line of the result. out_width · row_length, width · channels and groups · images < 2^31.
// Bytes: im2col one read of x, one write of columns; col2im the reverse; gather and scatter one of each.
#include "window.cuh"

// Pixels that a thread of im2col loads before it stores the first.
constexpr int PIXELS_IN_FLIGHT = 4;

// The at-th line of columns. The groups of a line follow each other: their channels share 32-byte sectors of x.
struct GroupLine {
  i64 line;
  int group;
};

__device__ inline GroupLine group_line(i64 at, int groups) {
  if (groups == 1) return GroupLine{at, 0};
  i64 line = at / groups;
  return GroupLine{line, (int)(at - line * groups)};
}

template <int W>
__device__ inline void im2col(const Storage* x, Storage* columns, i64 first_line, i64 lines, int groups,
                              int row_length, const Window& w) {
  int channels = w.channels / groups, packs = channels / W, length = row_length / W;
  int first = blockIdx.y * blockDim.y + threadIdx.y, step = gridDim.y * blockDim.y;
  i64 ahead = (i64)step * row_length;
  for (int entry = threadIdx.x; entry < length; entry += blockDim.x) {
    int tap = entry / packs, c = (entry - tap * packs) * W;
    int ky = tap / w.kernel_width, kx = tap - ky * w.kernel_width;
    for (i64 at = blockIdx.x; at < lines * groups; at += gridDim.x) {
      GroupLine to = group_line(at, groups);
      i64 line = first_line + to.line, image = line / w.out_height;
      int iy = (int)(line - image * w.out_height) * w.stride_y - w.pad_top + ky * w.dilation_y;
      bool inside = ky < w.kernel_height && iy >= 0 && iy < w.height;
      i64 row = image * w.height + (inside ? iy : 0);
      const Storage* from = x + (row * w.width * w.channels + to.group * channels + c);
      Storage* out = columns + (((to.group * lines + to.line) * w.out_width + first) * row_length + entry * W);
      // Offsets within the row of the picture. One outside is replaced by 0, and what is read there dropped: no load
      // waits for a branch.
      unsigned offset = (first * w.stride_x + kx * w.dilation_x - w.pad_left) * w.channels;
      unsigned end = inside ? w.width * w.channels : 0, stride = step * w.stride_x * w.channels;
      for (int left = w.out_width - first; left > 0; left -= PIXELS_IN_FLIGHT * step) {
        Bits<W> a[PIXELS_IN_FLIGHT];
#pragma unroll
        for (int j = 0; j < PIXELS_IN_FLIGHT; j++) {
          unsigned at = offset + j * stride;
          a[j] = load_bits<W>(from + (at < end ? at : 0));
          a[j].keep_if(at < end);
        }
#pragma unroll
        for (int j = 0; j < PIXELS_IN_FLIGHT; j++)
          if (j * step < left) store_bits<W>(out + j * ahead, a[j]);
        offset += PIXELS_IN_FLIGHT * stride;
        out += PIXELS_IN_FLIGHT * ahead;
      }
    }
  }
}

KERNEL(im2col)
(const Storage* x, Storage* columns, i64 first_line, i64 lines, int groups, int row_length,
 WINDOW_ARGUMENTS) {
  bool whole = channels / groups % LANES == 0 && row_length % LANES == 0;
  if (whole && aligned16(x, columns))
    im2col<LANES>(x, columns, first_line, lines, groups, row_length, WINDOW);
  else
    im2col<1>(x, columns, first_line, lines, groups, row_length, WINDOW);
}

template <int W>
__device__ inline void col2im(const Storage* columns, Storage* dx, int groups, int row_length,
                              const Window& w) {
  int group_channels = w.channels / groups, packs = w.channels / W;
  i64 image_columns = (i64)w.out_height * w.out_width * row_length;
  each_on_line((i64)w.images * w.height, w.width * packs, [&](i64 line, int t) {
    i64 image = line / w.height;
    int iy = (int)(line % w.height), ix = t / packs, c = t % packs * W;
    int group = groups == 1 ? 0 : c / group_channels;
    const Storage* from = columns + ((group * w.images + image) * image_columns + (c - group * group_channels));
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
        i64 row = (i64)oy * w.out_width + ox;
        Pack<W> g = load<W>(from + row * row_length + (ky * w.kernel_width + kx) * group_channels);
#pragma unroll
        for (int j = 0; j < W; j++) sum.v[j] += g.v[j];
      }
    }
    store<W>(dx + ((line * w.width + ix) * w.channels + c), sum);
  });
}

KERNEL(col2im)(const Storage* columns, Storage* dx, int groups, int row_length, WINDOW_ARGUMENTS) {
  bool whole = channels / groups % LANES == 0 && row_length % LANES == 0;
  if (whole && aligned16(columns, dx))
    col2im<LANES>(columns, dx, groups, row_length, WINDOW);
  else
    col2im<1>(columns, dx, groups, row_length, WINDOW);
}

struct Strides {
  int images, height, width, channels, out_height, out_width, out_channels, stride_y, stride_x, offset;
};

#define STRIDE_ARGUMENTS                                                                                \
  int images, int height, int width, int channels, int out_height, int out_width, int out_channels,     \
      int stride_y, int stride_x, int offset
#define STRIDES                                                                                         \
  Strides {                                                                                             \
    images, height, width, channels, out_height, out_width, out_channels, stride_y, stride_x, offset    \
  }

template <int W>
__device__ inline void gather(const Storage* x, Storage* y, const Strides& s) {
  int groups = s.out_channels / W;
  each_on_line((i64)s.images * s.out_height, s.out_width * groups, [&](i64 line, int t) {
    i64 image = line / s.out_height;
    int oy = (int)(line % s.out_height), ox = t / groups, c = t % groups * W - s.offset;
    int iy = oy * s.stride_y, ix = ox * s.stride_x;
    Pack<W> a = {};
    if (c >= 0 && c < s.channels && iy < s.height && ix < s.width)
      a = load<W>(x + ((image * s.height + iy) * s.width + ix) * s.channels + c);
    store<W>(y + (line * s.out_width * groups + t) * W, a);
  });
}

KERNEL(strided_gather)(const Storage* x, Storage* y, STRIDE_ARGUMENTS) {
  bool whole = channels % LANES == 0 && out_channels % LANES == 0 && offset % LANES == 0;
  if (whole && aligned16(x, y))
    gather<LANES>(x, y, STRIDES);
  else
    gather<1>(x, y, STRIDES);
}

template <int W>
__device__ inline void scatter(const Storage* dy, Storage* dx, const Strides& s) {
  int groups = s.channels / W;
  each_on_line((i64)s.images * s.height, s.width * groups, [&](i64 line, int t) {
    i64 image = line / s.height;
    int iy = (int)(line % s.height), ix = t / groups, c = t % groups * W + s.offset;
    int oy = iy / s.stride_y, ox = ix / s.stride_x;
    bool taken = iy % s.stride_y == 0 && ix % s.stride_x == 0 && oy < s.out_height && ox < s.out_width;
    Pack<W> g = {};
    if (taken && c >= 0 && c < s.out_channels)
      g = load<W>(dy + ((image * s.out_height + oy) * s.out_width + ox) * s.out_channels + c);
    store<W>(dx + (line * s.width * groups + t) * W, g);
  });
}

KERNEL(strided_scatter)(const Storage* dy, Storage* dx, STRIDE_ARGUMENTS) {
  bool whole = channels % LANES == 0 && out_channels % LANES == 0 && offset % LANES == 0;
  if (whole && aligned16(dy, dx))
    scatter<LANES>(dy, dx, STRIDES);
  else
    scatter<1>(dy, dx, STRIDES);
}
