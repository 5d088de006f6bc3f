/*
 * The way to the PTX interpreter, class org.residuum.ptx.StandInMachine of the test tree: on the
 * class path, or where the environment variable STANDIN_CLASSES says.
 */
#define _GNU_SOURCE
#include "standin.h"

#include <dlfcn.h>
#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MACHINE "org/residuum/ptx/StandInMachine"
#define TEXT "Ljava/lang/String;"
#define BUFFER "Ljava/nio/ByteBuffer;"

static JavaVM *machine_vm;
static jclass machine;
static jmethodID allocate, release, copy_in, copy_out, copy, fill, launch, load, read_lines,
    write_lines;
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static __thread char fault[8192];

API jint JNI_OnLoad(JavaVM *vm, void *reserved) {
  (void)reserved;
  machine_vm = vm;
  return JNI_VERSION_1_8;
}

static void find_vm(void) {
  jint (*created)(JavaVM **, jsize, jsize *) =
      (jint(*)(JavaVM **, jsize, jsize *))dlsym(RTLD_DEFAULT, "JNI_GetCreatedJavaVMs");
  if (created == NULL) {
    void *jvm = dlopen("libjvm.so", RTLD_LAZY | RTLD_NOLOAD);
    created = jvm == NULL ? NULL : dlsym(jvm, "JNI_GetCreatedJavaVMs");
  }
  jsize count = 0;
  if (machine_vm == NULL && created != NULL) {
    created(&machine_vm, 1, &count);
  }
}

/* The class from the folder or jar that STANDIN_CLASSES names. */
static jclass load_class(JNIEnv *env, const char *folder) {
  char url[1024];
  size_t length = strlen(folder);
  int jar = length > 4 && strcmp(folder + length - 4, ".jar") == 0;
  snprintf(url, sizeof url, "file:%s%s", folder, jar || folder[length - 1] == '/' ? "" : "/");
  jclass urls = (*env)->FindClass(env, "java/net/URL");
  jclass loaders = (*env)->FindClass(env, "java/net/URLClassLoader");
  jmethodID new_url = (*env)->GetMethodID(env, urls, "<init>", "(" TEXT ")V");
  jmethodID new_loader = (*env)->GetMethodID(env, loaders, "<init>", "([Ljava/net/URL;)V");
  jmethodID find = (*env)->GetMethodID(env, loaders, "loadClass", "(" TEXT ")Ljava/lang/Class;");
  jobject one = (*env)->NewObject(env, urls, new_url, (*env)->NewStringUTF(env, url));
  if ((*env)->ExceptionCheck(env)) {
    return NULL;
  }
  jobjectArray all = (*env)->NewObjectArray(env, 1, urls, one);
  jobject loader = (*env)->NewObject(env, loaders, new_loader, all);
  if ((*env)->ExceptionCheck(env)) {
    return NULL;
  }
  jstring name = (*env)->NewStringUTF(env, "org.residuum.ptx.StandInMachine");
  jobject found = (*env)->CallObjectMethod(env, loader, find, name);
  return (*env)->ExceptionCheck(env) ? NULL : (jclass)found;
}

static void find_methods(JNIEnv *env) {
  struct {
    jmethodID *id;
    const char *name, *signature;
  } wanted[] = {{&allocate, "allocate", "(J)J"}, {&release, "free", "(J)" TEXT},
      {&copy_in, "copyIn", "(J" BUFFER ")" TEXT}, {&copy_out, "copyOut", "(" BUFFER "J)" TEXT},
      {&copy, "copy", "(JJJ)" TEXT}, {&fill, "fill", "(JBJ)" TEXT},
      {&launch, "launch", "(I" TEXT "IIIIIII" BUFFER ")" TEXT},
      {&load, "load", "(I" BUFFER ")" TEXT},
      {&read_lines, "readLines", "(JJII" BUFFER ")" TEXT},
      {&write_lines, "writeLines", "(JJII" BUFFER ")" TEXT}};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    *wanted[i].id =
        (*env)->GetStaticMethodID(env, machine, wanted[i].name, wanted[i].signature);
    if (*wanted[i].id == NULL) {
      (*env)->FatalError(env, wanted[i].name);
    }
  }
}

static void find_machine(JNIEnv *env) {
  jclass found = NULL;
  const char *folder = getenv("STANDIN_CLASSES");
  if (folder != NULL && *folder != 0) {
    found = load_class(env, folder);
  } else {
    found = (*env)->FindClass(env, MACHINE);
  }
  if (found == NULL) {
    (*env)->ExceptionDescribe(env);
    (*env)->FatalError(env, "the stand-in driver needs org.residuum.ptx of the test classes on the"
                            " class path; or let STANDIN_CLASSES name their folder");
  }
  machine = (*env)->NewGlobalRef(env, found);
  find_methods(env);
}

