/* Streams and events: what is given to a stream stays in its queue until it may or must run. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STREAM = 0x53545245, EVENT = 0x45564e54, NO_TIMING = 2 };

static struct stream legacy = {.magic = STREAM};
static struct stream *streams = &legacy;

/* The stream of a handle, or null. */
struct stream *stream_of(void *handle) {
  struct stream *stream = handle == NULL ? &legacy : handle;
  return stream->magic == STREAM && !stream->destroyed ? stream : NULL;
}

static struct event *event_of(void *handle) {
  struct event *event = handle;
  return event != NULL && event->magic == EVENT && !event->destroyed ? event : NULL;
}

struct work *new_work(enum kind kind, size_t length) {
  struct work *work = calloc(1, sizeof *work + length);
  work->references = 1;
  work->kind = kind;
  work->length = length;
  return work;
}

struct work *keep(struct work *work) {
  __atomic_add_fetch(&work->references, 1, __ATOMIC_RELAXED);
  return work;
}

void drop(struct work *work) {
  if (__atomic_sub_fetch(&work->references, 1, __ATOMIC_ACQ_REL) == 0) {
    if (work->nodes != NULL) {
      drop_nodes(work->nodes);
    }
    free(work);
  }
}

/* Needs `state`. */
void queue_after(struct stream *stream, struct place after, struct work *work) {
  struct item *item = malloc(sizeof *item);
  *item = (struct item){.after = after, .work = work};
  if (stream->tail == NULL) {
    stream->head = item;
  } else {
    stream->tail->next = item;
  }
  stream->tail = item;
  stream->queued++;
  if (mode == EARLY) {
    wake_engine();
  }
}

static void wait_for(struct place place);

/* Whether launches wait for their end, CUDA_LAUNCH_BLOCKING=1. */
static int blocking(void) {
  static int known = -1;
  const char *value = known < 0 ? getenv("CUDA_LAUNCH_BLOCKING") : NULL;
  return known >= 0 ? known : (known = value != NULL && *value == '1');
}

/* Copies go to streams of any context, kernels and products to those of the current one. */
static int is_foreign(const struct stream *stream, enum kind kind) {
  return stream != &legacy && stream->context != current_context()
      && (kind == LAUNCH || kind == CALL);
}

/* Gives work to a stream or to the graph that it captures; takes the work over. */
CUresult enqueue(void *handle, struct work *work) {
  struct stream *stream = stream_of(handle);
  CUresult answer = SUCCESS;
  struct place now = {NULL, 0};
  pthread_mutex_lock(&state);
  if (stream == NULL || is_foreign(stream, work->kind)) {
    answer = INVALID_HANDLE;
  } else if (stream->capture != NULL) {
    answer = capture_work(stream, work);
  } else if (mode != RECORD) {
    queue_after(stream, (struct place){NULL, 0}, keep(work));
    int launches = work->kind == LAUNCH || work->kind == CALL || work->kind == GRAPH;
    now = launches && blocking() ? (struct place){stream, stream->queued} : now;
  }
  pthread_mutex_unlock(&state);
  drop(work);
  if (now.stream != NULL) {
    wait_for(now);
    return ready_context();
  }
  return answer;
}

API CUresult standin_enqueue(
    void *stream, const char *(*call)(const void *), const void *data, size_t length) {
  struct work *work = new_work(CALL, length);
  work->call = call;
  memcpy(work->data, data, length);
  return enqueue(stream, work);
}

static int reached(struct place place) {
  return place.stream == NULL || place.stream->done >= place.count;
}

/* Has the stream do its first `count` things; needs `running`. */
static void run_to(struct place place) {
  struct stream *stream = place.stream;
  while (stream != NULL && stream->done < place.count) {
    pthread_mutex_lock(&state);
    struct item *item = stream->head;
    stream->head = item->next;
    if (stream->head == NULL) {
      stream->tail = NULL;
    }
    pthread_mutex_unlock(&state);
    run_to(item->after);
    execute(item->work);
    __atomic_add_fetch(&stream->done, 1, __ATOMIC_RELEASE);
    drop(item->work);
    free(item);
  }
}

static void wait_for(struct place place) {
  pthread_mutex_lock(&running);
  run_to(place);
  pthread_mutex_unlock(&running);
}

