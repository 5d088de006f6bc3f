// Layouts and types: transposes, weight layouts, casts, pictures.
//
//   transpose      y[b, c, r] = x[b, r, c]; NCHW → NHWC with rows = C, columns = H · W, and back
//   oihw_to_hwio   y[t, i, o] = x[o, i, t], t = kernel position; hwio_to_oihw the reverse
//   cast_from_f32  y = bf16(x), to nearest even; cast_to_f32 exact
//   images_to_nhwc y[n, r, q, c] = byte · scale[c] + shift[c], where byte is pixel (top + r, left + q) of
//                  picture n, mirrored if flip: column left + width - 1 - q; outside the picture byte = 0
//
// Shapes: transpose (batch, rows, columns); weights fp32 (out, in, taps) and (taps, in, out); pictures
// (images, source_height, source_width, channels) bytes → (images, height, width, channels);
// crops (images, 3) int32: top, left, flip. With scale = 1 / (255 σ), shift = -μ / σ a byte becomes
// (byte / 255 - μ) / σ.
// Launch: transpose, blocks of 256, a block a tile of 32 × 32; images_to_nhwc, a block a line (n, r); the
// rest any number of blocks of 256. y must not be x.
// Bytes: each tensor once.
#include "common.cuh"

constexpr int TILE = 32;

KERNEL(transpose)(const Storage* x, Storage* y, i64 batch, int rows, int columns) {
  __shared__ Storage tile[TILE][TILE + 1];
  int tiles_down = (rows + TILE - 1) / TILE, tiles_across = (columns + TILE - 1) / TILE;
  i64 tiles = (i64)tiles_down * tiles_across;
  int across = threadIdx.x % TILE, down = threadIdx.x / TILE;
  for (i64 t = blockIdx.x; t < batch * tiles; t += gridDim.x) {
    i64 base = t / tiles * rows * columns;
    int place = (int)(t % tiles);
    int row0 = place / tiles_across * TILE, column0 = place % tiles_across * TILE;
    for (int d = down; d < TILE; d += BLOCK / TILE)
      if (row0 + d < rows && column0 + across < columns)
        tile[d][across] = x[base + (i64)(row0 + d) * columns + column0 + across];
    __syncthreads();
    for (int d = down; d < TILE; d += BLOCK / TILE)
      if (column0 + d < columns && row0 + across < rows)
        y[base + (i64)(column0 + d) * rows + row0 + across] = tile[across][d];
    __syncthreads();
  }
}

#ifndef BF16
SINGLE_KERNEL(oihw_to_hwio_f32)(const float* x, float* y, int out, int in, int taps) {
  i64 n = (i64)out * in * taps;
  for (i64 k = global_thread(); k < n; k += global_threads()) {
    i64 o = k % out, i = k / out % in, t = k / out / in;
    y[k] = x[(o * in + i) * taps + t];
  }
}

SINGLE_KERNEL(hwio_to_oihw_f32)(const float* x, float* y, int out, int in, int taps) {
  i64 n = (i64)out * in * taps;
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
