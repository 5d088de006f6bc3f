package org.residuum.ptx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.ModuleVariables;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxModule;
import org.residuum.ptx.parse.VariableLayout;

/** A GPU in software: runs the entries of PTX modules on an {@link EmulatedMemory}. */
public final class PtxMachine {
  private static final AtomicInteger LAUNCHES = new AtomicInteger();

  private final EmulatedMemory memory;
  private final IdentityHashMap<PtxModule, ModuleVariables> modules = new IdentityHashMap<>();
  private final IdentityHashMap<PtxEntry, Kernel> kernels = new IdentityHashMap<>();
  private final Set<String> executed = new LinkedHashSet<>();

  public PtxMachine(EmulatedMemory memory) {
    this.memory = memory;
  }

  public EmulatedMemory memory() {
    return memory;
  }

  /** Names of the entries of which a launch came to its end. */
  public synchronized Set<String> executedEntries() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(executed));
  }

  /** The address of a {@code .global} or {@code .const} variable. */
  public synchronized long variable(PtxModule module, String name) {
    return variables(module).address(name);
  }

  /** Launches with every check on; see the other {@code launch}. */
  public LaunchStatistics launch(
      PtxEntry entry, Dim3 grid, Dim3 block, int sharedBytes, Object... arguments) {
    return launch(LaunchOptions.strict(), entry, grid, block, sharedBytes, arguments);
  }

  /**
   * Runs an entry to its end.
   *
   * @param sharedBytes dynamic shared memory a block
   * @param arguments one a parameter: Integer, Long, Float, Double, Short, Byte, or byte[] for a
   *     structure
   * @throws PtxFault for the first fault that a thread commits
   */
  public LaunchStatistics launch(
      LaunchOptions options,
      PtxEntry entry,
      Dim3 grid,
      Dim3 block,
      int sharedBytes,
      Object... arguments) {
    return launch(options, entry, grid, block, sharedBytes, Parameters.pack(entry, arguments));
  }

  /**
   * Runs an entry whose parameters lie in {@code parameters} from its position on, little-endian.
   */
  public LaunchStatistics launch(
      LaunchOptions options,
      PtxEntry entry,
      Dim3 grid,
      Dim3 block,
      int sharedBytes,
      ByteBuffer parameters) {
    Kernel kernel = kernel(entry);
    if (parameters.remaining() < kernel.parameterBytes) {
      throw new IllegalArgumentException(
          "launch "
              + entry.name()
              + ": "
              + parameters.remaining()
              + " bytes of parameters, the entry has "
              + kernel.parameterBytes);
    }
    byte[] bytes = new byte[VariableLayout.align(kernel.parameterBytes, 16)];
    parameters.duplicate().order(ByteOrder.LITTLE_ENDIAN).get(bytes, 0, kernel.parameterBytes);
    Launch launch =
        new Launch(
            memory, kernel, grid, block, sharedBytes, bytes, options, LAUNCHES.incrementAndGet());
    LaunchStatistics statistics = run(launch);
    synchronized (this) {
      executed.add(entry.name());
    }
    return statistics;
  }

  private synchronized Kernel kernel(PtxEntry entry) {
    return kernels.computeIfAbsent(
        entry, e -> e.module.compiler(variables(e.module)::address).compile(e.function));
  }

  private ModuleVariables variables(PtxModule module) {
    return modules.computeIfAbsent(module, m -> new ModuleVariables(m, memory));
  }

  private static LaunchStatistics run(Launch launch) {
    long start = System.nanoTime();
    long first = launch.options.firstBlock();
    long blocks = Math.min(launch.grid.count(), launch.options.endBlock());
    int workers = (int) Math.max(1, Math.min(launch.options.workers(), blocks - first));
    AtomicLong next = new AtomicLong(first);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    ThreadBlock[] states = new ThreadBlock[workers];
    Runnable[] work = new Runnable[workers];
    for (int i = 0; i < workers; i++) {
      int worker = i;
      work[i] =
          () -> {
            try {
              ThreadBlock state = new ThreadBlock(launch);
              states[worker] = state;
              for (long b; failure.get() == null && (b = next.getAndIncrement()) < blocks; ) {
                state.run(b);
              }
            } catch (Throwable t) {
              failure.compareAndSet(null, t);
            }
          };
    }
    runAll(work);
    rethrow(failure.get());
    return statistics(launch, List.of(states), System.nanoTime() - start);
  }

  private static void runAll(Runnable[] work) {
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < work.length; i++) {
      Thread thread = new Thread(work[i], "ptx-" + i);
      thread.start();
      others.add(thread);
    }
    work[0].run();
    others.forEach(PtxMachine::join);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  private static LaunchStatistics statistics(Launch launch, List<ThreadBlock> states, long time) {
    Op[] ops = launch.kernel.ops;
    Map<String, Long> opcodes = new TreeMap<>();
    long total = 0;
    int covered = 0;
    for (int i = 0; i < ops.length; i++) {
      long count = 0;
      for (ThreadBlock state : states) {
        count += state.counts[i];
      }
      if (count > 0) {
        opcodes.merge(ops[i].source.opcode(), count, Long::sum);
        total += count;
        covered++;
      }
    }
    return new LaunchStatistics(total, opcodes, covered, ops.length, time);
  }
}
