/* Capture: what streams are given becomes the nodes of a graph. All but the API need `state`. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

enum { GLOBAL = 0, THREAD_LOCAL = 1, RELAXED = 2, GRAPH_MAGIC = 0x47524150, NODE = 0x4e4f4445 };

struct graph {
  unsigned magic;
  int count, room;
  struct node **nodes;
};

struct executable {
  unsigned magic;
  struct nodes *nodes;
};

struct capture {
  struct graph *graph;
  struct stream *origin;
  int mode, invalid, ended;
  pthread_t thread;
  int joined, room;
  struct stream **streams;
  struct capture *next;
};

static struct capture *captures;
static __thread int thread_mode;

void add_to(struct dependencies *set, int node) {
  for (int i = 0; i < set->count; i++) {
    if (set->nodes[i] == node) {
      return;
    }
  }
  if (set->count == set->room) {
    set->room = 2 * set->room + 4;
    set->nodes = realloc(set->nodes, (size_t)set->room * sizeof(int));
  }
  set->nodes[set->count++] = node;
}

void set_of(struct dependencies *set, int node) {
  set->count = 0;
  add_to(set, node);
}

void copy_set(struct dependencies *to, const struct dependencies *from) {
  to->count = 0;
  for (int i = 0; i < from->count; i++) {
    add_to(to, from->nodes[i]);
  }
}

static void join(struct capture *capture, struct stream *stream) {
  if (capture->joined == capture->room) {
    capture->room = 2 * capture->room + 4;
    capture->streams =
        realloc(capture->streams, (size_t)capture->room * sizeof *capture->streams);
  }
  capture->streams[capture->joined++] = stream;
  stream->capture = capture;
}

void invalidate(struct capture *capture) {
  capture->invalid = 1;
}

CUresult capture_work(struct stream *stream, struct work *work) {
  struct capture *capture = stream->capture;
  if (capture->invalid) {
    return CAPTURE_INVALIDATED;
  }
  struct graph *graph = capture->graph;
  if (graph->count == graph->room) {
    graph->room = 2 * graph->room + 64;
    graph->nodes = realloc(graph->nodes, (size_t)graph->room * sizeof *graph->nodes);
  }
  struct node *node = calloc(1, sizeof *node);
  node->magic = NODE;
  node->graph = graph;
  node->index = graph->count;
  node->work = keep(work);
  copy_set(&node->after, &stream->last);
  graph->nodes[graph->count++] = node;
  set_of(&stream->last, node->index);
  return SUCCESS;
}

CUresult capture_record(struct stream *stream, struct event *event) {
  if (stream->capture->invalid) {
    return CAPTURE_INVALIDATED;
  }
  event->capture = stream->capture;
  copy_set(&event->last, &stream->last);
  return SUCCESS;
}

CUresult capture_wait(struct stream *stream, struct event *event) {
  struct capture *capture = stream->capture;
  if (event->capture == NULL || event->capture->ended) {
    /* Something outside of the capture cannot be waited for in it. */
    if (capture != NULL) {
      invalidate(capture);
    }
    return CAPTURE_ISOLATION;
  }
  if (event->capture->invalid) {
    return CAPTURE_INVALIDATED;
  }
  if (capture == NULL) {
    join(event->capture, stream);
    stream->last.count = 0;
  } else if (capture != event->capture) {
    invalidate(capture);
    invalidate(event->capture);
    return CAPTURE_MERGE;
  }
  for (int i = 0; i < event->last.count; i++) {
    add_to(&stream->last, event->last.nodes[i]);
  }
  return SUCCESS;
}

/* Allocations, loads and waits for everything are not allowed while a capture goes on. */
CUresult unsafe_call(void) {
  CUresult answer = SUCCESS;
  pthread_mutex_lock(&state);
  for (struct capture *one = captures; one != NULL; one = one->next) {
    int mine = pthread_equal(one->thread, pthread_self());
    int forbids = one->mode == GLOBAL || (one->mode == THREAD_LOCAL && mine);
    if (!one->ended && forbids && thread_mode != RELAXED) {
      invalidate(one);
      answer = CAPTURE_UNSUPPORTED;
    }
  }
  pthread_mutex_unlock(&state);
  return answer;
}

