/*
 * cuBLAS: products of column-major matrices, C = alpha op(A) op(B) + beta C, with the library's
 * rules for arguments. Sums are in fp32, from k = 0 upwards, beta C added last.
 */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef MAJOR
#error "MAJOR names the release"
#endif

enum status {
  OK = 0,
  HANDLE_MISSING = 1,
  ALLOC_FAILED = 3,
  BAD_VALUE = 7,
  EXECUTION_FAILED = 13,
  BLAS_NOT_SUPPORTED = 15
};

enum { F32 = 0, BF16 = 14, HANDLE = 0x424c4153, NO_TRANSPOSE = 0, TRANSPOSE = 1, CONJUGATE = 2 };
enum { COMPUTE_32F = 68, PEDANTIC = 69, FAST_16F = 74, FAST_16BF = 75, FAST_TF32 = 77 };
enum { WORKSPACE_ALIGNMENT = 256 };

struct handle {
  unsigned magic;
  void *stream;
  uint64_t workspace, workspace_bytes;
  int math;
};

struct matrix {
  uint64_t address;
  int type, leading;
  int64_t stride;
};

struct product {
  int transpose_a, transpose_b, m, n, k, count, compute;
  float alpha, beta;
  struct matrix a, b, c;
  uint64_t workspace, workspace_bytes;
};

static int bytes_of(int type) {
  return type == F32 ? 4 : 2;
}

static float from_bf16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

/* To nearest, ties to even; every NaN becomes the same one. */
static uint16_t to_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (value != value) {
    return 0x7fff;
  }
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* What the tensor cores see of an fp32 operand: ten bits behind the point, ties away from zero. */
static float to_tf32(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if ((bits & 0x7f800000) != 0x7f800000) {
    bits = (bits + 0x1000) & ~0x1fffu;
    memcpy(&value, &bits, sizeof value);
  }
  return value;
}

/* op(M) with `rows` and `columns`, element (i, j) at [j * rows + i]. */
static const char *operand(const struct product *product, const struct matrix *matrix, int index,
    int transpose, int rows, int columns, float *into) {
  int height = transpose ? columns : rows;
  int width = transpose ? rows : columns;
  int size = bytes_of(matrix->type);
  void *raw = malloc((size_t)height * (size_t)width * (size_t)size);
  uint64_t start = matrix->address + (uint64_t)(index * matrix->stride * size);
  const char *fault = standin_read(start, (uint64_t)matrix->leading * (uint64_t)size,
      (uint64_t)width, (uint64_t)height * (uint64_t)size, raw);
  for (int j = 0; fault == NULL && j < width; j++) {
    for (int i = 0; i < height; i++) {
      size_t at = (size_t)j * (size_t)height + (size_t)i;
      float value = matrix->type == F32 ? ((float *)raw)[at] : from_bf16(((uint16_t *)raw)[at]);
      value = product->compute == FAST_TF32 ? to_tf32(value) : value;
      value = product->compute == FAST_16BF ? from_bf16(to_bf16(value)) : value;
      into[transpose ? (size_t)i * (size_t)rows + (size_t)j : at] = value;
    }
  }
  free(raw);
  return fault;
}

static const char *finish(const struct product *product, int index, float *sums) {
  const struct matrix *c = &product->c;
  size_t size = (size_t)bytes_of(c->type);
  size_t elements = (size_t)product->m * (size_t)product->n;
  void *raw = malloc(elements * size);
  uint64_t start = c->address + (uint64_t)(index * c->stride * (int64_t)size);
  uint64_t pitch = (uint64_t)c->leading * size;
  const char *fault = NULL;
  if (product->beta != 0) {
    fault = standin_read(start, pitch, (uint64_t)product->n, (uint64_t)product->m * size, raw);
  }
  for (size_t i = 0; fault == NULL && i < elements; i++) {
    float sum = product->alpha == 1 ? sums[i] : product->alpha * sums[i];
    if (product->beta != 0) {
      float old = c->type == F32 ? ((float *)raw)[i] : from_bf16(((uint16_t *)raw)[i]);
      sum += product->beta * old;
    }
    if (c->type == F32) {
      ((float *)raw)[i] = sum;
    } else {
      ((uint16_t *)raw)[i] = to_bf16(sum);
    }
  }
  if (fault == NULL) {
    fault = standin_write(start, pitch, (uint64_t)product->n, (uint64_t)product->m * size, raw);
  }
  free(raw);
  return fault;
}

