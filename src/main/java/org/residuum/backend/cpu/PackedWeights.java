package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.backend.cpu.onednn.Packing;
import org.residuum.backend.cpu.onednn.Workers;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Place;
import org.residuum.network.Parameters;
import org.residuum.network.Value;

/**
 * The derived parameters of one inference plan, or of several plans of one network at different
 * batch sizes, in one allocation: what is the same in several is there once. It is freed when the
 * last of the plans is closed.
 */
final class PackedWeights {
  private final List<Entry> entries = new ArrayList<>();
  private final List<OfPlan> plans = new ArrayList<>();
  private final NativeMemory memory;
  private int open;

  /** The packing's layouts end with the plan that it came from. */
  private record Entry(Packing packing, long offset, long bytes) {}

  private PackedWeights(List<List<Packing>> packings) {
    Map<Packing.Source, List<Entry>> known = new HashMap<>();
    for (List<Packing> ofPlan : packings) {
      List<Entry> used = new ArrayList<>();
      ofPlan.forEach(packing -> used.add(entry(packing, known)));
      plans.add(new OfPlan(used));
    }
    open = plans.size();
    memory = NativeMemory.unwritten(nextOffset());
  }

  /**
   * Packs.
   *
   * @param packings of each plan, {@code Program.derived}
   * @param workers that share the work
   * @return the parameters of each plan
   */
  static List<OfPlan> pack(List<List<Packing>> packings, Parameters parameters, Workers workers) {
    PackedWeights weights = new PackedWeights(packings);
    try {
      weights.pack(parameters, workers);
      return weights.plans;
    } catch (RuntimeException | Error e) {
      weights.memory.close();
      throw e;
    }
  }

  private long nextOffset() {
    if (entries.isEmpty()) {
      return 0;
    }
    Entry last = entries.get(entries.size() - 1);
    return last.offset + last.bytes;
  }

  private Entry entry(Packing packing, Map<Packing.Source, List<Entry>> known) {
    List<Entry> ofSource = known.computeIfAbsent(packing.source(), source -> new ArrayList<>());
    for (Entry entry : ofSource) {
      if (entry.packing.isSame(packing)) {
        return entry;
      }
    }
    long aligned = (packing.bytes() + CpuAssembly.ALIGNMENT - 1) / CpuAssembly.ALIGNMENT;
    Entry entry = new Entry(packing, nextOffset(), aligned * CpuAssembly.ALIGNMENT);
    entries.add(entry);
    ofSource.add(entry);
    return entry;
  }

  /** The largest first, so that no thread is left with a large one at the end. */
  private void pack(Parameters parameters, Workers workers) {
    List<Entry> largestFirst = new ArrayList<>(entries);
    largestFirst.sort(Comparator.comparingLong(entry -> -entry.bytes));
    long mostBytes = entries.stream().mapToLong(PackedWeights::reorderedBytes).max().orElse(0);
    AtomicInteger next = new AtomicInteger();
    workers.together(
        entries.size(),
        () -> {
          try (NativeMemory plain = NativeMemory.unwritten(mostBytes)) {
            for (int i = next.getAndIncrement(); i < entries.size(); i = next.getAndIncrement()) {
              pack(largestFirst.get(i), parameters, plain);
            }
          }
        });
  }

  private static long reorderedBytes(Entry entry) {
    return entry.packing.isPlain() ? 0 : entry.packing.plainBytes();
  }

  private void pack(Entry entry, Parameters parameters, NativeMemory plain) {
    Packing packing = entry.packing;
    long target = memory.address(entry.offset);
    long source = packing.isPlain() ? target : plain.address(0);
    FloatBuffer values = NativeMemory.floats(source, packing.plainBytes() / Float.BYTES);
    packing.source().write(parameters, values);
    if (!packing.isPlain()) {
      reorder(packing, source, target);
    }
  }

  private static void reorder(Packing packing, long source, long target) {
    try (NativeObjects objects = new NativeObjects();
        CpuAssembly once = CpuAssembly.withoutNetwork(objects)) {
      Place from = new Place(new Place.Scratch());
      Place to = new Place(new Place.Derived(0));
      once.reorder(packing.plain(), from, packing.packed(), to);
      try (Bindings bindings = new Bindings(once.steps(), regions(source, target))) {
        bindings.run();
      }
    }
  }

  private static Place.Regions regions(long source, long target) {
    return new Place.Regions() {
      @Override
      public long value(Value value) {
        throw new IllegalStateException("no value is packed");
      }

      @Override
      public long scratch() {
        return source;
      }

      @Override
      public ParameterSource parameters() {
        return new ParameterSource() {
          @Override
          public long derived(int index) {
            return target;
          }
        };
      }
    };
  }

  private synchronized void closeOne() {
    open--;
    if (open == 0) {
      memory.close();
    }
  }

  /** What one plan reads. */
  final class OfPlan implements ParameterSource, AutoCloseable {
    private final long[] offsets;
    private final long bytes;

    private OfPlan(List<Entry> used) {
      offsets = used.stream().mapToLong(Entry::offset).toArray();
      Set<Entry> once = Collections.newSetFromMap(new IdentityHashMap<>());
      once.addAll(used);
      bytes = once.stream().mapToLong(Entry::bytes).sum();
    }

    /** Bytes of what it reads, be it shared or not. */
    long bytes() {
      return bytes;
    }

    @Override
    public long derived(int index) {
      return memory.address(offsets[index]);
    }

    /** To be called once. */
    @Override
    public void close() {
      closeOne();
    }
  }
}