API CUresult cuThreadExchangeStreamCaptureMode(int *new_mode) {
  if (new_mode == NULL || *new_mode < GLOBAL || *new_mode > RELAXED) {
    return INVALID_VALUE;
  }
  int before = thread_mode;
  thread_mode = *new_mode;
  *new_mode = before;
  return SUCCESS;
}

API CUresult cuStreamBeginCapture_v2(void *handle, int capture_mode) {
  TRY(ready_context());
  struct stream *stream = handle == NULL ? NULL : stream_of(handle);
  if (handle == NULL) {
    return CAPTURE_UNSUPPORTED;
  }
  if (stream == NULL) {
    return INVALID_HANDLE;
  }
  if (capture_mode < GLOBAL || capture_mode > RELAXED) {
    return INVALID_VALUE;
  }
  CUresult answer = SUCCESS;
  pthread_mutex_lock(&state);
  if (stream->capture != NULL) {
    answer = 1;
  } else {
    struct capture *capture = calloc(1, sizeof *capture);
    capture->graph = calloc(1, sizeof *capture->graph);
    capture->graph->magic = GRAPH_MAGIC;
    capture->origin = stream;
    capture->mode = capture_mode;
    capture->thread = pthread_self();
    capture->next = captures;
    captures = capture;
    stream->last.count = 0;
    join(capture, stream);
    counters[CAPTURES]++;
  }
  pthread_mutex_unlock(&state);
  return answer;
}

/* Whether everything that the other streams were given comes before the origin's last node. */
static int all_joined(const struct capture *capture) {
  int count = capture->graph->count;
  char *before = calloc((size_t)count + 1, 1);
  for (int i = 0; i < capture->origin->last.count; i++) {
    before[capture->origin->last.nodes[i]] = 1;
  }
  int all = 1;
  for (int i = count - 1; i >= 0; i--) {
    all &= before[i];
    for (int d = 0; before[i] && d < capture->graph->nodes[i]->after.count; d++) {
      before[capture->graph->nodes[i]->after.nodes[d]] = 1;
    }
  }
  free(before);
  return all;
}

static CUresult end(struct stream *stream, struct graph **graph) {
  struct capture *capture = stream->capture;
  *graph = NULL;
  if (capture == NULL) {
    return 1;
  }
  if (capture->mode != RELAXED && !pthread_equal(capture->thread, pthread_self())) {
    return CAPTURE_WRONG_THREAD;
  }
  CUresult answer = capture->origin != stream ? CAPTURE_UNMATCHED
      : capture->invalid                      ? CAPTURE_INVALIDATED
      : !all_joined(capture)                  ? CAPTURE_UNJOINED
                                              : SUCCESS;
  if (capture->origin != stream) {
    invalidate(capture);
    return answer;
  }
  for (int i = 0; i < capture->joined; i++) {
    capture->streams[i]->capture = NULL;
    capture->streams[i]->last.count = 0;
  }
  capture->ended = 1;
  if (answer == SUCCESS) {
    *graph = capture->graph;
    counters[OPEN_GRAPHS]++;
  }
  return answer;
}

