/* Device memory, whose bytes the machine holds, and page-locked host memory with red zones. */
#define _GNU_SOURCE
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, RED = 0xA5, FRESH = 0xCB };

struct range {
  uint64_t address, bytes;
  const struct context *context;
};

struct ranges {
  int count, room;
  struct range *all;
};

static struct ranges device, locked;
static long long device_limit, host_limit, host_bytes, fails_in;
/* Addresses of recording mode, which the machine knows nothing of, start here. */
#define RECORDED 0x700000000000u
static uint64_t next_address = RECORDED;

/* The memory that there is; where `failing` is n > 0, the nth allocation from now on fails. */
void limit(long long device_bytes, long long most_host_bytes, long long failing) {
  pthread_mutex_lock(&state);
  device_limit = device_bytes;
  host_limit = most_host_bytes;
  fails_in = failing;
  pthread_mutex_unlock(&state);
}

int allocation_fails(void) {
  pthread_mutex_lock(&state);
  counters[ALLOCATIONS]++;
  int now = fails_in > 0 && --fails_in == 0;
  pthread_mutex_unlock(&state);
  return now;
}

API int standin_allocation_fails(void) {
  return allocation_fails();
}

/* The place of the last range that starts at or before the address, or -1. */
static int place(const struct ranges *ranges, uint64_t address) {
  int low = 0, high = ranges->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (ranges->all[middle].address <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

static void add(struct ranges *ranges, uint64_t address, uint64_t bytes) {
  if (ranges->count == ranges->room) {
    ranges->room = 2 * ranges->room + 64;
    ranges->all = realloc(ranges->all, (size_t)ranges->room * sizeof(struct range));
  }
  int at = place(ranges, address) + 1;
  memmove(ranges->all + at + 1, ranges->all + at,
      (size_t)(ranges->count - at) * sizeof(struct range));
  ranges->all[at] = (struct range){address, bytes, current_context()};
  ranges->count++;
}

/* The bytes of the range that started there, or -1. */
static long long take(struct ranges *ranges, uint64_t address) {
  int at = place(ranges, address);
  if (at < 0 || ranges->all[at].address != address) {
    return -1;
  }
  long long bytes = (long long)ranges->all[at].bytes;
  ranges->count--;
  memmove(ranges->all + at, ranges->all + at + 1,
      (size_t)(ranges->count - at) * sizeof(struct range));
  return bytes;
}

static int holds(const struct ranges *ranges, uint64_t address, uint64_t bytes) {
  pthread_mutex_lock(&state);
  int at = place(ranges, address);
  int inside = 0;
  if (at >= 0) {
    struct range range = ranges->all[at];
    inside = address - range.address <= range.bytes
        && bytes <= range.bytes - (address - range.address);
  }
  pthread_mutex_unlock(&state);
  return inside;
}

int is_device(uint64_t address, uint64_t bytes) {
  return holds(&device, address, bytes);
}

API int standin_is_device(uint64_t address, uint64_t bytes) {
  return is_device(address, bytes);
}

int is_locked(const void *address, uint64_t bytes) {
  return holds(&locked, (uint64_t)(uintptr_t)address, bytes);
}

/* How many allocations a context has, and their bytes. */
long long allocations_of(const struct context *context, long long *bytes) {
  long long count = 0, sum = 0;
  pthread_mutex_lock(&state);
  for (int i = 0; i < device.count; i++) {
    count += device.all[i].context == context;
    sum += device.all[i].context == context ? (long long)device.all[i].bytes : 0;
  }
  pthread_mutex_unlock(&state);
  if (bytes != NULL) {
    *bytes = sum;
  }
  return count;
}

API CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  TRY(ready_context());
  TRY(unsafe_call());
  if (bytes == 0 || address == NULL) {
    return INVALID_VALUE;
  }
  long long used;
  allocations_of(current_context(), &used);
  int fits = used + (long long)bytes <= device_limit;
  if (allocation_fails() || !fits) {
    return OUT_OF_MEMORY;
  }
  uint64_t place;
  if (mode == RECORD) {
    pthread_mutex_lock(&state);
    place = next_address;
    next_address += (bytes + 2 * PAGE - 1) / 256 * 256;
    pthread_mutex_unlock(&state);
  } else if (!machine_allocate(bytes, &place)) {
    return OUT_OF_MEMORY;
  }
  pthread_mutex_lock(&state);
  add(&device, place, bytes);
  counters[OPEN_MEMORY]++;
  counters[OPEN_BYTES] += (long long)bytes;
  pthread_mutex_unlock(&state);
  *address = place;
  return SUCCESS;
}

/* Frees at once, without the wait that the driver makes, so that a missing one shows. */
API CUresult cuMemFree_v2(CUdeviceptr address) {
  TRY(ready_context());
  TRY(unsafe_call());
  if (address == 0) {
    return SUCCESS;
  }
  pthread_mutex_lock(&state);
  long long bytes = take(&device, address);
  if (bytes >= 0) {
    counters[OPEN_MEMORY]--;
    counters[OPEN_BYTES] -= bytes;
  }
  pthread_mutex_unlock(&state);
  if (bytes < 0) {
    return INVALID_VALUE;
  }
  if (address < RECORDED) {
    machine_free(address);
  }
  return SUCCESS;
}

API CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  TRY(ready_context());
  long long used;
  allocations_of(current_context(), &used);
  *total = (size_t)device_limit;
  *free_bytes = used > device_limit ? 0 : (size_t)(device_limit - used);
  return SUCCESS;
}

