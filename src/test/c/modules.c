/* Modules: which entries a PTX text has and how their parameters lie; and launches of them. */
#include "standin.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODULE = 0x4d4f4455, LOG = 5, LOG_BYTES = 6, MOST_BYTES = 4096 };

struct module {
  unsigned magic;
  const struct context *context;
  int number, count;
  char *text;
  struct function **functions;
  struct module *next;
};

static struct module *modules;

/* A module belongs to the context in which it was loaded. */
static int is_usable(const struct module *module) {
  return module != NULL && module->magic == MODULE && module->context == current_context();
}

const char *module_text(const struct module *module) {
  return module->text;
}

int module_number(const struct module *module) {
  return module->number;
}

static int type_bytes(const char *type) {
  return type[0] == 'p' ? 1 : atoi(type + 1) / 8;
}

/* One `.param` declaration; returns the place behind it. */
static const char *parameter(struct function *function, const char *at, const char *end) {
  int align = 0, size = 0, count = 1;
  for (; at < end && *at != ','; at++) {
    if (strncmp(at, ".align", 6) == 0) {
      align = atoi(at + 6);
      at += 5;
    } else if (at[0] == '.' && strchr("ubsfp", at[1]) != NULL && isdigit((unsigned char)at[2])) {
      size = type_bytes(at + 1);
    } else if (*at == '[') {
      count = atoi(at + 1);
    }
  }
  align = align == 0 ? size : align;
  int n = function->parameters++;
  function->offsets = realloc(function->offsets, (size_t)(n + 1) * sizeof(int));
  function->sizes = realloc(function->sizes, (size_t)(n + 1) * sizeof(int));
  function->offsets[n] = (function->bytes + align - 1) / align * align;
  function->sizes[n] = size * count;
  function->bytes = function->offsets[n] + size * count;
  return at < end ? at + 1 : end;
}

static struct function *entry(struct module *module, const char *name) {
  const char *open = strchr(name, '(');
  const char *close = open == NULL ? NULL : strchr(open, ')');
  const char *body = close == NULL ? NULL : strchr(close, '{');
  if (body == NULL) {
    return NULL;
  }
  struct function *function = calloc(1, sizeof *function);
  size_t length = strcspn(name, " (\t\r\n");
  function->module = module;
  function->name = strndup(name, length);
  function->max_threads = 1024;
  for (const char *at = open + 1; at < close;) {
    const char *next = strstr(at, ".param");
    at = next == NULL || next >= close ? close : parameter(function, next + 6, close);
  }
  const char *bound = strstr(close, ".maxntid");
  if (bound != NULL && bound < body) {
    int x = 1, y = 1, z = 1;
    sscanf(bound + 8, " %d , %d , %d", &x, &y, &z);
    function->max_threads = x * y * z;
  }
  return function;
}

/* Writes what the assembler would say. */
static CUresult refuse(CUresult answer, const char *what, char *log, size_t room) {
  if (log != NULL && room > 0) {
    snprintf(log, room, "ptxas application ptx input, line 1; fatal : %s", what);
  }
  fprintf(stderr, "stand-in driver: module refused: %s\n", what);
  return answer;
}

static CUresult check(const char *text, char *log, size_t room) {
  char what[160];
  const char *version = strstr(text, ".version");
  const char *target = strstr(text, ".target sm_");
  if (version == NULL || target == NULL || strstr(text, ".entry") == NULL) {
    snprintf(what, sizeof what, "Parsing error near '%.20s': syntax error", text);
    return refuse(INVALID_PTX, what, log, room);
  }
  int depth = 0;
  for (const char *at = text; *at != 0 && depth >= 0; at++) {
    depth += *at == '{' ? 1 : *at == '}' ? -1 : 0;
  }
  if (depth != 0) {
    return refuse(INVALID_PTX, "Parsing error near '}': syntax error", log, room);
  }
  double known = (double)setting("PTX_VERSION", 85) / 10;
  if (atof(version + 8) > known + 0.01) {
    snprintf(what, sizeof what, "Unsupported .version %.1f; current version is '%.1f'",
        atof(version + 8), known);
    return refuse(UNSUPPORTED_PTX_VERSION, what, log, room);
  }
  if (atoi(target + 11) > architecture()) {
    snprintf(what, sizeof what, "SM version specified by .target is higher than sm_%d",
        architecture());
    return refuse(INVALID_PTX, what, log, room);
  }
  return SUCCESS;
}

