package org.residuum.backend.cpu.onednn;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencl.User_func_Pointer;
import org.residuum.backend.lower.LoadingThread;

/**
 * The threads that work for oneDNN, which are OpenMP's.
 *
 * <p>Their number belongs to the thread that calls oneDNN. A primitive reserves scratch for the
 * number that is set while it is made, so the same number must be set whenever it runs.
 *
 * <p>JavaCPP binds neither OpenMP nor the process's environment, but its OpenCL, which oneDNN's
 * binding brings along, calls any C function of one argument that fits into a register.
 */
public final class Workers {
  /**
   * OpenMP lists a run's threads on the stack of its caller, where ten thousand end the process.
   */
  public static final int MOST = 1024;

  /** How often idle threads of GNU's OpenMP look for work before they sleep: benchmarks.md. */
  private static final int SPIN_COUNT = 2000;

  private static final Workers ALONE = new Workers(1);

  /** The environment keeps this memory, so it is never freed. */
  private static BytePointer spinning;

  private final int threads;
  private final Pointer number;

  /** So many, the caller among them; at least one. */
  public Workers(int threads) {
    this.threads = threads;
    this.number = NativeMemory.at(threads);
  }

  /**
   * The number given by the variable, or else that of the processors.
   *
   * @param variable {@code OMP_NUM_THREADS}: a number, or a list of one for each level of nesting
   */
  public static int usual(String variable, int processors) {
    String first = variable == null ? "" : variable.split(",", 2)[0].strip();
    int wanted = first.matches("[1-9]\\d{0,3}") ? Integer.parseInt(first) : processors;
    return Math.min(wanted, MOST);
  }

  public int threads() {
    return threads;
  }

  /** Sets the number of threads for all calls of oneDNN by this thread from now on. */
  public void use() {
    if (SetNumThreads.FUNCTION != null) {
      SetNumThreads.FUNCTION.call(number);
    }
  }

  /**
   * The result of {@code work}, which uses this number of threads. A virtual thread may move to
   * another carrier in between, whose number of threads is another, so it lets a thread of its own
   * work.
   */
  public <T> T use(Supplier<T> work) {
    Supplier<T> bounded =
        () -> {
          use();
          return work.get();
        };
    boolean virtual = "VirtualThreads".equals(Thread.currentThread().getThreadGroup().getName());
    return virtual ? LoadingThread.call(bounded) : bounded.get();
  }

  /**
   * Does work on several threads at the same time, the calling one among them; in each of them
   * oneDNN computes alone.
   *
   * @param most threads at most; nor are there more than this number or that of the processors
   * @param work which shares out among the threads what there is to do
   * @throws RuntimeException what it threw first, once all threads are done
   */
  public void together(int most, Runnable work) {
    int processors = Runtime.getRuntime().availableProcessors();
    int count = Math.min(Math.min(threads, processors), most);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable alone =
        () -> {
          try {
            ALONE.use();
            work.run();
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          }
        };
    List<Thread> helpers =
        IntStream.range(1, count).mapToObj(i -> LoadingThread.start("worker", alone)).toList();
    alone.run();
    use();
    helpers.forEach(LoadingThread::join);
    if (failure.get() instanceof Error error) {
      throw error;
    } else if (failure.get() != null) {
      throw (RuntimeException) failure.get();
    }
  }

  /** To be called before OpenMP is loaded, which reads the environment at that time. */
  static void prepare() {
    Pointer putenv = Loader.addressof("putenv");
    if (putenv != null
        && System.getenv("GOMP_SPINCOUNT") == null
        && System.getenv("OMP_WAIT_POLICY") == null) {
      spinning = new BytePointer("GOMP_SPINCOUNT=" + SPIN_COUNT);
      function(putenv).call(spinning);
    }
  }

  private static User_func_Pointer function(Pointer address) {
    // JavaCPP's function pointers lie in a struct: the address, then the Java object or null.
    return new User_func_Pointer(new PointerPointer<>(address, (Pointer) null));
  }

  /** Found once OpenMP is loaded. */
  private static final class SetNumThreads {
    static final User_func_Pointer FUNCTION = find("omp_set_num_threads");

    private static User_func_Pointer find(String name) {
      Pointer address = Loader.addressof(name);
      return address == null ? null : function(address);
    }
  }
}
