// Kernels that exercise the interpreter: divergence, shuffles, shared memory, calls, tensor cores.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

__constant__ float table[4] = {1.f, 2.f, 4.f, 8.f};

// Nested branches, loops of different length, break, continue and early return.
extern "C" __global__ void diverge(const int* in, int* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  int x = in[i], steps = 0;
  while (x != 1) {
    if (steps > 200) break;
    if (x % 2 == 0) {
      x /= 2;
    } else {
      x = 3 * x + 1;
      if (x % 5 == 0) { steps += 10; continue; }
    }
    steps++;
  }
  if (steps % 3 == 0) {
    for (int k = 0; k < i % 7; k++) steps += k * k;
  }
  out[i] = steps;
}

// Sum of a block: shuffles inside the warps, shared memory between them.
extern "C" __global__ void blockSum(const float* in, float* out, int n) {
  __shared__ float partial[32];
  float sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) sum += in[i];
  for (int d = 16; d > 0; d >>= 1) sum += __shfl_xor_sync(0xffffffff, sum, d);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x < 32) {
    sum = threadIdx.x < blockDim.x / 32 ? partial[threadIdx.x] : 0.f;
    for (int d = 16; d > 0; d >>= 1) sum += __shfl_down_sync(0xffffffff, sum, d);
    if (threadIdx.x == 0) out[blockIdx.x] = sum;
  }
}

// Transposes tiles through dynamic shared memory.
extern "C" __global__ void transpose(const float* in, float* out, int rows, int cols) {
  extern __shared__ float tile[];
  int w = blockDim.x + 1;
  int c = blockIdx.x * blockDim.x + threadIdx.x, r = blockIdx.y * blockDim.y + threadIdx.y;
  if (r < rows && c < cols) tile[threadIdx.y * w + threadIdx.x] = in[r * cols + c];
  __syncthreads();
  int tr = blockIdx.x * blockDim.x + threadIdx.y, tc = blockIdx.y * blockDim.y + threadIdx.x;
  if (tr < cols && tc < rows) out[tr * rows + tc] = tile[threadIdx.x * w + threadIdx.y];
}

struct Weights { float w[4]; int shift; };

__device__ __noinline__ float weigh(Weights v, int k, const float* local) {
  return v.w[(k + v.shift) & 3] * table[k & 3] + local[k & 7];
}

// A call with a structure, a local array indexed at run time, and a switch.
extern "C" __global__ void calls(Weights v, const float* in, float* out, int n) {
  int i = threadIdx.x;
  float local[8];
  for (int k = 0; k < 8; k++) local[k] = in[(i + k) % n];
  float s = weigh(v, i, local) + weigh(v, i + 1, local);
  switch (i % 8) {
    case 0: s += 1; break;
    case 1: s *= 2; break;
    case 2: s -= 3; break;
    case 3: s = -s; break;
    case 4: s += in[0]; break;
    case 5: s *= s; break;
    case 6: s = 0; break;
    default: s += 7;
  }
  out[i] = s;
}

#if __CUDA_ARCH__ >= 800
// C (16 x 8) = A (16 x 16) B (16 x 8), bf16, by cp.async, ldmatrix and mma.sync; B is stored as k rows of n.
extern "C" __global__ void tensorTile(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c) {
  __shared__ __align__(16) __nv_bfloat16 sa[16 * 16];
  __shared__ __align__(16) __nv_bfloat16 sb[16 * 8];
  int l = threadIdx.x;
  unsigned pa = (unsigned)__cvta_generic_to_shared(sa), pb = (unsigned)__cvta_generic_to_shared(sb);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(pa + 16 * l), "l"(a + 8 * l));
  if (l < 16) asm volatile("cp.async.ca.shared.global [%0], [%1], 16;" ::"r"(pb + 16 * l), "l"(b + 8 * l));
  asm volatile("cp.async.commit_group;\ncp.async.wait_group 0;" ::: "memory");
  __syncthreads();
  unsigned fa[4], fb[2];
  unsigned row = pa + 32 * (l % 16) + 16 * (l / 16);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(fa[0]), "=r"(fa[1]), "=r"(fa[2]), "=r"(fa[3]) : "r"(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
               : "=r"(fb[0]), "=r"(fb[1]) : "r"(pb + 16 * (l % 16)));
  float d[4] = {0, 0, 0, 0};
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(fa[0]), "r"(fa[1]), "r"(fa[2]), "r"(fa[3]), "r"(fb[0]), "r"(fb[1]));
  int r = l / 4, q = l % 4 * 2;
  c[r * 8 + q] = d[0];
  c[r * 8 + q + 1] = d[1];
  c[(r + 8) * 8 + q] = d[2];
  c[(r + 8) * 8 + q + 1] = d[3];
}
#endif

// Iterations of arithmetic, for measuring the interpreter.
extern "C" __global__ void spin(float* out, int iterations) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float x = i * 0.001f, y = 0.5f;
  #pragma unroll 1
  for (int k = 0; k < iterations; k++) {
    x = fmaf(x, 0.999f, y);
    y = y * 0.99f + (k & 3);
    if (x > 1000.f) x -= 1000.f;
  }
  out[i] = x + y;
}