static const char *one(const struct product *p, int index) {
  size_t m = (size_t)p->m, n = (size_t)p->n, k = (size_t)p->k;
  float *a = malloc((m * k + 1) * sizeof(float));
  float *b = malloc((k * n + 1) * sizeof(float));
  float *sums = calloc(m * n + 1, sizeof(float));
  const char *fault = NULL;
  if (k > 0) {
    fault = operand(p, &p->a, index, p->transpose_a, p->m, p->k, a);
    fault = fault != NULL ? fault : operand(p, &p->b, index, p->transpose_b, p->k, p->n, b);
  }
  for (size_t j = 0; fault == NULL && j < n; j++) {
    for (size_t t = 0; t < k; t++) {
      float x = b[j * k + t];
      for (size_t i = 0; i < m; i++) {
        sums[j * m + i] += a[t * m + i] * x;
      }
    }
  }
  fault = fault != NULL ? fault : finish(p, index, sums);
  free(a);
  free(b);
  free(sums);
  return fault;
}

/* The workspace is written as the library may write it: all of it. */
static const char *run(const void *data) {
  const struct product *product = data;
  static const unsigned char dirt[4096] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  for (uint64_t at = 0; at < product->workspace_bytes; at += 1 << 20) {
    uint64_t width = product->workspace_bytes - at < 4096 ? product->workspace_bytes - at : 4096;
    const char *fault = standin_write(product->workspace + at, width, 1, width, dirt);
    if (fault != NULL) {
      return fault;
    }
  }
  for (int i = 0; i < product->count; i++) {
    const char *fault = one(product, i);
    if (fault != NULL) {
      return fault;
    }
  }
  return NULL;
}

static int is_type(int type) {
  return type == F32 || type == BF16;
}

static int supported(const struct product *p) {
  if (!is_type(p->a.type) || p->a.type != p->b.type || !is_type(p->c.type)) {
    return 0;
  }
  if (p->a.type == F32 && p->c.type != F32) {
    return 0;
  }
  switch (p->compute) {
    case COMPUTE_32F:
    case PEDANTIC:
      return 1;
    case FAST_16BF:
    case FAST_TF32:
      return p->a.type == F32;
    default:
      return 0;
  }
}

/* Whether two results of a batch share an element; those that interleave do not. */
static int overlap(const struct product *p) {
  int64_t leading = p->c.leading;
  for (int64_t d = 1; d < p->count; d++) {
    int64_t apart = d * p->c.stride;
    int64_t columns = apart / leading;
    for (int64_t j = columns; j <= columns + 1; j++) {
      int64_t rest = apart - j * leading;
      if (j < p->n && rest > -p->m && rest < p->m) {
        return 1;
      }
    }
  }
  return 0;
}

static int larger(int a, int b) {
  return a > b ? a : b;
}

static int valid(const struct product *p) {
  int operations = p->transpose_a >= 0 && p->transpose_a <= 2 && p->transpose_b >= 0
      && p->transpose_b <= 2;
  return operations && p->c.stride >= 0 && p->m >= 0 && p->n >= 0 && p->k >= 0 && p->count >= 0
      && p->a.leading >= larger(1, p->transpose_a == NO_TRANSPOSE ? p->m : p->k)
      && p->b.leading >= larger(1, p->transpose_b == NO_TRANSPOSE ? p->k : p->n)
      && p->c.leading >= larger(1, p->m);
}

static int aligned(const struct matrix *matrix) {
  return matrix->address % (uint64_t)bytes_of(matrix->type) == 0;
}

