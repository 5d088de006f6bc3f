// One translation unit a module: scripts/build-kernels compiles this file for sm_75 with fp32 storage
// (ptx/baseline.ptx) and for sm_80 with -DBF16 (ptx/sm80.ptx).
#include "elementwise.cu"
#include "bias.cu"
#include "batch_norm.cu"
#include "group_norm.cu"
#include "pooling.cu"
#include "convolution.cu"
#include "softmax.cu"
#include "pointwise_loss.cu"
#include "optimizer.cu"
#include "layout.cu"
