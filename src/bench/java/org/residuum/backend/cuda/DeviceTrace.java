package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.rig.Intercepted;
import org.residuum.network.ElementType;

/**
 * What a session had its device do: launches, products and copies within the device, in the order
 * in which the host asked for them. It can be asked for again without the copies from and to the
 * host.
 */
final class DeviceTrace {
  /**
   * One thing that was asked for.
   *
   * @param name the entry of the kernel, the sizes of the product, or what else it is
   * @param kernel null for products, copies and fills
   * @param gemm null for all but products
   */
  record Entry(String name, Kernel kernel, Gemm gemm, Traffic traffic, Runnable work) {}

  private final List<Entry> entries = new ArrayList<>();
  private CudaStream stream;
  private boolean recording;

  /** The same driver; what is asked of its streams comes by here. */
  CudaDriver watch(CudaDriver driver) {
    return Intercepted.of(CudaDriver.class, driver, this::onDriver);
  }

  private Object onDriver(Intercepted.Call call) {
    Object answer = call.go();
    return answer instanceof CudaStream opened
        ? Intercepted.of(CudaStream.class, opened, one -> onStream(opened, one))
        : answer;
  }

  private Object onStream(CudaStream on, Intercepted.Call call) {
    Object[] given = call.arguments();
    return switch (call.name()) {
      case "launch" -> {
        Kernel kernel = (Kernel) given[0];
        ElementType storage = (ElementType) given[1];
        Traffic traffic = Traffic.of(kernel, storage, (Object[]) given[3]);
        yield noted(
            on,
            new Entry(kernel.entry(storage), kernel, null, traffic, (Runnable) call.go()));
      }
      case "multiply" -> {
        Gemm gemm = (Gemm) given[0];
        yield noted(
            on, new Entry(gemm.toString(), null, gemm, Traffic.of(gemm), (Runnable) call.go()));
      }
      case "copy" -> {
        noted(on, moving("copy", 2.0 * (Long) given[2], call::go)).run();
        yield null;
      }
      case "copying" ->
          noted(on, moving("copy", 2.0 * (Long) given[2], (Runnable) call.go()));
      case "fill" -> {
        noted(on, moving("fill", (Long) given[2], call::go)).run();
        yield null;
      }
      default -> call.go();
    };
  }

  private static Entry moving(String name, double bytes, Runnable work) {
    return new Entry(name, null, null, new Traffic(bytes, 0), work);
  }

  private Runnable noted(CudaStream on, Entry entry) {
    return () -> {
      if (recording) {
        stream = on;
        entries.add(entry);
      }
      entry.work().run();
    };
  }

  /** Keeps what is asked for while this runs, and forgets what was kept before. */
  void record(Runnable use) {
    entries.clear();
    recording = true;
    try {
      use.run();
    } finally {
      recording = false;
    }
  }

  /** The stream of what was kept. */
  CudaStream stream() {
    return stream;
  }

  /** What was kept, in order, as far as it is wanted. */
  List<Entry> entries(Predicate<Entry> wanted) {
    return entries.stream().filter(wanted).toList();
  }

  static Runnable replay(List<Entry> entries) {
    return () -> entries.forEach(entry -> entry.work().run());
  }

  static Traffic traffic(List<Entry> entries) {
    return entries.stream().map(Entry::traffic).reduce(Traffic.NONE, Traffic::plus);
  }
}