API CUresult cuMemGetAddressRange_v2(CUdeviceptr *base, size_t *bytes, CUdeviceptr address) {
  TRY(ready_context());
  pthread_mutex_lock(&state);
  int at = place(&device, address);
  int found = at >= 0 && address - device.all[at].address < device.all[at].bytes;
  if (found) {
    *base = device.all[at].address;
    *bytes = device.all[at].bytes;
  }
  pthread_mutex_unlock(&state);
  return found ? SUCCESS : NOT_FOUND;
}

static size_t mapped(uint64_t bytes) {
  return (size_t)(2 * PAGE + (bytes + PAGE - 1) / PAGE * PAGE);
}

/* A page of red zone in front, the rest of the last page and one more behind. */
API CUresult cuMemHostAlloc(void **pointer, size_t bytes, unsigned flags) {
  TRY(ready_context());
  TRY(unsafe_call());
  if (bytes == 0 || (flags & ~7u) != 0) {
    return INVALID_VALUE;
  }
  pthread_mutex_lock(&state);
  int fits = host_bytes + (long long)bytes <= host_limit;
  pthread_mutex_unlock(&state);
  if (allocation_fails() || !fits) {
    return OUT_OF_MEMORY;
  }
  unsigned char *area =
      mmap(NULL, mapped(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) {
    return OUT_OF_MEMORY;
  }
  memset(area, RED, PAGE);
  memset(area + PAGE, FRESH, bytes);
  memset(area + PAGE + bytes, RED, mapped(bytes) - PAGE - bytes);
  pthread_mutex_lock(&state);
  add(&locked, (uint64_t)(uintptr_t)(area + PAGE), bytes);
  counters[OPEN_LOCKED]++;
  host_bytes += (long long)bytes;
  pthread_mutex_unlock(&state);
  *pointer = area + PAGE;
  return SUCCESS;
}

API CUresult cuMemAllocHost_v2(void **pointer, size_t bytes) {
  return cuMemHostAlloc(pointer, bytes, 0);
}

static int overrun(const unsigned char *red, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    if (red[i] != RED) {
      return 1;
    }
  }
  return 0;
}

/* The address stays reserved, without access: whoever uses it afterwards crashes. */
API CUresult cuMemFreeHost(void *pointer) {
  TRY(ready_context());
  TRY(unsafe_call());
  pthread_mutex_lock(&state);
  long long bytes = take(&locked, (uint64_t)(uintptr_t)pointer);
  if (bytes >= 0) {
    counters[OPEN_LOCKED]--;
    host_bytes -= bytes;
  }
  pthread_mutex_unlock(&state);
  if (bytes < 0) {
    return INVALID_VALUE;
  }
  unsigned char *area = (unsigned char *)pointer - PAGE;
  size_t length = (size_t)bytes;
  if (overrun(area, PAGE) || overrun(area + PAGE + length, mapped(length) - PAGE - length)) {
    fail(ILLEGAL_ADDRESS, "page-locked memory was written outside its bounds");
  }
  madvise(area, mapped(length), MADV_DONTNEED);
  mprotect(area, mapped(length), PROT_NONE);
  return SUCCESS;
}

/* The last address of a context's, or of any if it is null; 0 where there is none. */
static uint64_t last_of(const struct context *context) {
  for (int i = device.count - 1; i >= 0; i--) {
    if (context == NULL || device.all[i].context == context) {
      return device.all[i].address;
    }
  }
  return 0;
}

/* When a context ends, its memory goes with it. */
void free_everything(const struct context *context) {
  for (;;) {
    pthread_mutex_lock(&state);
    uint64_t address = last_of(context);
    if (address != 0) {
      counters[OPEN_MEMORY]--;
      counters[OPEN_BYTES] -= take(&device, address);
    }
    pthread_mutex_unlock(&state);
    if (address == 0) {
      return;
    }
    if (address < RECORDED) {
      machine_free(address);
    }
  }
}