/* This thread's environment, a frame for local references pushed. */
static JNIEnv *enter(void) {
  JNIEnv *env = NULL;
  pthread_mutex_lock(&starting);
  if (machine_vm == NULL) {
    find_vm();
  }
  if (machine_vm == NULL) {
    fprintf(stderr, "stand-in driver: there is no Java machine in this process\n");
    abort();
  }
  if ((*machine_vm)->GetEnv(machine_vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) {
    (*machine_vm)->AttachCurrentThreadAsDaemon(machine_vm, (void **)&env, NULL);
  }
  (*env)->PushLocalFrame(env, 32);
  if (machine == NULL) {
    find_machine(env);
  }
  pthread_mutex_unlock(&starting);
  return env;
}

/* Leaves the frame; returns the fault in words or null. */
static const char *leave(JNIEnv *env, jobject text) {
  const char *answer = NULL;
  if ((*env)->ExceptionCheck(env)) {
    (*env)->ExceptionDescribe(env);
    (*env)->ExceptionClear(env);
    answer = "LAUNCH_FAILED: the machine threw an exception, see above";
  } else if (text != NULL) {
    const char *words = (*env)->GetStringUTFChars(env, text, NULL);
    snprintf(fault, sizeof fault, "%s", words);
    (*env)->ReleaseStringUTFChars(env, text, words);
    answer = fault;
  }
  (*env)->PopLocalFrame(env, NULL);
  return answer;
}

static jobject buffer(JNIEnv *env, const void *bytes, uint64_t count) {
  return (*env)->NewDirectByteBuffer(env, (void *)(uintptr_t)bytes, (jlong)count);
}

int machine_allocate(uint64_t bytes, uint64_t *address) {
  JNIEnv *env = enter();
  *address = (uint64_t)(*env)->CallStaticLongMethod(env, machine, allocate, (jlong)bytes);
  return leave(env, NULL) == NULL;
}

const char *machine_free(uint64_t address) {
  JNIEnv *env = enter();
  return leave(env, (*env)->CallStaticObjectMethod(env, machine, release, (jlong)address));
}

/* One buffer holds 2 GiB. */
enum { PART = 1 << 30 };

const char *machine_copy_in(uint64_t to, const void *from, uint64_t bytes) {
  const char *answer = NULL;
  for (uint64_t done = 0; done < bytes && answer == NULL; done += PART) {
    JNIEnv *env = enter();
    uint64_t part = bytes - done < PART ? bytes - done : PART;
    jobject source = buffer(env, (const char *)from + done, part);
    answer = leave(
        env, (*env)->CallStaticObjectMethod(env, machine, copy_in, (jlong)(to + done), source));
  }
  return answer;
}

const char *machine_copy_out(void *to, uint64_t from, uint64_t bytes) {
  const char *answer = NULL;
  for (uint64_t done = 0; done < bytes && answer == NULL; done += PART) {
    JNIEnv *env = enter();
    uint64_t part = bytes - done < PART ? bytes - done : PART;
    jobject target = buffer(env, (char *)to + done, part);
    answer = leave(env,
        (*env)->CallStaticObjectMethod(env, machine, copy_out, target, (jlong)(from + done)));
  }
  return answer;
}

const char *machine_copy(uint64_t to, uint64_t from, uint64_t bytes) {
  JNIEnv *env = enter();
  return leave(env,
      (*env)->CallStaticObjectMethod(
          env, machine, copy, (jlong)to, (jlong)from, (jlong)bytes));
}

const char *machine_fill(uint64_t address, unsigned char value, uint64_t bytes) {
  JNIEnv *env = enter();
  return leave(env,
      (*env)->CallStaticObjectMethod(
          env, machine, fill, (jlong)address, (jint)(jbyte)value, (jlong)bytes));
}

const char *machine_launch(const struct work *work) {
  static int loaded[4096];
  const struct module *module = work->function->module;
  int number = module_number(module);
  if (number < 4096 && !loaded[number]) {
    JNIEnv *env = enter();
    jobject text = buffer(env, module_text(module), strlen(module_text(module)));
    const char *refused =
        leave(env, (*env)->CallStaticObjectMethod(env, machine, load, (jint)number, text));
    if (refused != NULL) {
      return refused;
    }
    loaded[number] = 1;
  }
  JNIEnv *env = enter();
  jstring name = (*env)->NewStringUTF(env, work->function->name);
  jobject parameters = buffer(env, work->data, work->length);
  return leave(env,
      (*env)->CallStaticObjectMethod(env, machine, launch, (jint)number, name,
          (jint)work->grid[0], (jint)work->grid[1], (jint)work->grid[2], (jint)work->block[0],
          (jint)work->block[1], (jint)work->block[2], (jint)work->shared, parameters));
}

API const char *standin_read(
    uint64_t from, uint64_t pitch, uint64_t lines, uint64_t width, void *to) {
  JNIEnv *env = enter();
  return leave(env,
      (*env)->CallStaticObjectMethod(env, machine, read_lines, (jlong)from, (jlong)pitch,
          (jint)lines, (jint)width, buffer(env, to, lines * width)));
}

API const char *standin_write(
    uint64_t to, uint64_t pitch, uint64_t lines, uint64_t width, const void *from) {
  JNIEnv *env = enter();
  return leave(env,
      (*env)->CallStaticObjectMethod(env, machine, write_lines, (jlong)to, (jlong)pitch,
          (jint)lines, (jint)width, buffer(env, from, lines * width)));
}
