/* Start, devices, contexts, and the error that stays. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct context {
  int device;
  int retained;
  int alive;
};

pthread_mutex_t state = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t running = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
int mode, recording;
long long counters[COUNTERS];

static int initialized;
static struct context primary[16];
static __thread struct context *current;
static volatile CUresult sticky;
static char fault[8192];

/* An environment variable STANDIN_NAME as a number. */
long long setting(const char *name, long long standard) {
  char variable[64];
  snprintf(variable, sizeof variable, "STANDIN_%s", name);
  const char *value = getenv(variable);
  return value == NULL || *value == 0 ? standard : strtoll(value, NULL, 10);
}

int architecture(void) {
  static int known;
  return known != 0 ? known : (known = (int)setting("ARCHITECTURE", 80));
}

static int devices(void) {
  return (int)setting("DEVICES", 1);
}

const char *device_name(void) {
  const char *name = getenv("STANDIN_DEVICE");
  return name == NULL ? "stand-in GPU" : name;
}

API CUresult cuInit(unsigned flags) {
  if (flags != 0) {
    return INVALID_VALUE;
  }
  if (devices() == 0) {
    return NO_DEVICE;
  }
  int answer = (int)setting("INIT", SUCCESS);
  if (answer != SUCCESS) {
    return answer;
  }
  if (!initialized) {
    const char *wanted = getenv("STANDIN_MODE");
    if (wanted != NULL) {
      mode = strcmp(wanted, "early") == 0 ? EARLY : strcmp(wanted, "record") == 0 ? RECORD : LATE;
    }
    limit(setting("MEMORY", 64LL << 30), setting("HOST_MEMORY", 1LL << 40), 0);
    initialized = 1;
  }
  return SUCCESS;
}

CUresult ready(void) {
  return initialized ? SUCCESS : NOT_INITIALIZED;
}

CUresult ready_context(void) {
  if (!initialized) {
    return NOT_INITIALIZED;
  }
  if (current == NULL) {
    return INVALID_CONTEXT;
  }
  return current->alive ? sticky : CONTEXT_IS_DESTROYED;
}

const struct context *current_context(void) {
  return current;
}

API CUresult standin_ready(void) {
  return ready_context();
}

/* An error of a kernel: this call and all that follow answer it, until the context ends. */
void fail(CUresult error, const char *text) {
  if (sticky == SUCCESS) {
    sticky = error;
    snprintf(fault, sizeof fault, "%s", text);
    fprintf(stderr, "stand-in driver: fault %d: %s\n", error, text);
  }
}

int failed(void) {
  return sticky != SUCCESS;
}

const char *standin_fault(void) {
  return fault;
}

API void standin_count(int counter, long long by) {
  __atomic_add_fetch(&counters[counter], by, __ATOMIC_RELAXED);
}

API int standin_records(void) {
  return mode == RECORD;
}

API CUresult cuDriverGetVersion(int *version) {
  *version = (int)setting("VERSION", 12060);
  return SUCCESS;
}

API CUresult cuDeviceGetCount(int *count) {
  TRY(ready());
  *count = devices();
  return SUCCESS;
}

API CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  TRY(ready());
  if (ordinal < 0 || ordinal >= devices()) {
    return INVALID_DEVICE;
  }
  *device = ordinal;
  return SUCCESS;
}

API CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
  TRY(ready());
  if (device < 0 || device >= devices() || length <= 0) {
    return INVALID_DEVICE;
  }
  snprintf(name, (size_t)length, "%s", device_name());
  return SUCCESS;
}

API CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device) {
  TRY(ready());
  if (device < 0 || device >= devices()) {
    return INVALID_DEVICE;
  }
  *bytes = (size_t)setting("MEMORY", 64LL << 30);
  return SUCCESS;
}

/* Shared memory that a block may use if it asks for it, by compute capability. */
static int shared_memory(void) {
  switch (architecture()) {
    case 75:
      return 64 << 10;
    case 80:
    case 87:
      return 163 << 10;
    case 86:
    case 89:
      return 99 << 10;
    default:
      return 227 << 10;
  }
}

API CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice device) {
  TRY(ready());
  if (device < 0 || device >= devices()) {
    return INVALID_DEVICE;
  }
  switch (attribute) {
    case 1: /* threads a block */
    case 2:
    case 3:
      *value = 1024;
      return SUCCESS;
    case 8: /* shared memory a block */
      *value = 48 << 10;
      return SUCCESS;
    case 10: /* threads a warp */
      *value = 32;
      return SUCCESS;
    case 16: /* multiprocessors */
      *value = (int)setting("MULTIPROCESSORS", 108);
      return SUCCESS;
    case 75:
      *value = architecture() / 10;
      return SUCCESS;
    case 76:
      *value = architecture() % 10;
      return SUCCESS;
    case 97:
      *value = shared_memory();
      return SUCCESS;
    default:
      fprintf(stderr, "stand-in driver: device attribute %d is not known\n", attribute);
      return NOT_SUPPORTED;
  }
}

API CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice device) {
  TRY(cuDeviceGetAttribute(major, 75, device));
  return cuDeviceGetAttribute(minor, 76, device);
}

API CUresult cuDevicePrimaryCtxRetain(struct context **context, CUdevice device) {
  TRY(ready());
  if (device < 0 || device >= devices()) {
    return INVALID_DEVICE;
  }
  if (allocation_fails()) {
    return OUT_OF_MEMORY;
  }
  pthread_mutex_lock(&state);
  primary[device].device = device;
  primary[device].retained++;
  primary[device].alive = 1;
  *context = &primary[device];
  pthread_mutex_unlock(&state);
  return SUCCESS;
}

static int alive(void) {
  int count = 0;
  for (int device = 0; device < 16; device++) {
    count += primary[device].alive;
  }
  return count;
}

API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  TRY(ready());
  if (device < 0 || device >= devices() || primary[device].retained == 0) {
    return INVALID_CONTEXT;
  }
  int last = 0;
  pthread_mutex_lock(&state);
  last = --primary[device].retained == 0;
  pthread_mutex_unlock(&state);
  if (last) {
    run_all();
    standin_count(LOST, allocations_of(&primary[device], NULL));
    primary[device].alive = 0;
    sticky = alive() ? sticky : SUCCESS;
    unload_modules(&primary[device]);
    free_everything(&primary[device]);
  }
  return SUCCESS;
}

/* What the end of a process does. */
void restart(void) {
  for (int device = 0; device < 16; device++) {
    primary[device].retained = 0;
    primary[device].alive = 0;
  }
  sticky = SUCCESS;
  fault[0] = 0;
  forget_streams();
  unload_modules(NULL);
  free_everything(NULL);
  for (int i = OPEN_LOCKED; i <= OPEN_HANDLES; i++) {
    counters[i] = 0;
  }
  counters[LOST] = 0;
}

API CUresult cuCtxSetCurrent(struct context *context) {
  TRY(ready());
  if (context != NULL && !context->alive) {
    return CONTEXT_IS_DESTROYED;
  }
  current = context;
  return SUCCESS;
}

API CUresult cuCtxGetCurrent(struct context **context) {
  TRY(ready());
  *context = current;
  return SUCCESS;
}

API CUresult cuCtxGetDevice(CUdevice *device) {
  TRY(ready_context());
  *device = current->device;
  return SUCCESS;
}

static const struct {
  CUresult code;
  const char *name, *text;
} ERRORS[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {UNSUPPORTED_PTX_VERSION, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
        "the provided PTX was compiled with an unsupported toolchain."},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
        "too many resources requested for launch"},
    {CONTEXT_IS_DESTROYED, "CUDA_ERROR_CONTEXT_IS_DESTROYED", "context is destroyed"},
    {MISALIGNED_ADDRESS, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
        "system has unsupported display driver / cuda driver combination"},
    {NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
        "operation not permitted when stream is capturing"},
    {CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
        "operation failed due to a previous error during capture"},
    {CAPTURE_MERGE, "CUDA_ERROR_STREAM_CAPTURE_MERGE",
        "operation would result in a merge of separate capture sequences"},
    {CAPTURE_UNMATCHED, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED",
        "capture was not ended in the same stream as it began"},
    {CAPTURE_UNJOINED, "CUDA_ERROR_STREAM_CAPTURE_UNJOINED",
        "capturing stream has unjoined work"},
    {CAPTURE_ISOLATION, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION",
        "dependency created on uncaptured work in another stream"},
    {CAPTURED_EVENT, "CUDA_ERROR_CAPTURED_EVENT",
        "operation not permitted on an event last recorded in a capturing stream"},
    {CAPTURE_WRONG_THREAD, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD",
        "attempt to terminate a thread-local capture sequence from another thread"}};

static CUresult describe(CUresult error, const char **text, int name) {
  for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
    if (ERRORS[i].code == error) {
      *text = name ? ERRORS[i].name : ERRORS[i].text;
      return SUCCESS;
    }
  }
  *text = NULL;
  return INVALID_VALUE;
}

API CUresult cuGetErrorString(CUresult error, const char **text) {
  return describe(error, text, 0);
}

API CUresult cuGetErrorName(CUresult error, const char **text) {
  return describe(error, text, 1);
}
