package org.residuum.backend.cuda.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.cuda.rig.Intercepted;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.memory.EmulatedMemory;

/**
 * What the shipped host code asks of a device for one batch of a network, at the addresses that it
 * chose. Nothing is executed, and no weights are stored.
 */
final class RecordedRun {
  /** Something that the device is asked to do, for a node of the network or the whole session. */
  sealed interface Item {
    String node();

    /** As the plan prints it. */
    String description();

    Item at(String node);
  }

  /** A kernel. */
  record Launched(
      String node, Kernel kernel, ElementType storage, LaunchShape shape, List<Object> arguments)
      implements Item {
    @Override
    public Launched at(String other) {
      return new Launched(other, kernel, storage, shape, arguments);
    }

    @Override
    public String description() {
      return kernel.entry(storage)
          + String.format(
              " grid %d×%d block %d×%d",
              shape.gridX(), shape.gridY(), shape.blockX(), shape.blockY());
    }
  }

  /** A product. */
  record Multiplied(String node, Gemm gemm, List<Long> addresses) implements Item {
    @Override
    public Multiplied at(String other) {
      return new Multiplied(other, gemm, addresses);
    }

    @Override
    public String description() {
      return "product " + gemm;
    }
  }

  /** A copy within the device, or a fill, which reads nothing: then {@code from} is 0. */
  record Copied(String node, long from, long to, long bytes) implements Item {
    @Override
    public Copied at(String other) {
      return new Copied(other, from, to, bytes);
    }

    @Override
    public String description() {
      return "copy of " + bytes + " bytes";
    }
  }

  private record Allocated(long bytes, String label) {}

  /** A line of a plan: node and description. */
  private static final Pattern STEP = Pattern.compile("(?m)^  (\\S+) +(.*)$");

  private static final long SEED = 1;
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 5e-4, true);
  private static final long MEMORY = 1L << 42;

  private final List<Allocated> allocations = new ArrayList<>();
  private final EmulatedMemory memory = new EmulatedMemory();
  private final List<Item> items = new ArrayList<>();

  private RecordedRun() {}

  /** One batch of inference, images as bytes. */
  static RecordedRun inference(Network network, Precision precision, int batch) {
    RecordedRun run = new RecordedRun();
    CudaBackend backend = new CudaBackend(run.driver(), precision);
    try (Plan plan =
            backend.compile(
                network, new Initializer(SEED).initialize(network), options(network, batch));
        Session session = plan.session()) {
      run.items.clear();
      session.run();
      run.name(plan.toString());
    }
    return run;
  }

  /** One step of training by SGD with momentum: forward, backward, update. */
  static RecordedRun training(Network network, Precision precision, int batch) {
    RecordedRun run = new RecordedRun();
    CudaBackend backend = new CudaBackend(run.driver(), precision);
    try (TrainingSession session =
        backend.train(
            Gradients.of(network, 0),
            new Initializer(SEED).initialize(network),
            options(network, batch))) {
      run.items.clear();
      session.run();
      session.update(RULE, 1e-3, 0);
      run.name(session.toString());
    }
    return run;
  }

  private static CompileOptions options(Network network, int batch) {
    CompileOptions options = CompileOptions.batch(batch);
    Shape x = network.input("x").shape();
    if (x.rank() != 4) {
      return options;
    }
    float[] mean = new float[x.extent(1)];
    float[] std = new float[x.extent(1)];
    java.util.Arrays.fill(std, 1);
    return options.feed("x", Feed.bytes(255, mean, std));
  }

  /** In the order in which the host asked. */
  List<Item> items() {
    return List.copyOf(items);
  }

  /** Memory with the same allocations at the same addresses, of which nothing is written. */
  EmulatedMemory memory() {
    EmulatedMemory copy = new EmulatedMemory();
    allocations.forEach(allocated -> copy.allocate(allocated.bytes, allocated.label));
    return copy;
  }

  private CudaDriver driver() {
    EmulatedDriver driver = new EmulatedDriver(LaunchOptions.fast(), 90, MEMORY);
    return Intercepted.of(CudaDriver.class, driver, this::onDriver);
  }

  private Object onDriver(Intercepted.Call call) {
    return switch (call.name()) {
      case "allocate" -> {
        allocations.add(
            new Allocated((Long) call.arguments()[0], (String) call.arguments()[1]));
        yield memory.allocate((Long) call.arguments()[0], (String) call.arguments()[1]);
      }
      case "free" -> null;
      case "createStream" ->
          Intercepted.of(CudaStream.class, (CudaStream) call.go(), this::onStream);
      default -> call.go();
    };
  }

  private Object onStream(Intercepted.Call call) {
    Object[] given = call.arguments();
    return switch (call.name()) {
      case "launch" ->
          later(
              new Launched(
                  "",
                  (Kernel) given[0],
                  (ElementType) given[1],
                  (LaunchShape) given[2],
                  List.of((Object[]) given[3])));
      case "multiply" ->
          later(
              new Multiplied(
                  "", (Gemm) given[0], List.of((Long) given[1], (Long) given[2], (Long) given[3])));
      case "copying" ->
          later(new Copied("", (Long) given[1], (Long) given[0], (Long) given[2]));
      case "fill" -> noted(new Copied("", 0, (Long) given[0], (Long) given[2]));
      case "toDevice", "toHost" -> (Runnable) () -> {};
      case "copyToDevice", "copyToHost" -> null;
      default -> call.go();
    };
  }

  private Runnable later(Item item) {
    return () -> items.add(item);
  }

  private Object noted(Item item) {
    items.add(item);
    return null;
  }

  /** Gives the network's steps, which follow each other in order, the names of their nodes. */
  private void name(String plan) {
    int at = 0;
    for (Matcher step = STEP.matcher(plan); step.find(); ) {
      int found = at;
      while (found < items.size() && !items.get(found).description().equals(step.group(2))) {
        found++;
      }
      if (found < items.size()) {
        items.set(found, items.get(found).at(step.group(1)));
        at = found + 1;
      }
    }
  }
}