void run_all(void) {
  for (struct stream *stream = streams; stream != NULL; stream = stream->next) {
    wait_for((struct place){stream, stream->queued});
  }
}

void forget_streams(void) {
  pthread_mutex_lock(&running);
  pthread_mutex_lock(&state);
  for (struct stream *stream = streams; stream != NULL; stream = stream->next) {
    stream->head = stream->tail = NULL;
    stream->done = stream->queued;
    stream->destroyed = stream != &legacy;
  }
  pthread_mutex_unlock(&state);
  pthread_mutex_unlock(&running);
}

int unfinished(void) {
  for (struct stream *stream = streams; stream != NULL; stream = stream->next) {
    if (stream->done < stream->queued) {
      return 1;
    }
  }
  return 0;
}

/* One round over the streams: each does what waits for nothing. */
static int work_once(void) {
  int worked = 0;
  pthread_mutex_lock(&running);
  for (struct stream *stream = streams; stream != NULL; stream = stream->next) {
    pthread_mutex_lock(&state);
    int can = stream->head != NULL && reached(stream->head->after);
    uint64_t next = stream->done + 1;
    pthread_mutex_unlock(&state);
    if (can) {
      run_to((struct place){stream, next});
      worked = 1;
    }
  }
  pthread_mutex_unlock(&running);
  return worked;
}

/* The device of early mode: a thread that works while the host goes on. */
static void *engine(void *unused) {
  (void)unused;
  for (;;) {
    while (work_once()) {
    }
    pthread_mutex_lock(&state);
    if (!unfinished()) {
      pthread_cond_wait(&wake, &state);
    }
    pthread_mutex_unlock(&state);
  }
  return NULL;
}

/* Needs `state`. */
void wake_engine(void) {
  static int started;
  if (!started) {
    pthread_t thread;
    started = pthread_create(&thread, NULL, engine, NULL) == 0;
  }
  pthread_cond_signal(&wake);
}

API CUresult cuStreamCreate(void **handle, unsigned flags) {
  TRY(ready_context());
  if (flags > 1) {
    return INVALID_VALUE;
  }
  if (allocation_fails()) {
    return OUT_OF_MEMORY;
  }
  struct stream *stream = calloc(1, sizeof *stream);
  stream->magic = STREAM;
  stream->context = current_context();
  stream->flags = flags;
  pthread_mutex_lock(&state);
  stream->next = streams;
  streams = stream;
  counters[OPEN_STREAMS]++;
  counters[STREAMS_MADE]++;
  pthread_mutex_unlock(&state);
  *handle = stream;
  return SUCCESS;
}

API CUresult cuStreamCreateWithPriority(void **handle, unsigned flags, int priority) {
  (void)priority;
  return cuStreamCreate(handle, flags);
}

API CUresult cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  TRY(ready_context());
  *least = 0;
  *greatest = -5;
  return SUCCESS;
}