API CUresult cuModuleLoadDataEx(
    struct module **handle, const void *image, unsigned count, int *options, void **values) {
  TRY(ready_context());
  TRY(unsafe_call());
  char *log = NULL;
  size_t room = 0;
  for (unsigned i = 0; i < count; i++) {
    log = options[i] == LOG ? values[i] : log;
    room = options[i] == LOG_BYTES ? (size_t)(uintptr_t)values[i] & 0xffffffffu : room;
  }
  TRY(check(image, log, room));
  if (allocation_fails()) {
    return OUT_OF_MEMORY;
  }
  struct module *module = calloc(1, sizeof *module);
  module->magic = MODULE;
  module->context = current_context();
  module->text = strdup(image);
  pthread_mutex_lock(&state);
  static int numbers;
  module->number = ++numbers;
  module->next = modules;
  modules = module;
  counters[OPEN_MODULES]++;
  pthread_mutex_unlock(&state);
  for (const char *at = module->text; (at = strstr(at, ".entry")) != NULL;) {
    at += 6 + strspn(at + 6, " \t");
    struct function *function = entry(module, at);
    if (function != NULL) {
      module->functions =
          realloc(module->functions, (size_t)(module->count + 1) * sizeof *module->functions);
      module->functions[module->count++] = function;
    }
  }
  *handle = module;
  return SUCCESS;
}

API CUresult cuModuleLoadData(struct module **handle, const void *image) {
  return cuModuleLoadDataEx(handle, image, 0, NULL, NULL);
}

API CUresult cuModuleGetFunction(
    struct function **function, struct module *module, const char *name) {
  TRY(ready_context());
  if (!is_usable(module)) {
    return INVALID_HANDLE;
  }
  for (int i = 0; i < module->count; i++) {
    if (strcmp(module->functions[i]->name, name) == 0) {
      *function = module->functions[i];
      return SUCCESS;
    }
  }
  return NOT_FOUND;
}

API CUresult cuModuleUnload(struct module *module) {
  TRY(ready_context());
  TRY(unsafe_call());
  if (!is_usable(module)) {
    return INVALID_HANDLE;
  }
  module->magic = 0;
  standin_count(OPEN_MODULES, -1);
  return SUCCESS;
}

void unload_modules(const struct context *context) {
  for (struct module *module = modules; module != NULL; module = module->next) {
    if (module->magic == MODULE && (context == NULL || context == module->context)) {
      module->magic = 0;
      standin_count(OPEN_MODULES, -1);
    }
  }
}

/* The arguments in the kernel's layout, from pointers to each or from one buffer. */
CUresult arguments(
    const struct function *function, void **pointers, void **extra, unsigned char *into) {
  if (pointers != NULL) {
    for (int i = 0; i < function->parameters; i++) {
      if (pointers[i] == NULL) {
        return INVALID_VALUE;
      }
      memcpy(into + function->offsets[i], pointers[i], (size_t)function->sizes[i]);
    }
    return SUCCESS;
  }
  const void *buffer = NULL;
  size_t size = 0;
  for (int i = 0; extra != NULL && extra[i] != NULL; i += 2) {
    buffer = extra[i] == (void *)1 ? extra[i + 1] : buffer;
    size = extra[i] == (void *)2 ? *(size_t *)extra[i + 1] : size;
  }
  if (function->parameters > 0 && (buffer == NULL || size < (size_t)function->bytes)) {
    return INVALID_VALUE;
  }
  memcpy(into, buffer == NULL ? "" : buffer, (size_t)function->bytes);
  return SUCCESS;
}

CUresult launch_shape(const struct function *function, const unsigned *grid,
    const unsigned *block, unsigned shared) {
  if (function == NULL || !is_usable(function->module)) {
    return INVALID_HANDLE;
  }
  uint64_t threads = (uint64_t)block[0] * block[1] * block[2];
  if (threads == 0 || threads > 1024 || block[2] > 64 || grid[0] == 0 || grid[1] == 0
      || grid[2] == 0 || grid[0] > 0x7fffffff || grid[1] > 65535 || grid[2] > 65535
      || shared > 48 << 10 || function->bytes > MOST_BYTES) {
    return INVALID_VALUE;
  }
  return threads > (uint64_t)function->max_threads ? LAUNCH_OUT_OF_RESOURCES : SUCCESS;
}

API CUresult cuLaunchKernel(struct function *function, unsigned gx, unsigned gy, unsigned gz,
    unsigned bx, unsigned by, unsigned bz, unsigned shared, void *stream, void **pointers,
    void **extra) {
  TRY(ready_context());
  const unsigned grid[3] = {gx, gy, gz};
  const unsigned block[3] = {bx, by, bz};
  TRY(launch_shape(function, grid, block, shared));
  standin_count(LAUNCHES, 1);
  unsigned char bytes[MOST_BYTES];
  if (recording || mode == RECORD) {
    TRY(arguments(function, pointers, extra, bytes));
    log_launch(function, grid, block, bytes);
    struct stream *target = stream_of(stream);
    if (mode == RECORD && target != NULL && target->capture == NULL) {
      return SUCCESS;
    }
  }
  struct work *work = new_work(LAUNCH, (size_t)function->bytes);
  CUresult answer = arguments(function, pointers, extra, work->data);
  if (answer != SUCCESS) {
    drop(work);
    return answer;
  }
  work->function = function;
  memcpy(work->grid, grid, sizeof grid);
  memcpy(work->block, block, sizeof block);
  work->shared = shared;
  return enqueue(stream, work);
}
