/*
 * A stand-in for NVIDIA's driver and cuBLAS on machines without a GPU.
 *
 * libcuda.so.1 keeps memory, streams, events, graphs and modules as the driver does and answers
 * misuse with the driver's error codes. Device memory and kernels are those of the PTX interpreter,
 * a Java class that is called when work runs (machine.c). The manual is in gpu-setup.md.
 *
 * Two locks: `state` guards queues and tables and is never held while Java runs; `running` is held
 * by the one thread that does the work of streams.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define API __attribute__((visibility("default")))

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_PTX = 218,
  UNSUPPORTED_PTX_VERSION = 222,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_OUT_OF_RESOURCES = 701,
  CONTEXT_IS_DESTROYED = 709,
  MISALIGNED_ADDRESS = 716,
  LAUNCH_FAILED = 719,
  NOT_SUPPORTED = 801,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
  CAPTURE_MERGE = 902,
  CAPTURE_UNMATCHED = 903,
  CAPTURE_UNJOINED = 904,
  CAPTURE_ISOLATION = 905,
  CAPTURED_EVENT = 907,
  CAPTURE_WRONG_THREAD = 908
};

/* When streams work: when somebody waits, as soon as they can, or never. */
enum { LATE = 0, EARLY = 1, RECORD = 2 };

/* What is counted; the order is that of StandIn.Counter. */
enum counter {
  LAUNCHES,
  PRODUCTS,
  WAITS,
  GRAPH_LAUNCHES,
  CAPTURES,
  COPIES_TO_DEVICE,
  COPIES_TO_HOST,
  BYTES_TO_DEVICE,
  BYTES_TO_HOST,
  FILLS_AND_COPIES,
  ALLOCATIONS,
  DEFAULT_WORKSPACES,
  OPEN_MEMORY,
  OPEN_BYTES,
  OPEN_LOCKED,
  OPEN_STREAMS,
  OPEN_EVENTS,
  OPEN_GRAPHS,
  OPEN_MODULES,
  OPEN_HANDLES,
  STREAMS_MADE,
  EVENTS_MADE,
  LOST,
  COUNTERS
};

struct context;
struct module;
struct stream;
struct event;
struct graph;
struct capture;

struct function {
  struct module *module;
  char *name;
  int parameters;
  int *offsets;
  int *sizes;
  int bytes;
  int max_threads;
};

enum kind { NOTHING, LAUNCH, TO_DEVICE, TO_HOST, INSIDE, FILL, CALL, STAMP, GRAPH };

/* Something to do. It never changes once it is made; queues and graphs share it. */
struct work {
  int references;
  enum kind kind;
  struct function *function;
  unsigned grid[3], block[3], shared;
  uint64_t to, from, bytes;
  unsigned value;
  struct event *event;
  uint64_t stamp;
  struct nodes *nodes;
  /* Returns null or the fault in words. */
  const char *(*call)(const void *data);
  size_t length;
  unsigned char data[];
};

/* A point on a stream: `count` things are done. */
struct place {
  struct stream *stream;
  uint64_t count;
};

struct item {
  struct item *next;
  struct place after;
  struct work *work;
};

/* The nodes that the next one depends on. */
struct dependencies {
  int count, room;
  int *nodes;
};

struct stream {
  unsigned magic, flags;
  int destroyed;
  const struct context *context;
  struct stream *next;
  struct item *head, *tail;
  uint64_t queued, done;
  struct capture *capture;
  struct dependencies last;
};

struct event {
  unsigned magic, flags;
  int destroyed;
  const struct context *context;
  struct place place;
  uint64_t stamp_wanted, stamp;
  double milliseconds;
  struct capture *capture;
  struct dependencies last;
};

struct node {
  unsigned magic;
  struct graph *graph;
  int index;
  struct work *work;
  struct dependencies after;
};

/* What an executable graph runs; shared with launches that wait. */
struct nodes {
  int references, count;
  struct work **work;
  struct dependencies *after;
};

extern pthread_mutex_t state, running;
extern pthread_cond_t wake;
extern int mode, recording;
extern long long counters[COUNTERS];
extern unsigned launch_number;

/* device.c */
CUresult ready(void);
CUresult ready_context(void);
const struct context *current_context(void);
void fail(CUresult error, const char *text);
int architecture(void);
long long setting(const char *name, long long standard);
int failed(void);
void restart(void);
const char *standin_fault(void);
const char *device_name(void);

#define TRY(call)                  \
  do {                             \
    CUresult answer_ = (call);     \
    if (answer_ != SUCCESS) {      \
      return answer_;              \
    }                              \
  } while (0)

/* memory.c */
int is_device(uint64_t address, uint64_t bytes);
int is_locked(const void *address, uint64_t bytes);
long long allocations_of(const struct context *context, long long *bytes);
/* What a context has, or all of them if it is null. */
void free_everything(const struct context *context);
void limit(long long device_bytes, long long host_bytes, long long failing);
int allocation_fails(void);

/* modules.c */
void unload_modules(const struct context *context);
CUresult arguments(
    const struct function *function, void **pointers, void **extra, unsigned char *into);
CUresult launch_shape(const struct function *function, const unsigned *grid,
    const unsigned *block, unsigned shared);

/* streams.c */
struct stream *stream_of(void *handle);
struct work *new_work(enum kind kind, size_t length);
struct work *keep(struct work *work);
void drop(struct work *work);
CUresult enqueue(void *stream, struct work *work);
void queue_after(struct stream *stream, struct place after, struct work *work);
void run_all(void);
void wake_engine(void);
void forget_streams(void);
int unfinished(void);
API CUresult standin_enqueue(
    void *stream, const char *(*call)(const void *), const void *data, size_t length);

/* graphs.c */
CUresult capture_work(struct stream *stream, struct work *work);
CUresult capture_record(struct stream *stream, struct event *event);
CUresult capture_wait(struct stream *stream, struct event *event);
CUresult unsafe_call(void);
void invalidate(struct capture *capture);
void invalidate_all(void);
void run_nodes(struct nodes *nodes);
void drop_nodes(struct nodes *nodes);
void set_of(struct dependencies *set, int node);
void add_to(struct dependencies *set, int node);
void copy_set(struct dependencies *to, const struct dependencies *from);

/* run.c */
void execute(struct work *work);

/* machine.c: each returns null or the fault in words. */
int machine_allocate(uint64_t bytes, uint64_t *address);
const char *machine_free(uint64_t address);
const char *machine_copy_in(uint64_t to, const void *from, uint64_t bytes);
const char *machine_copy_out(void *to, uint64_t from, uint64_t bytes);
const char *machine_copy(uint64_t to, uint64_t from, uint64_t bytes);
const char *machine_fill(uint64_t address, unsigned char value, uint64_t bytes);
const char *machine_launch(const struct work *work);
/* Lines of `width` bytes, `pitch` apart on the device and without gaps on the host. */
API const char *standin_read(
    uint64_t from, uint64_t pitch, uint64_t lines, uint64_t width, void *to);
API const char *standin_write(
    uint64_t to, uint64_t pitch, uint64_t lines, uint64_t width, const void *from);
API CUresult standin_ready(void);
API void standin_count(int counter, long long by);
API int standin_is_device(uint64_t address, uint64_t bytes);
API int standin_allocation_fails(void);
API int standin_records(void);

/* modules.c */
const char *module_text(const struct module *module);
int module_number(const struct module *module);

/* log.c */
void log_launch(const struct function *function, const unsigned *grid, const unsigned *block,
    const unsigned char *arguments);

#endif
