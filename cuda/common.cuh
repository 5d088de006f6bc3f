// What every kernel file shares: the storage type, 16-byte access, and the loops.
//
// A module is compiled for one storage type of activations: float (suffix f32) or bfloat16 (suffix
// bf16). Arithmetic is always fp32. Per-channel vectors (bias, scale, mean, ...), losses, optimiser
// state and master weights are fp32 in both.
//
// Every loop is a grid-stride loop over 64-bit indices, so a kernel is right for any grid. A 16-byte
// access needs every pointer 16-byte aligned; otherwise, and for the last n mod LANES elements, the
// same body runs with one element at a time.
#pragma once

typedef long long i64;
typedef unsigned long long u64;

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)
// A kernel over activations: name_f32 or name_bf16, blocks of at most 256 threads.
#define KERNEL(name) extern "C" __global__ void __launch_bounds__(256) JOIN(name, SUFFIX)
// The same with up to 64 registers a thread, where the compiler would spill to have more warps at a time.
#define ROOMY_KERNEL(name) extern "C" __global__ void __launch_bounds__(256, 4) JOIN(name, SUFFIX)
// A kernel that exists once, in one module, under the full name given.
#define SINGLE_KERNEL(name) extern "C" __global__ void __launch_bounds__(256) name

#define WARP 32
#define BLOCK 256

struct bf16 {
  unsigned short bits;
};

#ifdef BF16
#define SUFFIX bf16
typedef bf16 Storage;
typedef unsigned short StorageBits;
#else
#define SUFFIX f32
typedef float Storage;
typedef unsigned StorageBits;
#endif

// Elements of Storage in 16 bytes: 4 or 8.
constexpr int LANES = 16 / sizeof(Storage);

template <int W>
struct Width {
  static constexpr int value = W;
};

template <int W>
struct Pack {
  float v[W];
};

__device__ inline bool aligned16(const void* p) { return ((u64)p & 15) == 0; }

template <class... P>
__device__ inline bool aligned16(const void* p, P... rest) {
  return aligned16(p) && aligned16(rest...);
}

// ---- fp32 access: W = 1, or a multiple of 4 as 16-byte accesses ----

template <int W>
__device__ inline Pack<W> load(const float* p) {
  Pack<W> x;
  if constexpr (W % 4 == 0) {
#pragma unroll
    for (int j = 0; j < W; j += 4) {
      float4 q = *(const float4*)(p + j);
      x.v[j] = q.x, x.v[j + 1] = q.y, x.v[j + 2] = q.z, x.v[j + 3] = q.w;
    }
  } else {
#pragma unroll
    for (int j = 0; j < W; j++) x.v[j] = p[j];
  }
  return x;
}

template <int W>
__device__ inline void store(float* p, const Pack<W>& x) {
  if constexpr (W % 4 == 0) {
#pragma unroll
    for (int j = 0; j < W; j += 4)
      *(float4*)(p + j) = make_float4(x.v[j], x.v[j + 1], x.v[j + 2], x.v[j + 3]);
  } else {
#pragma unroll
    for (int j = 0; j < W; j++) p[j] = x.v[j];
  }
}

// ---- bf16 access: W = 1, or a multiple of 8 as 16-byte accesses; stores round to nearest even ----

#ifdef BF16
__device__ inline unsigned pack_bf16(float low, float high) {
  unsigned d;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(d) : "f"(high), "f"(low));
  return d;
}

template <int W>
__device__ inline Pack<W> load(const bf16* p) {
  Pack<W> x;
  if constexpr (W % 8 == 0) {
#pragma unroll
    for (int j = 0; j < W; j += 8) {
      uint4 q = *(const uint4*)(p + j);
      unsigned word[4] = {q.x, q.y, q.z, q.w};
#pragma unroll
      for (int k = 0; k < 4; k++) {
        x.v[j + 2 * k] = __uint_as_float(word[k] << 16);
        x.v[j + 2 * k + 1] = __uint_as_float(word[k] & 0xffff0000u);
      }
    }
  } else {
#pragma unroll
    for (int j = 0; j < W; j++) x.v[j] = __uint_as_float((unsigned)p[j].bits << 16);
  }
  return x;
}