/* What is in the queue is still done; the handle is not used again. */
API CUresult cuStreamDestroy_v2(void *handle) {
  TRY(ready_context());
  struct stream *stream = handle == NULL ? NULL : stream_of(handle);
  if (stream == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  if (stream->capture != NULL) {
    invalidate(stream->capture);
  }
  stream->destroyed = 1;
  counters[OPEN_STREAMS]--;
  pthread_mutex_unlock(&state);
  return SUCCESS;
}

API CUresult cuStreamSynchronize(void *handle) {
  TRY(ready_context());
  struct stream *stream = stream_of(handle);
  if (stream == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  struct place all = {stream, stream->queued};
  int captures = stream->capture != NULL;
  if (captures) {
    invalidate(stream->capture);
  }
  counters[WAITS]++;
  pthread_mutex_unlock(&state);
  if (captures) {
    return CAPTURE_UNSUPPORTED;
  }
  wait_for(all);
  return ready_context();
}

API CUresult cuStreamQuery(void *handle) {
  TRY(ready_context());
  struct stream *stream = stream_of(handle);
  if (stream == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  CUresult answer = stream->done == stream->queued ? SUCCESS : NOT_READY;
  if (stream->capture != NULL) {
    invalidate(stream->capture);
    answer = CAPTURE_UNSUPPORTED;
  }
  pthread_mutex_unlock(&state);
  return answer;
}

API CUresult cuCtxSynchronize(void) {
  TRY(ready_context());
  TRY(unsafe_call());
  standin_count(WAITS, 1);
  run_all();
  return ready_context();
}

API CUresult cuEventCreate(void **handle, unsigned flags) {
  TRY(ready_context());
  if (flags > 7) {
    return INVALID_VALUE;
  }
  if (allocation_fails()) {
    return OUT_OF_MEMORY;
  }
  struct event *event = calloc(1, sizeof *event);
  event->magic = EVENT;
  event->context = current_context();
  event->flags = flags;
  pthread_mutex_lock(&state);
  counters[OPEN_EVENTS]++;
  counters[EVENTS_MADE]++;
  pthread_mutex_unlock(&state);
  *handle = event;
  return SUCCESS;
}

API CUresult cuEventDestroy_v2(void *handle) {
  TRY(ready_context());
  struct event *event = event_of(handle);
  if (event == NULL) {
    return INVALID_HANDLE;
  }
  event->destroyed = 1;
  standin_count(OPEN_EVENTS, -1);
  return SUCCESS;
}

API CUresult cuEventRecord(void *handle, void *stream_handle) {
  TRY(ready_context());
  struct event *event = event_of(handle);
  struct stream *stream = stream_of(stream_handle);
  if (event == NULL || stream == NULL
      || (stream != &legacy && stream->context != event->context)) {
    return INVALID_HANDLE;
  }
  CUresult answer = SUCCESS;
  pthread_mutex_lock(&state);
  if (stream->capture != NULL) {
    answer = capture_record(stream, event);
  } else {
    event->capture = NULL;
    struct work *stamp = new_work(STAMP, 0);
    stamp->event = event;
    stamp->stamp = ++event->stamp_wanted;
    if (mode == RECORD) {
      drop(stamp);
    } else {
      queue_after(stream, (struct place){NULL, 0}, stamp);
    }
    event->place = (struct place){stream, stream->queued};
  }
  pthread_mutex_unlock(&state);
  return answer;
}

API CUresult cuStreamWaitEvent(void *stream_handle, void *handle, unsigned flags) {
  TRY(ready_context());
  struct event *event = event_of(handle);
  struct stream *stream = stream_of(stream_handle);
  if (event == NULL || stream == NULL) {
    return INVALID_HANDLE;
  }
  if (flags > 1) {
    return INVALID_VALUE;
  }
  CUresult answer = SUCCESS;
  pthread_mutex_lock(&state);
  if (stream->capture != NULL || event->capture != NULL) {
    answer = capture_wait(stream, event);
  } else if (mode != RECORD) {
    queue_after(stream, event->place, new_work(NOTHING, 0));
  }
  pthread_mutex_unlock(&state);
  return answer;
}

API CUresult cuEventSynchronize(void *handle) {
  TRY(ready_context());
  struct event *event = event_of(handle);
  if (event == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  struct place place = event->place;
  int captured = event->capture != NULL;
  if (captured) {
    invalidate(event->capture);
  }
  counters[WAITS]++;
  pthread_mutex_unlock(&state);
  if (captured) {
    return CAPTURED_EVENT;
  }
  wait_for(place);
  return ready_context();
}

API CUresult cuEventQuery(void *handle) {
  TRY(ready_context());
  struct event *event = event_of(handle);
  if (event == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  CUresult answer = reached(event->place) ? SUCCESS : NOT_READY;
  if (event->capture != NULL) {
    invalidate(event->capture);
    answer = CAPTURED_EVENT;
  }
  pthread_mutex_unlock(&state);
  return answer;
}

API CUresult cuEventElapsedTime(float *milliseconds, void *from, void *to) {
  TRY(ready_context());
  struct event *start = event_of(from);
  struct event *end = event_of(to);
  if (start == NULL || end == NULL || start->stamp_wanted == 0 || end->stamp_wanted == 0
      || ((start->flags | end->flags) & NO_TIMING) != 0) {
    return INVALID_HANDLE;
  }
  if (!reached(start->place) || !reached(end->place)) {
    return NOT_READY;
  }
  *milliseconds = (float)(end->milliseconds - start->milliseconds);
  return SUCCESS;
}
