package org.residuum.backend.cuda.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.ptx.parse.PtxEntry;

/**
 * Every kernel of the committed PTX on the interpreter against plain Java, on sizes odd and even.
 * {@code -Dresiduum.seed=N} replays a run.
 */
class KernelExecutionTest {
  private static final long SEED = Long.getLong("residuum.seed", 20160318L);

  private final Set<String> executed = new TreeSet<>();
  private long instructions;
  private int passed;

  @TestFactory
  Stream<DynamicNode> kernelsComputeWhatPlainJavaComputes() {
    List<KernelCase> cases = KernelCases.all();
    Stream<DynamicNode> families =
        cases.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.kernel().name(), TreeMap::new, Collectors.toList()))
            .entrySet()
            .stream()
            .map(
                e ->
                    DynamicContainer.dynamicContainer(
                        e.getKey(),
                        e.getValue().stream()
                            .map(c -> DynamicTest.dynamicTest(c.toString(), () -> run(c)))));
    DynamicNode coverage =
        DynamicTest.dynamicTest(
            "every entry of every module was executed", () -> everyEntryWasExecuted(cases.size()));
    return Stream.concat(families, Stream.of(coverage));
  }

  private void run(KernelCase kernelCase) {
    KernelRig rig = new KernelRig(Kernels::committed, kernelCase.storage(), SEED);
    try {
      kernelCase.body().run(rig);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(kernelCase + ", -Dresiduum.seed=" + SEED + ": " + e.getMessage(), e);
    }
    executed.addAll(rig.launched());
    instructions += rig.instructions();
    passed++;
  }

  private void everyEntryWasExecuted(int cases) {
    List<String> entries = new ArrayList<>();
    for (PtxModule module : PtxModule.values()) {
      Kernels.parsed(module).entries().stream().map(PtxEntry::name).forEach(entries::add);
    }
    System.out.printf(
        "%d of %d kernels executed in %d cases, %,d thread instructions%n",
        executed.size(), entries.size(), passed, instructions);
    assertEquals(new TreeSet<>(entries), executed, "kernels of the modules against those executed");
    assertEquals(cases, passed, "cases that passed");
  }
}
