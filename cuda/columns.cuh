// Column sums of a row-major (rows, channels) array in a fixed order, in two passes.
//
// Pass 1, here: block (bx, by) of (tx, ty) threads, ty a power of two. Blocks bx share out the
// columns, block by takes the by-th chunk of ceil(rows / gridDim.y) rows. A thread adds the rows
// ty apart, then the ty threads of a column meet in a tree in shared memory. The K sums of column c go
// to partials[(k · gridDim.y + by) · channels + c].
// Pass 2 (each user's own kernel) adds the gridDim.y partials of a column; see finish_columns.
//
// The order of addition depends on the launch shape alone, and the launch shape on (rows, channels)
// alone, so results are the same bits on every run and every device.
#pragma once
#include "common.cuh"

// Rows a thread loads before it adds the first: 4 × 16 bytes fp32; 2 of bf16, whose lanes take twice the
// registers (with 4, CUDA 12.6's compiler spills bias_backward_bf16 on sm_80).
constexpr int ROWS_IN_FLIGHT = 16 / LANES;

struct Chunk {
  i64 begin, end;
};

__device__ inline Chunk row_chunk(i64 rows) {
  i64 size = (rows + gridDim.y - 1) / gridDim.y;
  i64 begin = min(size * blockIdx.y, rows);
  return Chunk{begin, min(begin + size, rows)};
}

// origin(c, chunk) is what is subtracted or otherwise the same for all rows of the W columns from c on;
// add(r, c, origin, sums) adds row r to sums[k]; done(c, chunk, origin, sums) gets the block's sums, in
// the threads with threadIdx.y = 0.
template <int W, int K, class Origin, class Add, class Done>
__device__ inline void column_sums(i64 rows, int channels, Origin origin, Add add, Done done) {
  __shared__ float shared[K][BLOCK * W];
  Chunk chunk = row_chunk(rows);
  int groups = channels / W;
  int place = (threadIdx.y * blockDim.x + threadIdx.x) * W;
  for (int first = blockIdx.x * blockDim.x; first < groups; first += gridDim.x * blockDim.x) {
    int g = first + threadIdx.x;
    Pack<W> sums[K] = {}, from = {};
    if (g < groups && chunk.begin < chunk.end) {
      from = origin(g * W, chunk);
#pragma unroll ROWS_IN_FLIGHT
      for (i64 r = chunk.begin + threadIdx.y; r < chunk.end; r += blockDim.y) add(r, g * W, from, sums);
    }
#pragma unroll
    for (int k = 0; k < K; k++) store<W>(&shared[k][place], sums[k]);
    for (int half = blockDim.y / 2; half > 0; half /= 2) {
      __syncthreads();
      if (threadIdx.y < half) {
#pragma unroll
        for (int k = 0; k < K; k++)
#pragma unroll
          for (int j = 0; j < W; j++) shared[k][place + j] += shared[k][place + half * blockDim.x * W + j];
      }
    }
    if (threadIdx.y == 0 && g < groups) {
#pragma unroll
      for (int k = 0; k < K; k++) sums[k] = load<W>(&shared[k][place]);
      done(g * W, chunk, from, sums);
    }
    __syncthreads();
  }
}

template <int W, int K>
__device__ inline void store_partials(float* partials, int channels, int c, const Pack<W>* sums) {
#pragma unroll
  for (int k = 0; k < K; k++)
#pragma unroll
    for (int j = 0; j < W; j++)
      partials[((i64)k * gridDim.y + blockIdx.y) * channels + c + j] = sums[k].v[j];
}

// Pass 2, a warp a channel: body(c, lane) with all lanes of a warp together. The 8 warps of a block take
// neighbouring channels, which share the 32-byte sectors of the partial sums.
template <class Body>
__device__ inline void each_finished_channel(int channels, Body body) {
  for (i64 c = global_thread() / WARP; c < channels; c += global_threads() / WARP)
    body((int)c, (int)(threadIdx.x % WARP));
}

// Plain sums: lane l adds the partials l, l + 32, ..., then the lanes meet in a butterfly. The result of column c
// is handed to done(c, sums) in one thread.
template <int K, class Done>
__device__ inline void finish_columns(const float* partials, int chunks, int channels, Done done) {
  each_finished_channel(channels, [&](int c, int lane) {
    float sums[K] = {};
#pragma unroll 4
    for (int i = lane; i < chunks; i += WARP)
#pragma unroll
      for (int k = 0; k < K; k++) sums[k] += partials[((i64)k * chunks + i) * channels + c];
#pragma unroll
    for (int k = 0; k < K; k++) sums[k] = warp_sum(sums[k]);
    if (lane == 0) done(c, sums);
  });
}
