package org.residuum.backend.cuda.assembler;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.backend.cuda.assembler.PtxAssembler.Usage;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.ArgumentType;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.network.ElementType;

/** The committed modules against NVIDIA's PTX compiler and against the table of kernels. */
class PtxAssemblyTest {
  private static final Pattern ENTRY =
      Pattern.compile("\\.entry\\s+(\\w+)\\s*\\(([^)]*)\\)", Pattern.DOTALL);
  private static final Pattern PARAMETER = Pattern.compile("\\.param\\s+\\.(\\w+)\\s+(\\w+)");

  static Stream<Arguments> modulesAndArchitectures() {
    return Stream.of(PtxModule.values())
        .flatMap(
            module ->
                PtxModule.ARCHITECTURES.stream()
                    .filter(architecture -> architecture >= module.minimumArchitecture())
                    .map(architecture -> Arguments.of(module, architecture)));
  }

  @ParameterizedTest
  @MethodSource("modulesAndArchitectures")
  void moduleAssemblesAndNoKernelSpills(PtxModule module, int architecture) {
    Map<String, Usage> usages = new TreeMap<>(PtxAssembler.assemble(module.source(), architecture));
    assertEquals(entries(module).keySet(), usages.keySet(), "kernels the compiler reported on");
    usages.forEach(
        (name, u) ->
            System.out.printf(
                "sm_%d %-44s %3d registers %5d shared %d spilled%n",
                architecture, name, u.registers(), u.sharedBytes(), u.spillBytes()));
    assertAll(
        usages.entrySet().stream()
            .map(
                e ->
                    () -> {
                      assertEquals(0, e.getValue().spillBytes(), e.getKey() + " spills");
                      assertEquals(0, e.getValue().stackBytes(), e.getKey() + " has a stack");
                    }));
  }

  @ParameterizedTest
  @EnumSource
  void moduleAsksForNothingNewerThanPtx80(PtxModule module) {
    assertTrue(
        module.source().contains("\n.version 8.0\n.target sm_" + module.minimumArchitecture()),
        module.file());
  }

  @Test
  void documentedRegistersAreThoseOfTheCompiler() throws IOException {
    String document = Files.readString(Path.of("src/site/markdown/kernels.md"));
    Map<String, Usage> old = new TreeMap<>(PtxAssembler.assemble(source(ElementType.F32), 75));
    old.putAll(PtxAssembler.assemble(source(ElementType.BF16), 80));
    Map<String, Usage> hopper = new TreeMap<>(PtxAssembler.assemble(source(ElementType.F32), 90));
    hopper.putAll(PtxAssembler.assemble(source(ElementType.BF16), 90));
    List<String> missing = new ArrayList<>();
    for (Kernel kernel : KernelTable.all()) {
      String row =
          String.format(
              "| `%s` | %s | %s |",
              kernel.name(),
              registers(kernel, ElementType.F32, old, hopper),
              registers(kernel, ElementType.BF16, old, hopper));
      if (!document.contains(row)) {
        missing.add(row);
      }
    }
    assertEquals(List.of(), missing, "rows that kernels.md should have");
  }

  private static String source(ElementType storage) {
    return PtxModule.of(storage).source();
  }

  private static String registers(
      Kernel kernel, ElementType storage, Map<String, Usage> old, Map<String, Usage> hopper) {
    if (!kernel.storages().contains(storage)) {
      return "–";
    }
    String entry = kernel.entry(storage);
    return old.get(entry).registers() + " / " + hopper.get(entry).registers();
  }

  @Test
  void tableAndModulesNameTheSameKernelsWithTheSameArguments() {
    for (PtxModule module : PtxModule.values()) {
      Map<String, List<String>> table = new TreeMap<>();
      for (Kernel kernel : KernelTable.all()) {
        for (ElementType storage : kernel.storages()) {
          if (PtxModule.of(storage) == module) {
            table.put(kernel.entry(storage), described(kernel.parameters()));
          }
        }
      }
      assertEquals(table, entries(module), "Kernel against " + module.file());
    }
  }

  /** The test above would fail if any two pointers of a kernel were swapped in the table. */
  @Test
  void swappedPointersDifferFromTheModules() {
    Map<String, List<String>> modules = new TreeMap<>();
    for (PtxModule module : PtxModule.values()) {
      modules.putAll(entries(module));
    }
    for (Kernel kernel : KernelTable.all()) {
      for (ElementType storage : kernel.storages()) {
        List<Argument> swapped = new ArrayList<>(kernel.parameters());
        for (int i = 1; i < swapped.size() && isPointer(swapped.get(i)); i++) {
          Collections.swap(swapped, i - 1, i);
          assertNotEquals(modules.get(kernel.entry(storage)), described(swapped), kernel.name());
          Collections.swap(swapped, i - 1, i);
        }
      }
    }
  }

  private static boolean isPointer(Argument argument) {
    return argument.type() == ArgumentType.POINTER;
  }

  private static List<String> described(List<Argument> arguments) {
    return arguments.stream().map(a -> a.type().ptxType() + " " + a.name()).toList();
  }

  @Test
  void assemblerReportsABrokenModuleInItsOwnWords() {
    String broken = PtxModule.BASELINE.source().replaceFirst("add\\.s64", "add.s63");
    AssertionError error =
        assertThrows(AssertionError.class, () -> PtxAssembler.assemble(broken, 75));
    assertTrue(error.getMessage().contains(".s63"), error.getMessage());
  }

  @Test
  void argumentWithoutATypeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Argument.parse("x* n"));
    assertThrows(
        IllegalArgumentException.class, () -> kernel("column_sums_finish").entry(ElementType.BF16));
  }

  /** Entry name → type and name of each parameter. */
  private static Map<String, List<String>> entries(PtxModule module) {
    Map<String, List<String>> entries = new TreeMap<>();
    Matcher entry = ENTRY.matcher(module.source());
    Set<String> seen = new HashSet<>();
    while (entry.find()) {
      List<String> parameters = new ArrayList<>();
      Matcher parameter = PARAMETER.matcher(entry.group(2));
      while (parameter.find()) {
        String name = parameter.group(2).substring(entry.group(1).length() + 1);
        parameters.add(parameter.group(1) + " " + name);
      }
      assertTrue(seen.add(entry.group(1)), entry.group(1) + " is there twice");
      entries.put(entry.group(1), parameters);
    }
    return entries;
  }
}
