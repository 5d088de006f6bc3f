// Normalisation within an example: groups of channels (Wu and He 2018), or rows (Ba et al. 2016) as images of
// one pixel with one group.
//
//   group_norm            y = gamma (x - mean) r + beta,  r = 1 / sqrt(var + epsilon)
//   group_norm_backward   dx = r (g - sum(g) / n - xhat sum(g xhat) / n),  g = gamma dy,  xhat = (x - mean) r
//   group_norm_sums       betas, gammas = chunk sums of dy and of dy xhat, which add up to dbeta and dgamma
//
// Shapes: x, y, dy, dx (images, pixels, channels); gamma, beta, dgamma, dbeta (channels) fp32; mean, var (images,
// groups) fp32, var biased; n = pixels channels / groups. mean and
// var may be one and the same where y alone is wanted.
// Launch: group_norm and its gradient, blocks of 256, a block a group and more groups by stride; the others see
// columns.cuh. A thread adds the elements of its group 256 apart, then the block's threads meet in a tree.
// Bytes: three reads of x, of which two hit the cache for groups of moderate size, one write of y.
#include "columns.cuh"

// The sum over the block, for every thread of it. The next call's barrier within block_sum keeps its total apart.
__device__ inline float block_total(float x) {
  __shared__ float total;
  float sum = block_sum(x);
  if (threadIdx.x == 0) total = sum;
  __syncthreads();
  return total;
}

// The elements of one group of one image.
struct Group {
  i64 first;
  int channel, width, channels, count;

  __device__ i64 at(int t) const { return first + (i64)(t / width) * channels + t % width; }
  __device__ int channel_of(int t) const { return channel + t % width; }
};

template <class Body>
__device__ inline void each_group(i64 images, int pixels, int channels, int groups, Body body) {
  int width = channels / groups;
  for (i64 g = blockIdx.x; g < images * groups; g += gridDim.x) {
    int channel = (int)(g % groups) * width;
    body(g, Group{g / groups * pixels * channels + channel, channel, width, channels, pixels * width});
  }
}

__device__ inline float element(const Storage* p, i64 i) { return load<1>(p + i).v[0]; }

KERNEL(group_norm_forward)
(const Storage* x, const float* gamma, const float* beta, Storage* y, float* mean, float* var, i64 images,
 int pixels, int channels, int groups, float epsilon) {
  each_group(images, pixels, channels, groups, [&](i64 g, Group of) {
    float sum = 0.0f, squares = 0.0f;
    for (int t = threadIdx.x; t < of.count; t += BLOCK) sum += element(x, of.at(t));
    float m = block_total(sum) / (float)of.count;
    for (int t = threadIdx.x; t < of.count; t += BLOCK) {
      float d = element(x, of.at(t)) - m;
      squares += d * d;
    }
    float v = block_total(squares) / (float)of.count;
    float r = 1.0f / sqrtf(v + epsilon);
    for (int t = threadIdx.x; t < of.count; t += BLOCK) {
      int c = of.channel_of(t);
      float normal = (element(x, of.at(t)) - m) * r;
      store<1>(y + of.at(t), Pack<1>{{gamma[c] * normal + beta[c]}});
    }
    if (threadIdx.x == 0) mean[g] = m, var[g] = v;
  });
}

KERNEL(group_norm_backward)
(const Storage* x, const float* mean, const float* var, const Storage* dy, const float* gamma, Storage* dx,
 i64 images, int pixels, int channels, int groups, float epsilon) {
  each_group(images, pixels, channels, groups, [&](i64 g, Group of) {
    float m = mean[g], r = 1.0f / sqrtf(var[g] + epsilon), sum = 0.0f, product = 0.0f;
    for (int t = threadIdx.x; t < of.count; t += BLOCK) {
      float own = gamma[of.channel_of(t)] * element(dy, of.at(t));
      sum += own;
      product += own * ((element(x, of.at(t)) - m) * r);
    }
    sum = block_total(sum) / (float)of.count;
    product = block_total(product) / (float)of.count;
    for (int t = threadIdx.x; t < of.count; t += BLOCK) {
      float own = gamma[of.channel_of(t)] * element(dy, of.at(t));
      float normal = (element(x, of.at(t)) - m) * r;
      store<1>(dx + of.at(t), Pack<1>{{r * (own - sum - normal * product)}});
    }
  });
}

KERNEL(group_norm_sums)
(const Storage* x, const float* mean, const float* var, const Storage* dy, float* betas, float* gammas,
 i64 rows, int channels, int pixels, int groups, float epsilon) {
  int width = channels / groups;
  column_sums<1, 2>(
      rows, channels, [](int, Chunk) { return Pack<1>(); },
      [&](i64 row, int c, const Pack<1>&, Pack<1>* sums) {
        i64 g = row / pixels * groups + c / width;
        float own = element(dy, row * channels + c);
        sums[0].v[0] += own;
        sums[1].v[0] += own * ((element(x, row * channels + c) - mean[g]) / sqrtf(var[g] + epsilon));
      },
      [&](int c, Chunk, const Pack<1>&, const Pack<1>* sums) {
        store_partials<1, 1>(betas, channels, c, sums);
        store_partials<1, 1>(gammas, channels, c, sums + 1);
      });
}
