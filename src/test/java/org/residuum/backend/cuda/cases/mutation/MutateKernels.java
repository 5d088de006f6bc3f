package org.residuum.backend.cuda.cases.mutation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** The command line of {@code scripts/mutate-kernels}. */
public final class MutateKernels {
  /** The data of the cases, as in KernelExecutionTest. */
  private static final long DATA_SEED = 20160318L;

  private static final int PROGRESS = 500;

  private final Options options;
  private final long start = System.nanoTime();

  private MutateKernels(Options options) {
    this.options = options;
  }

  public static void main(String[] args) throws Exception {
    try {
      System.exit(new MutateKernels(Options.parse(args)).run());
    } catch (Options.UsageException e) {
      System.err.println("mutate-kernels: " + e.getMessage());
      System.exit(2);
    }
  }

  private int run() throws Exception {
    List<Mutant> every = EntryText.all().stream().flatMap(e -> Mutants.of(e).stream()).toList();
    List<Mutant> chosen =
        every.stream()
            .filter(m -> options.kernel.matcher(m.entry().name()).matches())
            .filter(m -> options.kind == null || m.kind() == options.kind)
            .toList();
    if (chosen.isEmpty()) {
      throw new Options.UsageException(
          "no mutant of that kernel and kind; --list without them shows what there is");
    }
    List<Mutant> sample = Mutants.sample(chosen, options.seed, options.sample);
    System.out.printf("%,d mutants of %,d, seed %d%n", sample.size(), chosen.size(), options.seed);
    if (options.list) {
      sample.forEach(System.out::println);
      return 0;
    }
    Tally tally = judge(sample);
    List<String> unused = Equivalents.read().unused(every);
    report(tally, unused);
    boolean good = tally.refuted().isEmpty() && unused.isEmpty() && tally.killedShare() >= 0.99;
    return good ? 0 : 1;
  }

  private Tally judge(List<Mutant> sample) throws Exception {
    Map<String, Verdict> before = options.resume ? earlier(sample) : Map.of();
    Set<String> entries = sample.stream().map(m -> m.entry().name()).collect(Collectors.toSet());
    Judge judge = new Judge(entries, DATA_SEED);
    System.out.printf("%6.0f s  the cases with the committed kernels done%n", seconds());
    Path folder = options.out.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Tally tally = new Tally();
    ExecutorService pool = Executors.newFixedThreadPool(options.threads);
    try (PrintWriter out = writer()) {
      List<Future<?>> work = new ArrayList<>();
      for (Mutant mutant : sample) {
        work.add(
            pool.submit(
                () -> {
                  Verdict known = before.get(mutant.key());
                  Verdict earlier = known == null ? null : judge.again(known);
                  note(
                      earlier == null ? judge.verdict(mutant) : earlier,
                      earlier == null,
                      out,
                      tally);
                }));
      }
      for (Future<?> one : work) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a mutant could not be judged", e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return tally;
  }

  private PrintWriter writer() throws IOException {
    return options.resume && Files.exists(options.out)
        ? new PrintWriter(Files.newBufferedWriter(options.out, StandardOpenOption.APPEND), true)
        : new PrintWriter(Files.newBufferedWriter(options.out), true);
  }

  private Map<String, Verdict> earlier(List<Mutant> sample) throws IOException {
    Map<String, Mutant> mutants = new HashMap<>();
    sample.forEach(m -> mutants.put(m.key(), m));
    Map<String, Verdict> verdicts = new HashMap<>();
    if (Files.exists(options.out)) {
      for (String row : Files.readAllLines(options.out)) {
        Verdict verdict = Verdict.read(row, mutants);
        if (verdict != null) {
          verdicts.put(verdict.mutant().key(), verdict);
        }
      }
    }
    return verdicts;
  }

  private void note(Verdict verdict, boolean isNew, PrintWriter out, Tally tally) {
    synchronized (tally) {
      tally.add(verdict);
      if (isNew) {
        out.println(verdict.row());
      }
      if (verdict.outcome() == Verdict.Outcome.SURVIVED) {
        System.out.println("survived: " + verdict.mutant() + "  (" + verdict.detail() + ")");
      } else if (!verdict.refuted().isEmpty()) {
        System.out.println("killed, though equivalent by '" + verdict.refuted() + "': " + verdict);
      }
      int done = tally.verdicts().size();
      if (done % PROGRESS == 0) {
        System.out.printf(
            "%6.0f s  %,d done, %.1f %% of those not equivalent killed%n",
            seconds(), done, 100 * tally.killedShare());
      }
    }
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private void report(Tally tally, List<String> unused) {
    System.out.println();
    System.out.print(tally.table());
    int notBuilt = tally.with(Verdict.Outcome.NOT_BUILT).size();
    System.out.printf(
        "%nnot built: %d; killed though said to be equivalent: %d; listed as equivalent, but no"
            + " such mutant: %d%n",
        notBuilt, tally.refuted().size(), unused.size());
    unused.forEach(line -> System.out.println("no such mutant: " + line));
    System.out.printf("%.0f s, rows in %s%n", seconds(), options.out);
  }
}
