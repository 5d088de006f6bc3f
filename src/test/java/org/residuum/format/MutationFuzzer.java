package org.residuum.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.residuum.Effort;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/**
 * Feeds mutated files to a reader. Each must be read or refused by a {@link FormatException}, with
 * at most 256 MB allocated in all and little work, so that a heap of that size always holds it. An
 * input that is refused in a new way joins the corpus.
 */
public final class MutationFuzzer {
  private static final long MOST_BYTES_ALLOCATED = 256L << 20;
  private static final int EXECUTIONS = 3_000;
  private static final int MOST_CORPUS = 4096;
  private static final int LONGEST_CORPUS_BYTES = 1 << 16;

  private static final Pattern DETAILS =
      Pattern.compile("\".*\"|'.'|byte 0x..|\\b[0-9a-f]{8}\\b|(class|function) [^;]*|[0-9]+");

  /** A reader of one format. */
  @FunctionalInterface
  public interface Reader {
    Parameters read(MappedFile file) throws IOException;
  }

  /** Turns mutated bytes into a file: sets a length or a checksum right, say. */
  @FunctionalInterface
  public interface Frame {
    byte[] file(byte[] mutated) throws IOException;
  }

  private final String name;
  private final Reader reader;
  private final Frame frame;
  private final Mutator mutator;
  private final long seed;
  private final List<byte[]> corpus;
  private final Set<String> outcomes = new HashSet<>();
  private long executions;
  private long accepted;
  private long slowestNanos;
  private long mostAllocated;

  public MutationFuzzer(
      String name, long seed, List<byte[]> corpus, List<String> words, Frame frame, Reader reader) {
    this.name = name;
    this.seed = seed;
    this.corpus = new ArrayList<>(corpus);
    this.mutator = new Mutator(new Random(seed), words);
    this.frame = frame;
    this.reader = reader;
  }

  /** {@code residuum.fuzzSeed}, else a new one each run. */
  public static long seed() {
    Long seed = Long.getLong("residuum.fuzzSeed");
    return seed == null ? System.nanoTime() : seed;
  }

  /**
   * Fuzzes for {@code residuum.fuzzMinutes}, else a fixed number of executions, and prints what was
   * done; the first finding is an AssertionError.
   *
   * @param share one of how many that share the time
   */
  public void run(int share) throws IOException {
    for (byte[] intact : List.copyOf(corpus)) {
      try {
        touch(reader.read(mapped(frame.file(intact))));
      } catch (IOException e) {
        throw new AssertionError("the corpus itself is refused", e);
      }
    }
    String minutes = System.getProperty("residuum.fuzzMinutes");
    long start = System.nanoTime();
    long nanos = minutes == null ? 0 : (long) (Double.parseDouble(minutes) * 60e9 / share);
    while (minutes == null ? executions < EXECUTIONS / share : System.nanoTime() - start < nanos) {
      execute(mutator.mutate(corpus));
    }
    System.out.println(report());
  }

  private String report() {
    return String.format(
        "fuzz %s: seed %d, %d executions, %d read, %d refused, %d kinds of outcome, slowest %.0f"
            + " ms, at most %.1f MB allocated, 0 findings",
        name,
        seed,
        executions,
        accepted,
        executions - accepted,
        outcomes.size(),
        slowestNanos / 1e6,
        mostAllocated / 1e6);
  }

  private void execute(byte[] mutated) throws IOException {
    byte[] bytes = frame.file(mutated);
    String outcome = attempt(bytes);
    executions++;
    if (outcomes.add(outcome)
        && corpus.size() < MOST_CORPUS
        && mutated.length < LONGEST_CORPUS_BYTES) {
      corpus.add(mutated);
    }
  }

  /** The kind of outcome: the refusal's words, without the names and numbers in it. */
  private String attempt(byte[] bytes) throws IOException {
    String[] outcome = new String[1];
    Effort effort = Effort.of(() -> outcome[0] = read(bytes));
    slowestNanos = Math.max(slowestNanos, effort.nanos());
    mostAllocated = Math.max(mostAllocated, effort.allocatedBytes());
    try {
      effort.requireAtMost(MOST_BYTES_ALLOCATED);
    } catch (AssertionError e) {
      throw finding(bytes, e.getMessage(), e);
    }
    return outcome[0];
  }

  private String read(byte[] bytes) throws IOException {
    try {
      touch(reader.read(mapped(bytes)));
      accepted++;
      return "read";
    } catch (FormatException e) {
      return DETAILS.matcher(e.getMessage()).replaceAll("_");
    } catch (IOException | RuntimeException | Error e) {
      throw finding(bytes, e.toString(), e);
    }
  }

  private AssertionError finding(byte[] bytes, String what, Throwable cause) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "fuzz"));
    Path saved = folder.resolve(name.replace(' ', '-') + "-" + seed + "-" + executions);
    Files.write(saved, bytes);
    return new AssertionError(
        name + ", seed " + seed + ", execution " + executions + ", " + saved + ": " + what, cause);
  }

  private static MappedFile mapped(byte[] bytes) {
    return MappedFile.of(Path.of("fuzzed"), ByteBuffer.wrap(bytes));
  }

  private static void touch(Parameters parameters) {
    float sum = 0;
    for (Tensor tensor : parameters.asMap().values()) {
      int elements = tensor.shape().elements();
      for (int i = 0; i < elements; i += Math.max(1, elements / 16)) {
        sum += tensor.get(i);
      }
    }
    if (sum == 12345.678f) {
      System.out.print("");
    }
  }
}