API CUresult cuStreamEndCapture(void *handle, struct graph **graph) {
  TRY(ready_context());
  struct stream *stream = stream_of(handle);
  if (stream == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  CUresult answer = end(stream, graph);
  pthread_mutex_unlock(&state);
  return answer;
}

API CUresult cuStreamIsCapturing(void *handle, int *status) {
  TRY(ready_context());
  struct stream *stream = stream_of(handle);
  if (stream == NULL) {
    return INVALID_HANDLE;
  }
  pthread_mutex_lock(&state);
  *status = stream->capture == NULL ? 0 : stream->capture->invalid ? 2 : 1;
  pthread_mutex_unlock(&state);
  return SUCCESS;
}

API CUresult cuGraphGetNodes(struct graph *graph, struct node **nodes, size_t *count) {
  TRY(ready_context());
  if (graph == NULL || graph->magic != GRAPH_MAGIC || count == NULL) {
    return INVALID_VALUE;
  }
  if (nodes != NULL) {
    for (size_t i = 0; i < *count; i++) {
      nodes[i] = i < (size_t)graph->count ? graph->nodes[i] : NULL;
    }
  }
  if (nodes == NULL || *count > (size_t)graph->count) {
    *count = (size_t)graph->count;
  }
  return SUCCESS;
}

/* CU_GRAPH_NODE_TYPE_KERNEL 0, MEMCPY 1, MEMSET 2. */
API CUresult cuGraphNodeGetType(struct node *node, int *type) {
  TRY(ready_context());
  if (node == NULL || node->magic != NODE) {
    return INVALID_VALUE;
  }
  enum kind kind = node->work->kind;
  *type = kind == LAUNCH || kind == CALL ? 0 : kind == FILL ? 2 : 1;
  return SUCCESS;
}

API CUresult cuGraphDestroy(struct graph *graph) {
  TRY(ready_context());
  if (graph == NULL || graph->magic != GRAPH_MAGIC) {
    return INVALID_VALUE;
  }
  graph->magic = 0;
  for (int i = 0; i < graph->count; i++) {
    graph->nodes[i]->magic = 0;
    drop(graph->nodes[i]->work);
  }
  standin_count(OPEN_GRAPHS, -1);
  return SUCCESS;
}

static struct nodes *nodes_of(const struct graph *graph) {
  struct nodes *nodes = calloc(1, sizeof *nodes);
  nodes->references = 1;
  nodes->count = graph->count;
  nodes->work = calloc((size_t)graph->count + 1, sizeof *nodes->work);
  nodes->after = calloc((size_t)graph->count + 1, sizeof *nodes->after);
  for (int i = 0; i < graph->count; i++) {
    nodes->work[i] = keep(graph->nodes[i]->work);
    copy_set(&nodes->after[i], &graph->nodes[i]->after);
  }
  return nodes;
}

void drop_nodes(struct nodes *nodes) {
  if (__atomic_sub_fetch(&nodes->references, 1, __ATOMIC_ACQ_REL) == 0) {
    for (int i = 0; i < nodes->count; i++) {
      drop(nodes->work[i]);
      free(nodes->after[i].nodes);
    }
    free(nodes->work);
    free(nodes->after);
    free(nodes);
  }
}

API CUresult cuGraphInstantiateWithFlags(
    struct executable **executable, struct graph *graph, uint64_t flags) {
  TRY(ready_context());
  TRY(unsafe_call());
  (void)flags;
  if (graph == NULL || graph->magic != GRAPH_MAGIC) {
    return INVALID_VALUE;
  }
  if (allocation_fails()) {
    return OUT_OF_MEMORY;
  }
  *executable = calloc(1, sizeof **executable);
  (*executable)->magic = GRAPH_MAGIC;
  (*executable)->nodes = nodes_of(graph);
  standin_count(OPEN_GRAPHS, 1);
  return SUCCESS;
}

API CUresult cuGraphUpload(struct executable *executable, void *stream) {
  TRY(ready_context());
  return executable->magic == GRAPH_MAGIC && stream_of(stream) != NULL ? SUCCESS : INVALID_VALUE;
}

API CUresult cuGraphExecDestroy(struct executable *executable) {
  TRY(ready_context());
  if (executable == NULL || executable->magic != GRAPH_MAGIC) {
    return INVALID_VALUE;
  }
  executable->magic = 0;
  pthread_mutex_lock(&state);
  drop_nodes(executable->nodes);
  pthread_mutex_unlock(&state);
  standin_count(OPEN_GRAPHS, -1);
  return SUCCESS;
}

API CUresult cuGraphLaunch(struct executable *executable, void *stream) {
  TRY(ready_context());
  if (executable == NULL || executable->magic != GRAPH_MAGIC) {
    return INVALID_VALUE;
  }
  standin_count(GRAPH_LAUNCHES, 1);
  struct work *work = new_work(GRAPH, 0);
  pthread_mutex_lock(&state);
  work->nodes = executable->nodes;
  work->nodes->references++;
  pthread_mutex_unlock(&state);
  return enqueue(stream, work);
}

/* Of the nodes that may run it takes the last captured, so that a missing dependency shows. */
void run_nodes(struct nodes *nodes) {
  char *done = calloc((size_t)nodes->count + 1, 1);
  for (int left = nodes->count; left > 0; left--) {
    int chosen = -1;
    for (int i = 0; i < nodes->count; i++) {
      int can = !done[i];
      for (int d = 0; can && d < nodes->after[i].count; d++) {
        can = done[nodes->after[i].nodes[d]];
      }
      chosen = can ? i : chosen;
    }
    done[chosen] = 1;
    execute(nodes->work[chosen]);
  }
  free(done);
}

struct kernel_parameters {
  struct function *function;
  unsigned grid[3], block[3], shared;
  void **parameters, **extra;
  void *kernel, *context;
};

API CUresult cuGraphKernelNodeGetParams_v2(struct node *node, struct kernel_parameters *into) {
  TRY(ready_context());
  if (node == NULL || node->magic != NODE || node->work->kind != LAUNCH) {
    return INVALID_VALUE;
  }
  memset(into, 0, sizeof *into);
  into->function = node->work->function;
  memcpy(into->grid, node->work->grid, sizeof into->grid);
  memcpy(into->block, node->work->block, sizeof into->block);
  into->shared = node->work->shared;
  return SUCCESS;
}

API CUresult cuGraphExecKernelNodeSetParams_v2(
    struct executable *executable, struct node *node, const struct kernel_parameters *changed) {
  TRY(ready_context());
  if (executable == NULL || executable->magic != GRAPH_MAGIC || node == NULL
      || node->magic != NODE || node->index >= executable->nodes->count
      || executable->nodes->work[node->index]->kind != LAUNCH) {
    return INVALID_VALUE;
  }
  TRY(launch_shape(changed->function, changed->grid, changed->block, changed->shared));
  struct work *work = new_work(LAUNCH, (size_t)changed->function->bytes);
  TRY(arguments(changed->function, changed->parameters, changed->extra, work->data));
  work->function = changed->function;
  memcpy(work->grid, changed->grid, sizeof work->grid);
  memcpy(work->block, changed->block, sizeof work->block);
  work->shared = changed->shared;
  pthread_mutex_lock(&state);
  if (executable->nodes->references > 1) {
    /* Launches that have not run yet keep the old ones. */
    struct nodes *old = executable->nodes;
    struct graph view = {GRAPH_MAGIC, 0, 0, NULL};
    struct nodes *copy = nodes_of(&view);
    copy->count = old->count;
    copy->work = realloc(copy->work, ((size_t)old->count + 1) * sizeof *copy->work);
    copy->after = realloc(copy->after, ((size_t)old->count + 1) * sizeof *copy->after);
    memset(copy->after, 0, ((size_t)old->count + 1) * sizeof *copy->after);
    for (int i = 0; i < old->count; i++) {
      copy->work[i] = keep(old->work[i]);
      copy_set(&copy->after[i], &old->after[i]);
    }
    executable->nodes = copy;
    drop_nodes(old);
  }
  drop(executable->nodes->work[node->index]);
  executable->nodes->work[node->index] = work;
  pthread_mutex_unlock(&state);
  return SUCCESS;
}