static enum status submit(struct handle *handle, struct product *p, const float *alpha,
    const float *beta, int algorithm) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  if (standin_ready() != SUCCESS) {
    return EXECUTION_FAILED;
  }
  if (alpha == NULL || beta == NULL || !valid(p) || algorithm < -1
      || (algorithm > 23 && algorithm < 99) || algorithm > 115) {
    return BAD_VALUE;
  }
  if (!supported(p)) {
    fprintf(stderr, "stand-in cuBLAS: no product of types %d, %d, %d with compute type %d\n",
        p->a.type, p->b.type, p->c.type, p->compute);
    return BLAS_NOT_SUPPORTED;
  }
  if (p->m == 0 || p->n == 0 || p->count == 0) {
    return OK;
  }
  if (!aligned(&p->a) || !aligned(&p->b) || !aligned(&p->c)) {
    return BAD_VALUE;
  }
  if (overlap(p)) {
    fprintf(stderr, "stand-in cuBLAS: the results of a batch overlap\n");
    return BAD_VALUE;
  }
  p->alpha = *alpha;
  p->beta = *beta;
  p->workspace = handle->workspace;
  p->workspace_bytes = handle->workspace_bytes;
  standin_count(PRODUCTS, 1);
  if (handle->workspace == 0) {
    standin_count(DEFAULT_WORKSPACES, 1);
  }
  return standin_enqueue(handle->stream, run, p, sizeof *p) == SUCCESS ? OK : EXECUTION_FAILED;
}

API enum status cublasGemmEx(struct handle *handle, int transpose_a, int transpose_b, int m, int n,
    int k, const void *alpha, uint64_t a, int a_type, int lda, uint64_t b, int b_type, int ldb,
    const void *beta, uint64_t c, int c_type, int ldc, int compute, int algorithm) {
  struct product p = {transpose_a, transpose_b, m, n, k, 1, compute, 0, 0, {a, a_type, lda, 0},
      {b, b_type, ldb, 0}, {c, c_type, ldc, 0}, 0, 0};
  return submit(handle, &p, alpha, beta, algorithm);
}

API enum status cublasGemmStridedBatchedEx(struct handle *handle, int transpose_a, int transpose_b,
    int m, int n, int k, const void *alpha, uint64_t a, int a_type, int lda, int64_t stride_a,
    uint64_t b, int b_type, int ldb, int64_t stride_b, const void *beta, uint64_t c, int c_type,
    int ldc, int64_t stride_c, int count, int compute, int algorithm) {
  struct product p = {transpose_a, transpose_b, m, n, k, count, compute, 0, 0,
      {a, a_type, lda, stride_a}, {b, b_type, ldb, stride_b}, {c, c_type, ldc, stride_c}, 0, 0};
  return submit(handle, &p, alpha, beta, algorithm);
}

API enum status cublasCreate_v2(struct handle **handle) {
  if (standin_ready() != SUCCESS) {
    return HANDLE_MISSING;
  }
  if (standin_allocation_fails()) {
    return ALLOC_FAILED;
  }
  *handle = calloc(1, sizeof **handle);
  (*handle)->magic = HANDLE;
  standin_count(OPEN_HANDLES, 1);
  return OK;
}

API enum status cublasDestroy_v2(struct handle *handle) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  handle->magic = 0;
  standin_count(OPEN_HANDLES, -1);
  return OK;
}

/* Takes a workspace that was set away, as the library's documentation says. */
API enum status cublasSetStream_v2(struct handle *handle, void *stream) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  handle->stream = stream;
  handle->workspace = 0;
  handle->workspace_bytes = 0;
  return OK;
}

API enum status cublasGetStream_v2(struct handle *handle, void **stream) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  *stream = handle->stream;
  return OK;
}

API enum status cublasSetWorkspace_v2(struct handle *handle, uint64_t workspace, size_t bytes) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  if (workspace % WORKSPACE_ALIGNMENT != 0 || !standin_is_device(workspace, bytes)) {
    return BAD_VALUE;
  }
  handle->workspace = workspace;
  handle->workspace_bytes = bytes;
  return OK;
}

API enum status cublasSetMathMode(struct handle *handle, int math) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  handle->math = math;
  return (math & ~(3 | 16)) == 0 ? OK : BAD_VALUE;
}

API enum status cublasGetVersion_v2(struct handle *handle, int *version) {
  if (handle == NULL || handle->magic != HANDLE) {
    return HANDLE_MISSING;
  }
  *version = MAJOR * 10000 + 600;
  return OK;
}

API enum status cublasGetProperty(int type, int *value) {
  if (type < 0 || type > 2) {
    return BAD_VALUE;
  }
  *value = type == 0 ? MAJOR : type == 1 ? 6 : 0;
  return OK;
}
