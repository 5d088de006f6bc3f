/* Does the work, and the calls that give streams copies, fills and launches. */
#include "standin.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void stamp(const struct work *work) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (work->stamp >= work->event->stamp) {
    work->event->stamp = work->stamp;
    work->event->milliseconds = (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
  }
}

static const char *to_device(const struct work *work) {
  if (work->length > 0) {
    return machine_copy_in(work->to, work->data, work->bytes);
  }
  const void *from = (const void *)(uintptr_t)work->from;
  return is_locked(from, work->bytes)
      ? machine_copy_in(work->to, from, work->bytes)
      : "OUT_OF_BOUNDS: a copy reads page-locked memory that was freed before it ran";
}

static const char *to_host(const struct work *work) {
  void *to = (void *)(uintptr_t)work->to;
  return is_locked(to, work->bytes)
      ? machine_copy_out(to, work->from, work->bytes)
      : "OUT_OF_BOUNDS: a copy writes page-locked memory that was freed before it ran";
}

static const char *attempt(struct work *work) {
  switch (work->kind) {
    case LAUNCH:
      return machine_launch(work);
    case TO_DEVICE:
      return to_device(work);
    case TO_HOST:
      return to_host(work);
    case INSIDE:
      return machine_copy(work->to, work->from, work->bytes);
    case FILL:
      return machine_fill(work->to, (unsigned char)work->value, work->bytes);
    case CALL:
      return work->call(work->data);
    case STAMP:
      stamp(work);
      return NULL;
    case GRAPH:
      run_nodes(work->nodes);
      return NULL;
    default:
      return NULL;
  }
}

/* Nothing runs after a fault. */
void execute(struct work *work) {
  if (work->kind != STAMP && failed()) {
    return;
  }
  const char *text = attempt(work);
  if (text != NULL) {
    fail(strncmp(text, "OUT_OF_BOUNDS", 13) == 0   ? ILLEGAL_ADDRESS
            : strncmp(text, "MISALIGNED", 10) == 0 ? MISALIGNED_ADDRESS
                                                   : LAUNCH_FAILED,
        text);
  }
}

API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, void *stream) {
  TRY(ready_context());
  if (bytes == 0) {
    return SUCCESS;
  }
  if (from == NULL || !is_device(to, bytes)) {
    return INVALID_VALUE;
  }
  int pinned = is_locked(from, bytes);
  struct stream *target = stream_of(stream);
  if (!pinned && target != NULL && target->capture != NULL) {
    pthread_mutex_lock(&state);
    invalidate(target->capture);
    pthread_mutex_unlock(&state);
    return CAPTURE_UNSUPPORTED;
  }
  struct work *work = new_work(TO_DEVICE, pinned ? 0 : bytes);
  work->to = to;
  work->from = (uint64_t)(uintptr_t)from;
  work->bytes = bytes;
  if (!pinned) {
    memcpy(work->data, from, bytes);
  }
  standin_count(COPIES_TO_DEVICE, 1);
  standin_count(BYTES_TO_DEVICE, (long long)bytes);
  return enqueue(stream, work);
}

API CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, void *stream) {
  TRY(ready_context());
  if (bytes == 0) {
    return SUCCESS;
  }
  if (!is_device(from, bytes)) {
    return INVALID_VALUE;
  }
  standin_count(COPIES_TO_HOST, 1);
  standin_count(BYTES_TO_HOST, (long long)bytes);
  if (!is_locked(to, bytes)) {
    fprintf(stderr, "stand-in driver: cuMemcpyDtoHAsync to memory that is not page-locked\n");
    return INVALID_VALUE;
  }
  struct work *work = new_work(TO_HOST, 0);
  work->to = (uint64_t)(uintptr_t)to;
  work->from = from;
  work->bytes = bytes;
  return enqueue(stream, work);
}

API CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, void *stream) {
  TRY(ready_context());
  if (bytes == 0) {
    return SUCCESS;
  }
  if (!is_device(from, bytes) || !is_device(to, bytes)) {
    return INVALID_VALUE;
  }
  struct work *work = new_work(INSIDE, 0);
  work->to = to;
  work->from = from;
  work->bytes = bytes;
  standin_count(FILLS_AND_COPIES, 1);
  return enqueue(stream, work);
}

API CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, void *stream) {
  TRY(ready_context());
  if (bytes == 0) {
    return SUCCESS;
  }
  if (!is_device(to, bytes)) {
    return INVALID_VALUE;
  }
  struct work *work = new_work(FILL, 0);
  work->to = to;
  work->value = value;
  work->bytes = bytes;
  standin_count(FILLS_AND_COPIES, 1);
  return enqueue(stream, work);
}

static CUresult now(const char *text) {
  if (text != NULL) {
    fail(ILLEGAL_ADDRESS, text);
  }
  return ready_context();
}

/* These do not wait for streams that are not blocking, and ours never are. */
API CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
  TRY(ready_context());
  TRY(unsafe_call());
  standin_count(COPIES_TO_DEVICE, 1);
  standin_count(BYTES_TO_DEVICE, (long long)bytes);
  if (!is_device(to, bytes)) {
    return INVALID_VALUE;
  }
  return mode == RECORD ? SUCCESS : now(machine_copy_in(to, from, bytes));
}

API CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
  TRY(ready_context());
  TRY(unsafe_call());
  standin_count(COPIES_TO_HOST, 1);
  standin_count(WAITS, 1);
  standin_count(BYTES_TO_HOST, (long long)bytes);
  if (!is_device(from, bytes)) {
    return INVALID_VALUE;
  }
  return mode == RECORD ? SUCCESS : now(machine_copy_out(to, from, bytes));
}