template <int W>
__device__ inline void store(bf16* p, const Pack<W>& x) {
  if constexpr (W % 8 == 0) {
#pragma unroll
    for (int j = 0; j < W; j += 8)
      *(uint4*)(p + j) = make_uint4(pack_bf16(x.v[j], x.v[j + 1]), pack_bf16(x.v[j + 2], x.v[j + 3]),
                                    pack_bf16(x.v[j + 4], x.v[j + 5]), pack_bf16(x.v[j + 6], x.v[j + 7]));
  } else {
#pragma unroll
    for (int j = 0; j < W; j++) p[j].bits = (unsigned short)pack_bf16(x.v[j], 0.0f);
  }
}
#endif

// ---- storage as it is, for kernels that only move it: 16 bytes, or one element ----

template <int W>
struct Bits {
  uint4 v;
  __device__ void keep_if(bool keep) {
    v = make_uint4(keep ? v.x : 0, keep ? v.y : 0, keep ? v.z : 0, keep ? v.w : 0);
  }
};

template <>
struct Bits<1> {
  StorageBits v;
  __device__ void keep_if(bool keep) { v = keep ? v : 0; }
};

template <int W>
__device__ inline Bits<W> load_bits(const Storage* p) {
  static_assert(W == 1 || W == LANES);
  if constexpr (W == 1)
    return Bits<W>{*(const StorageBits*)p};
  else
    return Bits<W>{*(const uint4*)p};
}

template <int W>
__device__ inline void store_bits(Storage* p, const Bits<W>& x) {
  if constexpr (W == 1)
    *(StorageBits*)p = x.v;
  else
    *(uint4*)p = make_uint4(x.v.x, x.v.y, x.v.z, x.v.w);
}

// ReLU that hands a NaN on, as PyTorch's does.
__device__ inline float relu(float x) { return x < 0.0f ? 0.0f : x; }

__device__ inline i64 global_thread() { return (i64)blockIdx.x * blockDim.x + threadIdx.x; }

__device__ inline i64 global_threads() { return (i64)gridDim.x * blockDim.x; }

// body(Width<W>, i) for every i in [0, n): first LANES elements at a time, then the tail one by one.
template <class Body>
__device__ inline void each(i64 n, bool aligned, Body body) {
  i64 vectors = aligned ? n / LANES : 0;
  for (i64 v = global_thread(); v < vectors; v += global_threads()) body(Width<LANES>(), v * LANES);
  for (i64 i = vectors * LANES + global_thread(); i < n; i += global_threads()) body(Width<1>(), i);
}

// body(Width<W>, i, c) for every i of a row-major (rows, channels) array, c = i mod channels. One
// division before each loop; inside, the channel advances by addition. A vector never spans two rows.
template <int W, class Body>
__device__ inline void each_in_channel(i64 n, int channels, Body body) {
  int groups = channels / W;
  int g = (int)(global_thread() % groups);
  int step = (int)(global_threads() % groups);
  for (i64 v = global_thread(); v < n / W; v += global_threads()) {
    body(Width<W>(), v * W, g * W);
    g += step;
    g -= g >= groups ? groups : 0;
  }
}

template <class Body>
__device__ inline void each_channel(i64 n, int channels, bool aligned, Body body) {
  if (aligned && channels % LANES == 0)
    each_in_channel<LANES>(n, channels, body);
  else
    each_in_channel<1>(n, channels, body);
}

// body(line, t) for every line in [0, lines) and t in [0, width): the threads of one threadIdx.y take a line
// at a time, so that what depends on the line alone is computed once a thread, and t needs 32 bits only.
// Blocks of (x, y) threads: y > 1 keeps the threads busy where lines are short.
template <class Body>
__device__ inline void each_on_line(i64 lines, int width, Body body) {
  for (i64 line = (i64)blockIdx.x * blockDim.y + threadIdx.y; line < lines; line += (i64)gridDim.x * blockDim.y)
    for (int t = threadIdx.x; t < width; t += blockDim.x) body(line, t);
}

// Sum over a warp; every lane gets the same bits (the tree is the same seen from each lane).
__device__ inline float warp_sum(float x) {
#pragma unroll
  for (int d = WARP / 2; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d);
  return x;
}

__device__ inline float warp_max(float x) {
#pragma unroll
  for (int d = WARP / 2; d > 0; d /= 2) x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, d));
  return x;
}

// Sum over a block of 256 threads in a fixed tree; the result is for thread 0.
__device__ inline float block_sum(float x) {
  __shared__ float warps[BLOCK / WARP];
  x = warp_sum(x);
  if (threadIdx.x % WARP == 0) warps[threadIdx.x / WARP] = x;
  __syncthreads();
  float sum = 0.0f;
  if (threadIdx.x == 0)
    for (int w = 0; w < BLOCK / WARP; w++) sum += warps[w];
  return sum;
}
