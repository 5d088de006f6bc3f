// Layouts and types: transposes, copies of boxes, weight layouts, casts, pictures.
//
//   transpose      y[b, c, m, r] = x[b, r, m, c]; NCHW → NHWC with rows = C, middle = 1, columns = H · W,
//                  and back
//   strided_copy   y[Σ i_k · y_stride_k] = x[Σ i_k · x_stride_k] for every i with 0 ≤ i_k < extent_k, k = 0..3
//   oihw_to_hwio   y[t, i, o] = x[o, i, t], t = kernel position; hwio_to_oihw the reverse
//   cast_from_f32  y = bf16(x), to nearest even; cast_to_f32 exact
//   images_to_nhwc y[n, r, q, c] = byte · scale[c] + shift[c], where byte is pixel (top + r, left + q) of
//                  picture n, mirrored if flip: column left + width - 1 - q; outside the picture byte = 0
//
// Shapes: transpose (batch, rows, middle, columns); strided_copy any box of four axes in x and in y, strides
// in elements, x's of any sign; n = product of the extents. Parts of a concatenation, slices with any step,
// repetitions (stride 0), mirror images and permutations of axes are cases of it. weights fp32 (out, in, taps) and (taps, in, out); pictures
// (images, source_height, source_width, channels) bytes → (images, height, width, channels);
// crops (images, 3) int32: top, left, flip. With scale = 1 / (255 σ), shift = -μ / σ a byte becomes
// (byte / 255 - μ) / σ.
// Launch: transpose, blocks of 256, a block a tile of 32 × 32; images_to_nhwc, a block a line (n, r); the
// rest any number of blocks of 256. y must not be x.
// strided_copy moves 16 bytes at a time where the last axis lies dense on both sides and everything else is
// a multiple of that. Neighbouring threads write neighbours; where x's neighbours are elsewhere, transpose is
// the faster one, unless rows or columns are few. A box has less than 2^31 elements, so that its divisions
// are 32 bits wide; strides are 64 bits wide.
// Bytes: each tensor once.
#include "common.cuh"

constexpr int TILE = 32;

KERNEL(transpose)(const Storage* x, Storage* y, i64 batch, int rows, int middle, int columns) {
  __shared__ Storage tile[TILE][TILE + 1];
  int tiles_down = (rows + TILE - 1) / TILE, tiles_across = (columns + TILE - 1) / TILE;
  i64 tiles = (i64)tiles_down * tiles_across;
  int across = threadIdx.x % TILE, down = threadIdx.x / TILE;
  for (i64 t = blockIdx.x; t < batch * middle * tiles; t += gridDim.x) {
    i64 matrix = t / tiles, b = matrix / middle, m = matrix % middle;
    int place = (int)(t % tiles);
    int row0 = place / tiles_across * TILE, column0 = place % tiles_across * TILE;
    // Four rounds, whatever the thread: counting from `down` on would cost a loop for what is left over.
#pragma unroll
    for (int k = 0; k < TILE; k += BLOCK / TILE) {
      int d = down + k;
      if (row0 + d < rows && column0 + across < columns)
        tile[d][across] = x[((b * rows + row0 + d) * middle + m) * columns + column0 + across];
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < TILE; k += BLOCK / TILE) {
      int d = down + k;
      if (column0 + d < columns && row0 + across < rows)
        y[((b * columns + column0 + d) * middle + m) * rows + row0 + across] = tile[across][d];
    }
    __syncthreads();
  }
}

struct Box {
  int extent1, extent2, extent3;
  i64 x_stride0, x_stride1, x_stride2, x_stride3, y_stride0, y_stride1, y_stride2, y_stride3;
};

#define BOX_ARGUMENTS                                                                                     \
  int extent1, int extent2, int extent3, i64 x_stride0, i64 x_stride1, i64 x_stride2, i64 x_stride3,      \
      i64 y_stride0, i64 y_stride1, i64 y_stride2, i64 y_stride3
#define BOX                                                                                               \
  Box {                                                                                                   \
    extent1, extent2, extent3, x_stride0, x_stride1, x_stride2, x_stride3, y_stride0, y_stride1,          \
        y_stride2, y_stride3                                                                              \
  }

template <int W>
__device__ inline void strided_copy(const Storage* x, Storage* y, int n, const Box& box) {
  int groups = box.extent3 / W;
#pragma unroll 4
  for (i64 v = global_thread(); v < n / W; v += global_threads()) {
    unsigned i = (unsigned)v, i3 = i % groups * W, i2 = i / groups % box.extent2;
    unsigned line = i / groups / box.extent2, i1 = line % box.extent1, i0 = line / box.extent1;
    i64 from = i0 * box.x_stride0 + i1 * box.x_stride1 + i2 * box.x_stride2 + i3 * box.x_stride3;
    i64 to = i0 * box.y_stride0 + i1 * box.y_stride1 + i2 * box.y_stride2 + i3 * box.y_stride3;
    store<W>(y + to, load<W>(x + from));
  }
}

KERNEL(strided_copy)(const Storage* x, Storage* y, int n, BOX_ARGUMENTS) {
  i64 strides = x_stride0 | x_stride1 | x_stride2 | y_stride0 | y_stride1 | y_stride2;
  bool whole = extent3 % LANES == 0 && x_stride3 == 1 && y_stride3 == 1 && strides % LANES == 0;
  if (whole && aligned16(x, y))
    strided_copy<LANES>(x, y, n, BOX);
  else
    strided_copy<1>(x, y, n, BOX);
}

#ifndef BF16
SINGLE_KERNEL(oihw_to_hwio_f32)(const float* x, float* y, int out, int in, int taps) {
  i64 n = (i64)out * in * taps;
#pragma unroll 1
  for (i64 k = global_thread(); k < n; k += global_threads()) {
    i64 o = k % out, i = k / out % in, t = k / out / in;
    y[k] = x[(o * in + i) * taps + t];
  }
}

SINGLE_KERNEL(hwio_to_oihw_f32)(const float* x, float* y, int out, int in, int taps) {
  i64 n = (i64)out * in * taps;
#pragma unroll 1
  for (i64 k = global_thread(); k < n; k += global_threads()) {
    i64 t = k % taps, i = k / taps % in, o = k / taps / in;
    y[k] = x[(t * in + i) * out + o];
  }
}
#else
KERNEL(cast_from_f32)(const float* x, Storage* y, i64 n) {
  each(n, aligned16(x, y), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    store<W>(y + i, load<W>(x + i));
  });
}

KERNEL(cast_to_f32)(const Storage* x, float* y, i64 n) {
  each(n, aligned16(x, y), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    store<W>(y + i, load<W>(x + i));
  });
}
#endif

KERNEL(images_to_nhwc)
(const unsigned char* pictures, const int* crops, const float* scale, const float* shift, Storage* y,
 int images, int source_height, int source_width, int channels, int height, int width) {
  each_on_line((i64)images * height, width * channels, [&](i64 line, int t) {
    i64 image = line / height;
    int q = t / channels, c = t % channels;
    int row = crops[image * 3] + (int)(line % height);
    int column = crops[image * 3 + 1] + (crops[image * 3 + 2] != 0 ? width - 1 - q : q);
    float byte = 0.0f;
    if (row >= 0 && row < source_height && column >= 0 && column < source_width)
      byte = (float)pictures[((image * source_height + row) * source_width + column) * channels + c];
    store<1>(y + line * width * channels + t, Pack<1>{{byte * scale[c] + shift[c]}});
  });
}
