package org.residuum.backend.cuda.profile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.residuum.backend.cuda.cases.Kernels;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.ArgumentType;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxMachine;
import org.residuum.ptx.count.ArrayCount;
import org.residuum.ptx.count.Counters;
import org.residuum.ptx.count.Kind;
import org.residuum.ptx.count.Pipe;
import org.residuum.ptx.count.Requests;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxEntry;

/**
 * Counts launches. Of one with many blocks it executes three neighbours at a time, at random places
 * of equal parts of the grid, and scales. A sector that several blocks touch is counted once: the
 * second and third add what they do not share with those before them, and so, it is taken, do all
 * blocks. A launch that differs
 * from an earlier one in its addresses alone, or in where it starts in a batch, is not counted
 * again.
 */
final class LaunchProfiler {
  private static final int ROW = 3;
  private static final long SEED = 20151210;

  /** Arrays of whole numbers. */
  private static final Set<String> NUMBERS = Set.of("labels", "crops", "pictures", "decays");

  /** Arguments on which the amount of work does not depend. */
  private static final Set<String> PLACES = Set.of("first_line");

  /** Blocks that stand for others. */
  private record Part(long first, long end, double weight) {}

  private record Counted(Part part, Counters counters) {}

  private final RecordedRun run;
  private final int rows;
  private final Map<List<Object>, LaunchProfile> known = new HashMap<>();

  /**
   * A profiler.
   *
   * @param rows how many rows of three blocks are executed; 0 for all blocks
   */
  LaunchProfiler(RecordedRun run, int rows) {
    this.run = run;
    this.rows = rows;
  }

  LaunchProfile profile(RecordedRun.Launched launch) {
    return known.computeIfAbsent(key(launch), k -> count(launch));
  }

  private static List<Object> key(RecordedRun.Launched launch) {
    List<Object> key = new ArrayList<>(List.of(launch.kernel(), launch.storage(), launch.shape()));
    List<Argument> arguments = launch.kernel().parameters();
    for (int i = 0; i < arguments.size(); i++) {
      Object value = launch.arguments().get(i);
      if (arguments.get(i).type() == ArgumentType.POINTER) {
        key.add((Long) value % 256);
        key.add(launch.arguments().indexOf(value));
      } else if (!PLACES.contains(arguments.get(i).name())) {
        key.add(value);
      }
    }
    return key;
  }

  private LaunchProfile count(RecordedRun.Launched launch) {
    EmulatedMemory memory = run.memory();
    PtxMachine machine = new PtxMachine(memory);
    PtxEntry entry = Kernels.committed(launch.kernel(), launch.storage());
    LaunchShape shape = launch.shape();
    Dim3 grid = new Dim3(shape.gridX(), shape.gridY(), 1);
    Dim3 block = new Dim3(shape.blockX(), shape.blockY(), 1);
    List<Counted> counted = new ArrayList<>();
    for (Part part : parts(grid.count())) {
      Counters counters = new Counters(arrays(launch));
      machine.launch(
          LaunchOptions.fast().withCounters(counters).withBlocks(part.first, part.end),
          entry,
          grid,
          block,
          0,
          launch.arguments().toArray());
      counted.add(new Counted(part, counters));
    }
    return scaled(grid.count(), counted);
  }

  private List<Part> parts(long blocks) {
    if (rows == 0 || blocks <= (long) rows * ROW) {
      return List.of(new Part(0, blocks, 1));
    }
    SplittableRandom random = new SplittableRandom(SEED);
    List<Part> parts = new ArrayList<>();
    double each = (blocks - ROW + 1.0) / rows;
    for (int i = 0; i < rows; i++) {
      long first = (long) (each * (i + random.nextDouble()));
      parts.add(new Part(first, first + ROW, (double) blocks / rows / ROW));
    }
    return parts;
  }

  /** Arrays at the same address are one. */
  private static List<ArrayCount> arrays(RecordedRun.Launched launch) {
    Map<Long, String> names = new LinkedHashMap<>();
    List<Argument> arguments = launch.kernel().parameters();
    for (int i = 0; i < arguments.size(); i++) {
      long address = arguments.get(i).type() == ArgumentType.POINTER
          ? (Long) launch.arguments().get(i) : 0;
      if (address != 0) {
        names.merge(address, arguments.get(i).name(), (a, b) -> a + "=" + b);
      }
    }
    List<ArrayCount> arrays = new ArrayList<>();
    names.forEach((at, name) -> arrays.add(new ArrayCount(name, at, NUMBERS.contains(name))));
    return arrays;
  }

  private static LaunchProfile scaled(long blocks, List<Counted> counted) {
    Map<Kind, Double> issued = new EnumMap<>(Kind.class);
    Map<Kind, Double> executed = new EnumMap<>(Kind.class);
    Map<Pipe, Double> slots = new EnumMap<>(Pipe.class);
    for (Counted c : counted) {
      c.counters
          .instructions()
          .forEach(
              (kind, n) -> {
                issued.merge(kind, c.part.weight * n[0], Double::sum);
                executed.merge(kind, c.part.weight * n[1], Double::sum);
              });
      c.counters
          .cost()
          .forEach((pipe, n) -> slots.merge(pipe, c.part.weight * n, Double::sum));
    }
    List<ArrayProfile> arrays = new ArrayList<>();
    for (int i = 0; i < counted.get(0).counters.arrays().size(); i++) {
      arrays.add(array(i, counted));
    }
    return new LaunchProfile(
        blocks,
        counted.stream().mapToDouble(c -> c.counters.blocks()).sum(),
        issued,
        executed,
        slots,
        sum(counted, c -> c.shared().passes()),
        sum(counted, c -> c.shared().leastPasses()),
        sum(counted, Counters::cycles) / blocks,
        arrays);
  }

  private static double sum(List<Counted> counted, ToDoubleFunction<Counters> figure) {
    return counted.stream().mapToDouble(c -> c.part.weight * figure.applyAsDouble(c.counters)).sum();
  }

  private static ArrayProfile array(int i, List<Counted> counted) {
    return new ArrayProfile(
        counted.get(0).counters.arrays().get(i).name(),
        direction(counted, c -> c.arrays().get(i).loads()),
        direction(counted, c -> c.arrays().get(i).stores()));
  }

  private static ArrayProfile.Direction direction(
      List<Counted> counted, Function<Counters, Requests> requests) {
    return new ArrayProfile.Direction(
        sum(counted, c -> requests.apply(c).requests()),
        sum(counted, c -> requests.apply(c).lanes()),
        sum(counted, c -> requests.apply(c).sectors()),
        sum(counted, c -> requests.apply(c).bytes()),
        distinct(counted, requests));
  }

  private static double distinct(List<Counted> counted, Function<Counters, Requests> requests) {
    Requests first = requests.apply(counted.get(0).counters);
    if (counted.size() == 1) {
      return first.distinctSectors();
    }
    double added = (double) ROW / (ROW - 1);
    return sum(counted, c -> added * requests.apply(c).sectorsAfterFirstBlock())
        + first.distinctSectors()
        - added * first.sectorsAfterFirstBlock();
  }
}
