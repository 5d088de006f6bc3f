/* The record of launches, and what the tests set and ask, class StandIn of the test tree. */
#include "standin.h"

#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NATIVE(name) Java_org_residuum_backend_cuda_standin_StandIn_##name

struct entry {
  const struct function *function;
  unsigned grid[3], block[3];
};

enum { ROOM = 16 << 20 };

static unsigned char *record;
static size_t used;

/* Keeps the newest launches: where the room is used up it starts again from the front. */
void log_launch(const struct function *function, const unsigned *grid, const unsigned *block,
    const unsigned char *arguments) {
  size_t bytes = sizeof(struct entry) + ((size_t)function->bytes + 7) / 8 * 8;
  pthread_mutex_lock(&state);
  record = record == NULL ? malloc(ROOM) : record;
  used = used + bytes > ROOM ? 0 : used;
  struct entry *entry = (struct entry *)(record + used);
  entry->function = function;
  memcpy(entry->grid, grid, sizeof entry->grid);
  memcpy(entry->block, block, sizeof entry->block);
  memcpy(entry + 1, arguments, (size_t)function->bytes);
  used += bytes;
  pthread_mutex_unlock(&state);
}

static size_t print(char *line, size_t room, const struct entry *entry) {
  int at = snprintf(line, room, "%s %u,%u,%u %u,%u,%u ", entry->function->name, entry->grid[0],
      entry->grid[1], entry->grid[2], entry->block[0], entry->block[1], entry->block[2]);
  const unsigned char *bytes = (const unsigned char *)(entry + 1);
  for (int i = 0; i < entry->function->bytes; i++) {
    at += snprintf(line + at, room - (size_t)at, "%02x", bytes[i]);
  }
  return (size_t)snprintf(line + at, room - (size_t)at, "\n") + (size_t)at;
}

/* A line a launch: entry, grid, block, argument bytes in hex; then the record is empty. */
JNIEXPORT jstring JNICALL NATIVE(launches)(JNIEnv *env, jclass self) {
  (void)self;
  size_t room = 1 << 16, length = 0;
  char *text = malloc(room);
  text[0] = 0;
  pthread_mutex_lock(&state);
  for (size_t at = 0; at < used;) {
    const struct entry *entry = (const struct entry *)(record + at);
    if (room - length < 16384) {
      text = realloc(text, room *= 2);
    }
    length += print(text + length, room - length, entry);
    at += sizeof *entry + ((size_t)entry->function->bytes + 7) / 8 * 8;
  }
  used = 0;
  pthread_mutex_unlock(&state);
  jstring answer = (*env)->NewStringUTF(env, text);
  free(text);
  return answer;
}

JNIEXPORT void JNICALL NATIVE(mode)(JNIEnv *env, jclass self, jint wanted) {
  (void)env;
  (void)self;
  mode = wanted;
}

JNIEXPORT void JNICALL NATIVE(recording)(JNIEnv *env, jclass self, jboolean on) {
  (void)env;
  (void)self;
  recording = on;
}

JNIEXPORT void JNICALL NATIVE(memory)(
    JNIEnv *env, jclass self, jlong device, jlong host, jlong failing) {
  (void)env;
  (void)self;
  limit(device, host, failing);
}

JNIEXPORT jlong JNICALL NATIVE(count)(JNIEnv *env, jclass self, jint counter) {
  (void)env;
  (void)self;
  return counter < 0 || counter >= COUNTERS ? -1 : counters[counter];
}

JNIEXPORT jstring JNICALL NATIVE(fault)(JNIEnv *env, jclass self) {
  (void)self;
  return (*env)->NewStringUTF(env, standin_fault());
}

/* As if the process had ended: what is open is gone, and the error that stays with it. */
JNIEXPORT void JNICALL NATIVE(restart)(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  restart();
}
