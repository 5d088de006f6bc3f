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
   * @param kernel null for products, copies and fills
   */
  record Entry(Kernel kernel, Traffic traffic, Runnable work) {}

  private final List<CudaStream> streams = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private boolean recording;

  /** The same driver; what is asked of its streams comes by here. */
  CudaDriver watch(CudaDriver driver) {
    return Intercepted.of(CudaDriver.class, driver, this::onDriver);
  }

  private Object onDriver(Intercepted.Call call) {
    Object answer = call.go();
    if (answer instanceof CudaStream stream) {
      streams.add(stream);
      return Intercepted.of(CudaStream.class, stream, this::onStream);
    }
    return answer;
  }

  private Object onStream(Intercepted.Call call) {
    Object[] given = call.arguments();
    return switch (call.name()) {
      case "launch" -> {
        Kernel kernel = (Kernel) given[0];
        Object[] arguments = (Object[]) given[3];
        Traffic traffic = Traffic.of(kernel, (ElementType) given[1], arguments);
        yield noted(new Entry(kernel, traffic, (Runnable) call.go()));
      }
      case "multiply" -> noted(new Entry(null, Traffic.of((Gemm) given[0]), (Runnable) call.go()));
      case "copy" -> {
        noted(new Entry(null, new Traffic(2.0 * (Long) given[2], 0), call::go)).run();
        yield null;
      }
      case "fill" -> {
        noted(new Entry(null, new Traffic((Long) given[2], 0), call::go)).run();
        yield null;
      }
      case "close" -> {
        streams.removeIf(stream -> stream == call.target());
        yield call.go();
      }
      default -> call.go();
    };
  }

  private Runnable noted(Entry entry) {
    return () -> {
      if (recording) {
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

  /** Returns when all that was asked for is done. */
  void await() {
    streams.forEach(CudaStream::synchronize);
  }
}
