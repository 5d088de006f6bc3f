package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What oneDNN does with plans in bf16 on a processor that multiplies it, but for running them. */
class Bf16UnitsTest {
  private static final Pattern UNITS = Pattern.compile(".*:(avx512_core_bf16|.*amx.*)");

  /** So oneDNN's names of products of blocks begin: {@code brg...}, {@code brdgmm}. */
  private static final String PRODUCT = "br";

  @Test
  void everyProductOfEveryPlanIsComputedByTheUnits() throws IOException, InterruptedException {
    List<String> lines = describe();
    String first = lines.isEmpty() ? "" : lines.get(0);
    assumeFalse(first.startsWith(PretendedUnits.CANNOT), first);
    Map<String, Integer> steps = new TreeMap<>();
    for (String line : lines) {
      String[] parts = line.split(" ", 2);
      steps.put(parts[1], Integer.valueOf(parts[0]));
    }
    int products = steps.remove(PretendedUnits.PRODUCTS);
    int byUnits = 0;
    for (Map.Entry<String, Integer> code : steps.entrySet()) {
      if (code.getKey().startsWith(PRODUCT)) {
        assertTrue(UNITS.matcher(code.getKey()).matches(), steps.toString());
        byUnits += code.getValue();
      }
    }
    assertTrue(products > 500, steps.toString());
    assertEquals(products, byUnits, steps.toString());
  }

  private static List<String> describe() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PretendedUnits.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }
}
