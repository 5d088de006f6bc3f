// Optimisers over flat fp32 buffers, and the global norm that clips their gradients.
//
//   square_sums   partials[block] = Σ g² of the block's share
//   clip_scale    norm = sqrt(Σ partials); scale = 0 where norm is infinite or NaN,
//                 max_norm / norm where 0 < max_norm < norm, else 1
//   sgd           g' = scale g + decay w;  w -= rate g'
//   sgd_momentum  g' = scale g + decay w;  v = momentum v + g';  w -= rate v, or rate (g' + momentum v)
//   adamw         g' = scale g;  m = beta1 m + (1 - beta1) g';  v = beta2 v + (1 - beta2) g'²;
//                 w = (1 - rate_decay) w - step m / (sqrt(v) correction + epsilon)
//                 with step = rate / (1 - beta1^t), correction = 1 / sqrt(1 - beta2^t)
//   blend         y = kept y + added x: a running mean of the parameters, a sum and a mean of gradients
//
// Shapes: w, g, v, m, y, x (n) fp32; decays one byte for every 16 elements: 1 where weight decay applies, 0 where
// not (parameters start at multiples of 16). control (6) fp32 is the numbers of a step: norm and scale, which
// clip_scale writes, then max_norm, rate (AdamW's step), correction and rate_decay, which the host writes, so
// that a recorded launch serves every step. A scale of 0 leaves everything unchanged.
// Launch: square_sums any number of blocks of 256, as many partials; clip_scale one block; the rest any
// number of blocks of 256. The order of addition depends on the launch shape alone.
// Bytes an element: sgd 12, sgd_momentum 20, adamw 28, square_sums 4, blend 12.
// Sources: Sutskever et al. 2013 in PyTorch's form; Loshchilov and Hutter 2019, algorithm 2; Pascanu et al.
// 2013, algorithm 1.
#include "common.cuh"

#ifndef BF16
constexpr int DECAY_SEGMENT = 16;

// Places in control.
constexpr int NORM = 0, SCALE = 1, MAX_NORM = 2, RATE = 3, CORRECTION = 4, RATE_DECAY = 5;

SINGLE_KERNEL(square_sums_f32)(const float* g, float* partials, i64 n) {
  float sum = 0.0f;
  each(n, aligned16(g), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> a = load<W>(g + i);
#pragma unroll
    for (int j = 0; j < W; j++) sum += a.v[j] * a.v[j];
  });
  sum = block_sum(sum);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

SINGLE_KERNEL(clip_scale_f32)(const float* partials, float* control, int blocks) {
  float sum = 0.0f;
  for (int i = threadIdx.x; i < blocks; i += BLOCK) sum += partials[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) {
    float norm = sqrtf(sum), max_norm = control[MAX_NORM];
    float scale = max_norm > 0.0f && norm > max_norm ? max_norm / norm : 1.0f;
    control[NORM] = norm;
    control[SCALE] = isfinite(norm) ? scale : 0.0f;
  }
}

SINGLE_KERNEL(sgd_f32)
(float* w, const float* g, const unsigned char* decays, const float* control, i64 n,
 float decay) {
  float scale = control[SCALE], rate = control[RATE];
  if (scale == 0.0f) return;
  each(n, aligned16(w, g), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> p = load<W>(w + i), d = load<W>(g + i);
    float shrink = decays[i / DECAY_SEGMENT] != 0 ? decay : 0.0f;
#pragma unroll
    for (int j = 0; j < W; j++) p.v[j] -= rate * (d.v[j] * scale + shrink * p.v[j]);
    store<W>(w + i, p);
  });
}

SINGLE_KERNEL(sgd_momentum_f32)
(float* w, const float* g, float* v, const unsigned char* decays, const float* control, i64 n,
 float momentum, float decay, int nesterov) {
  float scale = control[SCALE], rate = control[RATE];
  if (scale == 0.0f) return;
  each(n, aligned16(w, g, v), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> p = load<W>(w + i), d = load<W>(g + i), s = load<W>(v + i);
    float shrink = decays[i / DECAY_SEGMENT] != 0 ? decay : 0.0f;
#pragma unroll
    for (int j = 0; j < W; j++) {
      float gradient = d.v[j] * scale + shrink * p.v[j];
      s.v[j] = momentum * s.v[j] + gradient;
      p.v[j] -= rate * (nesterov != 0 ? gradient + momentum * s.v[j] : s.v[j]);
    }
    store<W>(v + i, s);
    store<W>(w + i, p);
  });
}

SINGLE_KERNEL(adamw_f32)
(float* w, const float* g, float* m, float* v, const unsigned char* decays, const float* control, i64 n,
 float beta1, float beta2, float epsilon) {
  float scale = control[SCALE], step = control[RATE], correction = control[CORRECTION];
  float rate_decay = control[RATE_DECAY];
  if (scale == 0.0f) return;
  each(n, aligned16(w, g, m, v), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> p = load<W>(w + i), d = load<W>(g + i), first = load<W>(m + i), second = load<W>(v + i);
    float keep = decays[i / DECAY_SEGMENT] != 0 ? 1.0f - rate_decay : 1.0f;
#pragma unroll
    for (int j = 0; j < W; j++) {
      float gradient = d.v[j] * scale;
      first.v[j] = beta1 * first.v[j] + (1.0f - beta1) * gradient;
      second.v[j] = beta2 * second.v[j] + (1.0f - beta2) * gradient * gradient;
      p.v[j] = keep * p.v[j] - step * first.v[j] / (sqrtf(second.v[j]) * correction + epsilon);
    }
    store<W>(m + i, first);
    store<W>(v + i, second);
    store<W>(w + i, p);
  });
}

SINGLE_KERNEL(blend_f32)(float* y, const float* x, i64 n, float kept, float added) {
  each(n, aligned16(y, x), [&](auto width, i64 i) {
    constexpr int W = decltype(width)::value;
    Pack<W> p = load<W>(y + i), q = load<W>(x + i);
#pragma unroll
    for (int j = 0; j < W; j++) p.v[j] = kept * p.v[j] + added * q.v[j];
    store<W>(y + i, p);
  });
}
#endif
